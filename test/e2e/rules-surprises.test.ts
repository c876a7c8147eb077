import { company, companies, editedInHubSpot } from '../support/companies';
import { expectSettled, idOf, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { untilReported } from '../support/told';
import { thorough } from '../support/thorough';

/** S1, S2: OfficeRnD does something else than it was asked to, through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const behave = (settings: object): Promise<unknown> => stage.admin('officernd', 'PUT', '/settings', settings);

/** The calls to OfficeRnD so far, by method and whether they name a record. */
async function callsOf(resource: string): Promise<Readonly<Record<'puts' | 'posts' | 'reads', number>>> {
  const { byRoute } = await stage.requests('officernd');
  const count = (route: string): number => byRoute[`${route} /organizations/{org}/${resource}`] ?? 0;
  return {
    puts: byRoute[`PUT /organizations/{org}/${resource}/{id}`] ?? 0,
    posts: count('POST'),
    reads: byRoute[`GET /organizations/{org}/${resource}/{id}`] ?? 0,
  };
}

test('S2 a first write that clears another field stops the run before a second one; after the correction it goes on', async () => {
  const tenant = 'surprise-canary';
  const numbers = [1, 2, 3, 4, 5];
  const { officernd, hubspot } = companies(...numbers);
  await stage.putWorld({ officernd, hubspot });
  await stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'update', type: 'companies', id: company(number), fields: { description: 'Kept' } })),
  );
  await stage.applyTenant(tenant);
  await behave({ sideEffects: { companies: ['description'] } });
  try {
    const before = await callsOf('companies');
    const blocked = await stage.sync(tenant, [], 3);
    expect(blocked).toMatchObject({
      state: 'blocked',
      surprises: [{ entity: 'company', field: 'description', records: 1 }],
      trouble: { kind: 'surprise', message: expect.stringContaining('"description"') },
    });
    expect((await callsOf('companies')).puts - before.puts).toBe(1);
    const seen = await look(stage);
    expect(numbers.filter((number) => seen.officernd(company(number))?.['description'] === 'Kept')).toHaveLength(4);
    await behave({ sideEffects: { companies: [], members: [] } });
    expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
    await untilReported(stage, tenant, blocked.runId, 'completed');
    const after = await look(stage);
    expect(numbers.every((number) => after.officernd(company(number))?.properties['hubspot_link_id'] !== undefined)).toBe(true);
    await expectSettled(stage, tenant);
  } finally {
    await behave({ sideEffects: { companies: [], members: [] } });
  }
});

test('S2 27b OfficeRnD drops the link id without a word: the first creation stops the run, and none happens twice', async () => {
  const tenant = 'surprise-link-id';
  await stage.putWorld({
    hubspot: {
      contacts: [1, 2, 3].map((id) => ({ id: `${id}`, properties: { firstname: 'P', lastname: `${id}`, email: `p${id}@example.com` } })),
    },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await behave({ linkProperty: 'drop' });
  try {
    const blocked = await stage.sync(tenant, [], 3);
    expect(blocked).toMatchObject({
      state: 'blocked',
      surprises: [{ entity: 'member', field: 'properties.hubspot_link_id', records: 1 }],
      trouble: { message: expect.stringMatching(/hubspot_link_id.*members/) },
    });
    expect((await look(stage)).world.officernd.members).toHaveLength(1);
    await behave({ linkProperty: 'accept' });
    expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
    await untilReported(stage, tenant, blocked.runId, 'completed');
    const { world } = await look(stage);
    expect(world.officernd.members.map(({ name, properties }) => `${name} ${String(properties['hubspot_link_id'])}`).toSorted()).toEqual(
      [1, 2, 3].map((id) => `P ${id} ${stage.hubspot.portalId}-${id}`),
    );
    await expectSettled(stage, tenant);
  } finally {
    await behave({ linkProperty: 'accept' });
  }
});

test('S1 a vendor that begins to change other fields stops the entity’s writes after three records', async () => {
  const tenant = 'surprise-later';
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
  const { officernd, hubspot } = companies(...numbers);
  await stage.putWorld({ officernd, hubspot });
  await stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'update', type: 'companies', id: company(number), fields: { description: 'Kept' } })),
  );
  // A value that the vendor clears beside a write is erased in HubSpot by the next merge (M11), which the brake would hold (M6).
  await stage.applyTenant(tenant, { brakes: { erase: { count: 100, share: 1 } } });
  const first = await callsOf('companies');
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', surprises: [] });
  const proven = await callsOf('companies');
  // Each record is read before its write (M8), and the first one once more (S2).
  expect(proven.reads - first.reads).toBe(numbers.length + 1);
  await stage.edit(
    'hubspot',
    numbers.map((number) => editedInHubSpot(number, { city: 'York' })),
  );
  await behave({ sideEffects: { companies: ['description'] } });
  try {
    const blocked = await stage.sync(tenant, [], 3);
    // Twelve records are written at the same time.
    expect((await callsOf('companies')).puts - proven.puts).toBeLessThanOrEqual(12);
    expect(blocked).toMatchObject({ state: 'blocked', surprises: [{ entity: 'company', field: 'description' }] });
    await behave({ sideEffects: { companies: [], members: [] } });
    expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
    await untilReported(stage, tenant, blocked.runId, 'completed');
    expect((await look(stage)).officernd(company(30))).toMatchObject({ address: { city: 'York' } });
    await expectSettled(stage, tenant);
  } finally {
    await behave({ sideEffects: { companies: [], members: [] } });
  }
});

thorough('S2 the first clearing of a link id is a first write, too', async () => {
  const tenant = 'surprise-unlink';
  const member = (number: number) => ({
    _id: idOf('member', number),
    name: `M${number}`,
    email: `m${number}@example.com`,
    description: 'Kept',
    properties: { hubspot_link_id: `${stage.hubspot.portalId}-${number}` },
  });
  const contact = (number: number) => ({ id: `${number}`, properties: { firstname: `M${number}`, email: `m${number}@example.com` } });
  await stage.putWorld({ officernd: { members: [1, 2, 3].map(member) }, hubspot: { contacts: [1, 2, 3].map(contact) } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  await stage.edit(
    'hubspot',
    [1, 2].map((number) => ({ op: 'archive', type: 'contacts', id: `${number}` })),
  );
  await behave({ sideEffects: { members: ['description'] } });
  try {
    const before = await callsOf('members');
    const blocked = await stage.sync(tenant, [], 3);
    expect((await callsOf('members')).puts - before.puts).toBe(1);
    expect(blocked).toMatchObject({ surprises: [{ entity: 'member', field: 'description', records: 1 }] });
    await behave({ sideEffects: { companies: [], members: [] } });
    await stage.cli('resume', tenant);
    expect(await untilReported(stage, tenant, blocked.runId, 'completed')).toMatchObject({
      phases: { unlink: { member: { unlinked: 2 } } },
    });
  } finally {
    await behave({ sideEffects: { companies: [], members: [] } });
  }
});
