import { bundleWorkflows } from '../replay/bundle-of';
import { createExplorer } from './explore';
import { noMemory } from './memory';
import { createReferences } from './references';
import { createSandbox } from './sandbox';
import { playScene } from './scene';
import { scenes } from './scenes';
import { exploring } from './search';
import type { Stage } from './search';

test('every combination of choices is met, each once', () => {
  const explorer = createExplorer();
  const met: string[] = [];
  do {
    const choices = explorer.choices();
    const first = choices.below(3);
    met.push(`${first}${first === 1 ? choices.pick(['a', 'b']) : ''}${choices.chance(0.5) ? '!' : ''}${choices.below(1)}`);
  } while (explorer.next());
  expect(met).toEqual(['00', '0!0', '1a0', '1a!0', '1b0', '1b!0', '20', '2!0']);
});

let stage: Stage;
beforeAll(async () => {
  stage = { sandbox: createSandbox((await bundleWorkflows()).code), references: createReferences() };
});

/** The description of a play's state must have everything that makes a difference later. Otherwise interleavings would be missed. */
test.each(['update: paused again in haste', 'forward: two schedules'])(
  '%s: leaving what is known misses no interleaving, and no way is left out of the number of ways',
  async (name) => {
    const scene = scenes.find((one) => one.name === name);
    if (scene === undefined) throw new Error(`There is no scene ${name}.`);
    const [all, some] = [new Set<number>(), new Set<number>()];
    const explorer = createExplorer();
    let plays = 0;
    do {
      plays += 1;
      const played = await playScene({
        ...stage,
        memory: noMemory,
        scene,
        choices: explorer.choices(),
        goesOn: () => true,
        isReplayed: false,
      });
      if (played !== null) all.add(played.fingerprint);
    } while (explorer.next());
    const exploration = exploring(stage, scene);
    for await (const outcome of exploration.plays) {
      if (outcome !== null && 'fingerprint' in outcome) some.add(outcome.fingerprint);
    }
    expect(some).toEqual(all);
    expect(exploration.ways()).toBe(plays);
  },
);
