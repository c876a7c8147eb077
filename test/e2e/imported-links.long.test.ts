import { z } from 'zod';
import { company, createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { expectSettled, linkId, linkShown, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** P2: approved imports beside everything else that links records, and the brake on what gives way. */

let stage: Stage;
let approvals: Approvals;

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

/** Imports pairs of companies by number and id, and returns the id of their proposal. */
async function propose(tenant: string, ...pairs: readonly (readonly [number, string])[]): Promise<string> {
  const lines = pairs.map(([number, id]) => JSON.stringify({ entity: 'company', officerndId: company(number), hubspotId: id }));
  const result = await stage.cli('import', tenant, 'links', stage.writeFile('links.ndjson', lines.join('\n')), '--json');
  expect(result).toMatchObject({ code: 0 });
  const { proposals } = z.object({ proposals: z.array(z.object({ id: z.string() })) }).parse(JSON.parse(result.stdout));
  return proposals[0]?.id ?? '';
}

/** By HubSpot's id, why a pair of an import was not linked. */
async function refusals(tenant: string, runId: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await stage.cli('export', tenant, 'operations', '--run', runId, '--json');
  const operation = z.object({ hubspotId: z.string().nullable(), reason: z.string(), error: z.string().nullable() });
  const { rows } = z.object({ rows: z.array(operation) }).parse(JSON.parse(stdout));
  return Object.fromEntries(
    rows.flatMap(({ hubspotId, reason, error }) => (reason === 'P2 import' && error !== null ? [[hubspotId ?? '', error] as const] : [])),
  );
}

const shown = async (...numbers: readonly number[]): Promise<readonly unknown[]> => {
  const { officernd } = await look(stage);
  return numbers.map((number) => linkShown(officernd(company(number))));
};

test('P2, L2, L3 an approved import outranks keys, and gives way to link ids; it settles', async () => {
  const tenant = 'import-ranks';
  const taken = { properties: { hubspot_link_id: linkId('4') } };
  await stage.putWorld({
    officernd: {
      companies: [
        { _id: company(1), name: 'Alpha' },
        { _id: company(2), name: 'Beta', properties: { hubspot_link_id: linkId('3') } },
        { _id: company(4), name: 'Delta', ...taken },
        { _id: company(5), name: 'Delta too', ...taken },
      ],
    },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'Another name' } },
        { id: '2', properties: { name: 'Alpha' } },
        { id: '3', properties: { name: 'Gamma' } },
        { id: '4', properties: { name: 'Delta' } },
        { id: '5', properties: { name: 'Epsilon' } },
        { id: '6', properties: { name: 'Zeta' } },
      ],
    },
  });
  const nothingNew = { create: { filter: [{ property: 'city', in: ['nowhere'] }] } };
  expect(await stage.applyTenant(tenant, nothingNew)).toMatchObject({ code: 0 });
  const id = await propose(tenant, [1, '1'], [2, '6'], [4, '5']);
  const report = await approvals.approve(tenant, id);
  // By its name, 1 would be linked to HubSpot's 2.
  expect(await shown(1, 2, 4, 5)).toEqual([linkId('1'), linkId('3'), linkId('4'), linkId('4')]);
  expect(report.phases.link['company']).toMatchObject({ linked: 1, adopted: 1, created: 0 });
  expect(await refusals(tenant, report.runId)).toEqual({ '6': 'link-taken', '5': 'other-link-id' });
  await expectSettled(stage, tenant);
});

test('M2, P2 values that give way at imported links are held by their own brake, and the links are made all the same', async () => {
  const tenant = 'import-brake';
  await stage.putWorld({
    officernd: { companies: [1, 2].map((number) => ({ _id: company(number), name: `C${number}`, description: 'ours' })) },
    hubspot: { companies: ['1', '2'].map((id) => ({ id, properties: { name: `Other ${id}`, description: 'theirs' } })) },
  });
  const settings = { create: { filter: [{ property: 'city', in: ['nowhere'] }] }, brakes: { firstLink: { count: 1, share: 0 } } };
  expect(await stage.applyTenant(tenant, settings)).toMatchObject({ code: 0 });
  await stage.sync(tenant);
  const report = await approvals.approve(tenant, await propose(tenant, [1, '1'], [2, '2']), 'needs-approval');
  expect(report.phases.link['company']).toMatchObject({ linked: 2 });
  expect(report.proposals).toMatchObject([{ phase: 'update', entity: 'company', kind: 'first-link' }]);
  expect(await shown(1, 2)).toEqual([linkId('1'), linkId('2')]);
  expect((await look(stage)).values('1')).toMatchObject({ name: 'Other 1', description: 'theirs' });
});

test('P2 an import that was approved under another configuration is refused as stale', async () => {
  const tenant = 'import-stale';
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'One' }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'Two' } }] },
  });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  const id = await propose(tenant, [1, '1']);
  expect(await stage.applyTenant(tenant, { matching: { name: 'off' } })).toMatchObject({ code: 0 });
  const refused = await stage.cli('approve', tenant, id, '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toEqual([1, { error: { kind: 'stale', message: expect.any(String) } }]);
});
