import { after, appliedSchema, effectsIn, idsIn, nameOf, previewSchema, recordsIn } from '../support/apply-oracle';
import { applyWorldOf, makeEdits } from '../support/apply-worlds';
import { createMortalWorker } from '../support/mortal-worker';
import type { MortalWorker } from '../support/mortal-worker';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * Generated worlds on real servers: a first sync, people's edits, a preview, more edits, and the preview applied. In every second world the
 * worker is killed on the way. `APPLY_SEEDS=200` plays more of them, `APPLY_FROM` begins elsewhere.
 */

const FIRST = Number(process.env['APPLY_FROM'] ?? '1');
const COUNT = Number(process.env['APPLY_SEEDS'] ?? '4');
const seeds = Array.from({ length: COUNT }, (_, index) => FIRST + index);

const played = { done: new Set<string>(), reasons: new Set<string>(), effects: 0, left: 0 };
let stage: Stage;
let worker: MortalWorker;
beforeAll(async () => {
  stage = await createStage('apply');
  worker = await createMortalWorker(stage);
});
afterAll(() => stage.stop());

test.each(seeds)(
  'P2, A2 the preview of world %i is applied: what it lists is done, or listed with a reason, and nothing else is done',
  async (seed) => {
    const tenant = `apply-${seed}`;
    const { first, beforePreview, afterPreview, killAt } = applyWorldOf(seed);
    await stage.putWorld(first);
    await stage.applyTenant(tenant);
    await stage.sync(tenant);
    await makeEdits(stage, beforePreview);
    const shown = await stage.cli('sync', tenant, '--mode', 'preview', '--wait', '--json');
    const preview = previewSchema.parse(JSON.parse(shown.stdout));
    const touched = await makeEdits(stage, afterPreview);

    const world = await stage.world();
    const known = idsIn(world);
    const before = recordsIn(world, known);
    const args = ['apply', tenant, preview.runId, '--wait', '--json'];
    const { code, stdout } = await worker.during(killAt === null ? null : { point: killAt }, () => stage.cli(...args));
    expect(code).toBe(0);
    const { applied, notDone } = appliedSchema.parse(JSON.parse(stdout));

    const listed = effectsIn(preview.operations);
    const left = new Set(effectsIn(notDone).map(nameOf));
    expect(applied).toMatchObject({ effects: listed.length, done: listed.length - left.size });
    const done = listed.filter((effect) => !left.has(nameOf(effect)));
    expect(Object.fromEntries(recordsIn(await stage.world(), known))).toEqual(Object.fromEntries(after(before, done)));
    for (const { kind } of done) played.done.add(kind);
    for (const { why } of notDone) played.reasons.add(why);
    played.effects += listed.length;
    played.left += left.size;
    // Nobody's edit, no reason.
    expect(notDone.filter(({ hubspotId }) => !touched.has(hubspotId ?? ''))).toEqual([]);

    // The next runs do the rest, and then nothing is left.
    await stage.sync(tenant);
    const settled = await stage.sync(tenant);
    for (const counts of Object.values(settled.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  },
  240_000,
);

test('the worlds had everything to do, and something that was not done', () => {
  const kinds = ['create', 'link', 'unlink', 'updateHubspot', 'updateOfficernd'];
  expect([...played.done].toSorted()).toEqual(expect.arrayContaining(kinds));
  expect(played.reasons.size).toBeGreaterThan(0);
  process.stderr.write(`${seeds.length} worlds: ${played.effects} effects, ${played.left} not done (${[...played.reasons].join(', ')})\n`);
});
