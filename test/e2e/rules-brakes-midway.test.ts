import { randomUUID } from 'node:crypto';
import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { idOf, keptValues, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** The brakes of phase 3 while a run is under way: edits that come in, and workers that die. */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('brakes-midway');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const member = (number: number) => idOf('member', number);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** People who match by e-mail. The first `differing` have another phone in HubSpot. */
async function people(count: number, differing: number): Promise<void> {
  await stage.putWorld({
    officernd: {
      members: upTo(count).map((number) => ({
        _id: member(number),
        name: `P ${number}`,
        email: `p${number}@example.com`,
        phone: `+44 ${number}`,
      })),
    },
    hubspot: {
      contacts: upTo(count).map((number) => ({
        id: `${number}`,
        properties: {
          firstname: 'P',
          lastname: `${number}`,
          email: `p${number}@example.com`,
          phone: number <= differing ? `+1 ${number}` : `+44 ${number}`,
        },
      })),
    },
  });
}

const inHubSpot = (count: number, properties: Readonly<Record<string, string>>) =>
  stage.edit(
    'hubspot',
    upTo(count).map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties })),
  );

const heldIn = async (tenant: string, runId: string) =>
  (await engine.store.forTenant(tenant).operations.page(runId, { state: 'held' }, { after: null, limit: 100 })).items.map(
    ({ hubspotId, kind, fields }) => `${hubspotId ?? ''} ${kind} ${fields.map(({ field }) => field).join()}`,
  );

/** OfficeRnD's records are read again and written twelve by twelve (M8). */
const PEOPLE = 14;

test.each([
  ['too many for the brake are held', 1, ['+44 13', '+44 14'], ['13 updateHubspot phone', '14 updateHubspot phone']],
  ['so few that the brake allows are done', 2, [undefined, undefined], []],
] as const)('M6 M8 erasures that arrive between the count and the write: %s', async (_title, count, phones, held) => {
  const tenant = `midway-late-${count}`;
  await people(PEOPLE, 0);
  await engine.addTenant(tenant, { brakes: { erase: { count, share: 0 } } });
  await engine.run(tenant);
  await inHubSpot(PEOPLE, { city: 'Leeds' });
  let isFirst = true;
  const runId = randomUUID();
  const { told } = await engine.run(tenant, {
    runId,
    at: async (point) => {
      if (point !== 'update-planned' || !isFirst) return;
      isFirst = false;
      await stage.edit(
        'officernd',
        [13, 14].map((number) => ({ op: 'update', type: 'members', id: member(number), fields: { phone: null } })),
      );
    },
  });
  const { values, officernd } = await look(stage);
  expect([values('13')['phone'], values('14')['phone']]).toEqual(phones);
  for (const number of upTo(PEOPLE)) expect(officernd(member(number))).toMatchObject({ address: { city: 'Leeds' } });
  expect(await heldIn(tenant, runId)).toEqual(held);
  expect(told['update']?.['held'] ?? 0).toBe(held.length);
});

test.each([
  ['another attempt', true],
  ['the next run', false],
] as const)('M2 A2 what the brake has allowed once stays allowed when the worker dies: %s goes on with it', async (who, goesOn) => {
  const tenant = `midway-died-${who.replaceAll(' ', '-')}`;
  await people(8, 4);
  await engine.addTenant(tenant, { brakes: { firstLink: { count: 1, share: 0.5 } }, standard: { 'member.phone': '←' } });
  const runId = randomUUID();
  // The first write was alone (S2). By then the other four have their bases: the three that are left are all the new links that there are.
  expect(await engine.run(tenant, { runId, goesOn, killAt: { point: 'update-planned', nth: 2 } })).toMatchObject({ wasKilled: true });
  const last = goesOn ? runId : randomUUID();
  if (!goesOn) await engine.run(tenant, { runId: last });
  const { officernd } = await look(stage);
  expect(upTo(4).map((number) => officernd(member(number))?.['phone'])).toEqual(upTo(4).map((number) => `+1 ${number}`));
  expect(await heldIn(tenant, last)).toEqual([]);
  expect(await keptValues(stage, tenant, last)).toHaveLength(goesOn ? 4 : 3);
});

test('M6 A2 what is held stays held when the worker dies, and only that', async () => {
  const tenant = 'midway-held';
  await people(4, 0);
  await engine.addTenant(tenant, { brakes: { erase: { count: 1, share: 0 } } });
  await engine.run(tenant);
  await inHubSpot(3, { phone: '' });
  await inHubSpot(4, { city: 'Leeds' });
  for (const point of ['update-planned', 'update-officernd-called', 'update-applied'] as const) {
    const runId = randomUUID();
    await engine.run(tenant, { runId, killAt: { point, nth: 1 } });
    expect(await heldIn(tenant, runId)).toEqual(upTo(3).map((number) => `${number} updateOfficernd phone`));
    const { officernd } = await look(stage);
    expect(upTo(4).map((number) => officernd(member(number))?.['phone'])).toEqual(upTo(4).map((number) => `+44 ${number}`));
    expect(officernd(member(1))).toHaveProperty('address.city');
    await inHubSpot(4, { city: point });
  }
});
