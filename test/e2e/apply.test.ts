import { z } from 'zod';
import { idOf, inStore, linkId, look } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { Stage } from '../support/stage';

/** `orsync apply`: a preview that is carried out, through the command line, on real servers. apply.long.test.ts has generated worlds. */

let stage: Stage;
beforeAll(async () => {
  stage = await createSharedStage();
});
afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);
const effect = z.looseObject({ kind: z.string(), hubspotId: z.string().nullable(), why: z.string().optional() });
const appliedSchema = reportSchema.extend({
  applied: z.looseObject({ preview: z.string(), effects: z.number(), done: z.number(), unlisted: z.number(), by: z.string() }),
  notDone: z.array(effect),
  unlisted: z.array(effect),
});
const answer = async (...args: string[]) => {
  const { code, stdout } = await stage.cli(...args, '--json');
  return { code, said: JSON.parse(stdout) as unknown };
};

test('P2, M8 a preview is applied: exactly its list is done, less what has changed since, in all three phases', async () => {
  const tenant = 'apply-quick';
  await stage.putWorld({
    officernd: { companies: [1, 2, 3].map((number) => ({ _id: company(number), name: `C${number}` })) },
    hubspot: { companies: [1, 2, 3].map((number) => ({ id: `${number}`, properties: { name: `C${number}`, city: 'Leeds' } })) },
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await stage.edit('officernd', [
    { op: 'update', type: 'companies', id: company(1), fields: { 'address.city': 'Bath', description: 'from OfficeRnD' } },
    { op: 'create', type: 'companies', id: company(4), fields: { name: 'C4', 'address.city': 'Hull' } },
  ]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '1', properties: { city: 'York' } },
    { op: 'update', type: 'companies', id: '3', properties: { city: 'Deal' } },
    { op: 'archive', type: 'companies', id: '2' },
    { op: 'create', type: 'companies', id: '4', properties: { name: 'C4', city: 'Ely' } },
    { op: 'create', type: 'companies', id: '5', properties: { name: 'C5' } },
  ]);
  const preview = await stage.sync(tenant, ['--mode', 'preview']);
  expect(preview['binds']).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{40}$/) });

  // Meanwhile one value changes, one record appears, and nothing else.
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '3', properties: { city: 'Dover' } },
    { op: 'create', type: 'companies', id: '6', properties: { name: 'C6' } },
  ]);
  const { code, stdout } = await stage.cli('apply', tenant, preview.runId, '--wait', '--json');
  expect(code).toBe(0);
  const done = appliedSchema.parse(JSON.parse(stdout));
  expect(done).toMatchObject({
    mode: 'full',
    state: 'completed',
    proposals: [],
    phases: {
      unlink: { company: { unlinked: 1 } },
      link: { company: { linked: 1, created: 1 } },
      update: { company: { updatedHubspot: 2, updatedOfficernd: 1 } },
    },
  });
  expect(done.notDone).toMatchObject([{ kind: 'updateOfficernd', hubspotId: '3', why: 'changed' }]);
  expect(done.unlisted.map(({ kind, hubspotId }) => [kind, hubspotId])).toEqual([
    ['create', '6'],
    ['updateOfficernd', '3'],
  ]);
  expect(done.applied).toMatchObject({ preview: preview.runId, done: done.applied.effects - 1, unlisted: 2 });

  const seen = await look(stage);
  expect(seen.values('1')).toMatchObject({ city: 'Bath', description: 'from OfficeRnD' });
  expect(seen.values('4')).toMatchObject({ city: 'Hull' });
  expect(seen.officernd(company(3))).toMatchObject({ address: { city: 'Leeds' } });
  expect(seen.officernd(company(2))?.properties['hubspot_link_id']).toBeUndefined();
  expect(seen.officernd(company(4))?.properties['hubspot_link_id']).toBe(linkId('4'));
  expect([seen.named('C5')?._id, seen.named('C6')]).toEqual([expect.any(String), undefined]);

  expect(await answer('apply', tenant, preview.runId)).toMatchObject({ code: 1, said: { error: { kind: 'carried-out' } } });
  expect(await answer('apply', tenant, done.runId)).toMatchObject({ code: 1, said: { error: { kind: 'no-preview' } } });
  expect(await answer('apply', tenant, 'no-such-run')).toMatchObject({ code: 2, said: { error: { kind: 'unknown-preview' } } });

  // The next run does what was left, and an old preview is stale as soon as the configuration changes.
  const old = await stage.sync(tenant, ['--mode', 'preview']);
  expect(await stage.sync(tenant)).toMatchObject({
    phases: { link: { company: { created: 1 } }, update: { company: { updatedOfficernd: 1 } } },
  });
  await stage.applyTenant(tenant, { policies: { drift: 'enforce' } });
  expect(await answer('apply', tenant, old.runId)).toMatchObject({ code: 1, said: { error: { kind: 'stale' } } });
  const kept = await inStore(stage, (db) => db.collection('runs').findOne({ tenant, 'applies.preview': preview.runId }));
  expect(kept).toMatchObject({ applies: { by: done.applied.by, at: expect.any(Date), note: null, isStale: false } });
});
