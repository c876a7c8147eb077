import { z } from 'zod';
import { createDice } from '../chaos/dice';
import type { Dice } from '../chaos/dice';
import { idsIn, LINK, recordsIn } from '../support/apply-oracle';
import type { Records } from '../support/apply-oracle';
import { applyWorldOf, isOfValues, makeEdits } from '../support/apply-worlds';
import { takingBackPoints } from '../support/crash-kinds';
import { linkedTwice } from '../support/killed-runs';
import { createMortalWorker } from '../support/mortal-worker';
import type { Kill, MortalWorker } from '../support/mortal-worker';
import { PORTAL, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * Generated worlds on real servers: a run, its undo, and the undo of that. The undo's worker is killed on the way, and in some worlds the last
 * one's, too. In every third world people edit values between the run and its undo.
 *
 * `UNDO_SEEDS=200` plays more of them, `UNDO_FROM` begins elsewhere. In undo.long.test.ts, the activities alone play more kinds of takings
 * back.
 */

const FIRST = Number(process.env['UNDO_FROM'] ?? '1');
const COUNT = Number(process.env['UNDO_SEEDS'] ?? '2');
const seeds = Array.from({ length: COUNT }, (_, index) => FIRST + index);

let stage: Stage;
let worker: MortalWorker;
const played = { values: 0, links: 0, left: 0 };
beforeAll(async () => {
  stage = await createStage('undo-kills');
  worker = await createMortalWorker(stage);
});
afterAll(() => stage.stop());

const undoSchema = z.looseObject({ runId: z.string(), state: z.string(), left: z.array(z.looseObject({ why: z.string() })) });

/** At a point that the worker comes to, or wherever it is after some requests. */
const killOf = (dice: Dice): Kill =>
  dice.chance(0.5) ? { point: `${dice.pick(...takingBackPoints)}:${dice.between(1, 2)}` } : { requests: dice.below(16) };

async function undoOf(tenant: string, run: string, kill: Kill | null): Promise<z.output<typeof undoSchema>> {
  const { code, stdout, stderr } = await worker.during(kill, () => stage.cli('undo', tenant, run, '--wait', '--json'));
  if (code !== 0) throw new Error(`undo exited with ${String(code)}: ${stdout}${stderr}`);
  return undoSchema.parse(JSON.parse(stdout));
}

/** Runs once more, and checks that nothing is written. */
async function expectQuiet(tenant: string): Promise<void> {
  const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];
  const before = await writes();
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed' });
  expect(await writes()).toEqual(before);
}

interface Course {
  readonly before: Records;
  /** After the run. */
  readonly after: Records;
  /** After people's edits, when the undo begins. */
  readonly since: Records;
}

/** X1, X2: what nobody has changed since is as it was before the run. An id that led to no living HubSpot record stays away (U1, U7). */
function takenBack({ before, after, since }: Course): Records {
  const isAlive = (linkId: unknown): boolean => before.get(String(linkId).replace(`${PORTAL}-`, ''))?.['archived'] === false;
  return new Map(
    [...before].map(([id, was]) => {
      const [made, now] = [after.get(id) ?? {}, since.get(id) ?? {}];
      const valueOf = (name: string): unknown => {
        const stays = made[name] !== now[name] || (name === LINK && was[name] !== null && !isAlive(was[name]));
        return stays ? now[name] : was[name];
      };
      return [id, Object.fromEntries(Object.keys(was).map((name) => [name, valueOf(name)]))] as const;
    }),
  );
}

/** The records that are not in `before`: what a run has created, by their values alone. */
const createdIn = (records: Records, before: Records): readonly unknown[] =>
  [...records].flatMap(([id, values]) => (before.has(id) ? [] : [JSON.stringify({ ...values, [LINK]: null })])).toSorted();

const differences = (one: Records, other: Records, of: (name: string) => boolean): number =>
  [...one].reduce(
    (sum, [id, values]) => sum + Object.keys(values).filter((name) => of(name) && values[name] !== other.get(id)?.[name]).length,
    0,
  );

test.each(seeds)(
  'X1 X2 X3 A2 world %i: a run is undone, whoever dies: what nobody has changed since is back, nothing else differs, and the undo of that is the run',
  async (seed) => {
    const tenant = `undo-kills-${seed}`;
    const dice = createDice(seed, 'undo');
    const { first, beforePreview, afterPreview } = applyWorldOf(seed);
    await stage.putWorld(first);
    await stage.applyTenant(tenant);
    // Either a first sync is undone, which links and creates, or one that carries edits over.
    if (seed % 2 === 0) await stage.sync(tenant);
    await makeEdits(stage, beforePreview);
    const known = idsIn(await stage.world());
    const seen = async (): Promise<Records> => recordsIn(await stage.world(), known);

    const before = await seen();
    const run = await stage.sync(tenant);
    const after = await seen();
    const isEdited = seed % 3 === 1;
    if (isEdited) await makeEdits(stage, afterPreview.filter(isOfValues));
    const since = await seen();

    const undone = await undoOf(tenant, run.runId, killOf(dice));
    expect(undone.state).toBe('completed');
    const back = await seen();
    expect(Object.fromEntries([...back].filter(([id]) => before.has(id)))).toEqual(Object.fromEntries(takenBack({ before, after, since })));
    // Nothing is deleted, and what was created keeps its values.
    expect(createdIn(back, before)).toEqual(createdIn(since, before));
    if (!isEdited) await expectQuiet(tenant);

    expect((await undoOf(tenant, undone.runId, dice.chance(0.3) ? killOf(dice) : null)).state).toBe('completed');
    expect(Object.fromEntries(await seen())).toEqual(Object.fromEntries(since));
    expect(await linkedTwice(stage)).toEqual([]);
    if (!isEdited) await expectQuiet(tenant);
    played.values += differences(before, after, (name) => name !== LINK);
    played.links += differences(before, after, (name) => name === LINK);
    played.left += undone.left.length;
  },
  240_000,
);

test('the worlds had values and links to take back, and workers died', () => {
  expect([played.values > 0, played.links > 0, worker.kills() > 0]).toEqual([true, true, true]);
  process.stderr.write(
    `${seeds.length} worlds: ${played.values} values and ${played.links} link ids taken back and again, ${played.left} left, ${worker.kills()} kills\n`,
  );
});
