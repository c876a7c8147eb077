import { listedText } from '../../domain/listed-effect';
import { law } from './fuzz';
import { edited, holdsSomeCreations, sync, visible } from './model-engine';
import type { Ran } from './model-engine';
import { createWorld } from './model-world';
import type { World } from './model-world';
import { scenarios } from './scenarios';
import type { Scenario } from './scenario';

/** The preview that binds: a preview, people's edits, and then a run that applies the preview. */

const textsOf = ({ run }: Ran): ReadonlySet<string> => new Set(run.list.map(listedText));

/** A preview of the world before the last edits, and the run that applies it after them. */
function applied(scenario: Scenario): { readonly preview: Ran; readonly ran: Ran; readonly now: World } {
  const world = edited(scenario, createWorld(scenario), scenario.rounds[0] ?? []);
  const preview = sync(scenario, world, { isPreview: true });
  const now = edited(scenario, world, scenario.rounds.slice(1).flat());
  return { preview, now, ran: sync(scenario, now, { listed: textsOf(preview) }) };
}

law(
  'P2 applying a preview does exactly what it lists: the world is the one that the preview has shown',
  scenarios,
  (scenario) => {
    const world = edited(scenario, createWorld(scenario), scenario.rounds.flat());
    const preview = sync(scenario, world, { isPreview: true });
    const ran = sync(scenario, world, { listed: textsOf(preview) });
    expect(ran.run.list).toEqual(preview.run.list);
    expect(visible(ran)).toEqual(visible(preview));
    expect(ran.after).toEqual(preview.after);
  },
  { share: 0.5 },
);

law(
  'P2 after people’s edits, nothing is done that the preview does not list',
  scenarios,
  (scenario) => {
    const { preview, ran } = applied(scenario);
    const listed = textsOf(preview);
    expect(ran.run.list.filter((one) => !listed.has(listedText(one)))).toEqual([]);
    // Each visible effect is one of those: a link's own id goes with its end.
    const links = ran.run.effects.filter(({ kind }) => kind === 'unlink' || kind === 'link').length;
    const ofLinks = ran.run.list.filter(
      ({ kind }) => kind === 'unlink' || kind === 'link' || kind === 'relink' || kind === 'create',
    ).length;
    expect(links).toBeLessThanOrEqual(ofLinks);
    expect(ran.run.effects.filter(({ kind }) => kind === 'create').length).toBe(
      ran.run.list.filter(({ kind }) => kind === 'create').length,
    );
  },
  { share: 0.5 },
);

law(
  'A1 a preview that is applied a second time finds nothing to do',
  scenarios,
  (scenario) => {
    const { preview, ran } = applied(scenario);
    const again = sync(scenario, ran.after, { listed: textsOf(preview) });
    expect(visible(again)).toEqual([]);
  },
  { share: 0.5 },
);

law(
  'A1 the ordinary runs after it do what is left, and then nothing',
  scenarios,
  (scenario) => {
    const { ran } = applied(scenario);
    const rest = sync(scenario, ran.after);
    if (holdsSomeCreations(rest)) return;
    expect(visible(sync(scenario, rest.after))).toEqual([]);
  },
  { share: 0.5 },
);

law(
  'A2 stopped after any effect and applied again, a preview ends in the same world',
  scenarios,
  (scenario) => {
    const { preview, ran, now } = applied(scenario);
    const listed = textsOf(preview);
    for (let stopAfter = 0; stopAfter < ran.run.effects.length; stopAfter += 1) {
      const next = sync(scenario, sync(scenario, now, { listed, stopAfter }).after, { listed });
      const done = next.run.list.filter((one) => !listed.has(listedText(one)));
      expect({ stopAfter, done }).toEqual({ stopAfter, done: [] });
    }
  },
  { share: 0.3 },
);
