import { company, edited, editedInHubSpot } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, keptValues, look, notedFailures, release } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** Phase 3 where vendors and people interfere with a write (M7, M8, M10), through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test('M7 what a vendor makes of a value is taken for the value: an e-mail in lower case leads to no second write', async () => {
  const tenant = 'update-rewriting';
  const ann = idOf('member', 1);
  await stage.putWorld({
    officernd: { members: [{ _id: ann, name: 'Ann  Lee', email: 'ann@example.com', phone: '+44 (20) 1234' }] },
    hubspot: { contacts: [{ id: '1', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com', phone: '+44201234' } }] },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  expect((await stage.sync(tenant)).phases.update['member']).toMatchObject({ updatedHubspot: 0 });
  await stage.edit('officernd', [
    { op: 'update', type: 'members', id: ann, fields: { email: 'Ann.Lee@Example.COM', name: 'Ann Mary van Lee' } },
  ]);
  await stage.sync(tenant);
  const after = await look(stage);
  expect(after.values('1')).toMatchObject({ email: 'ann.lee@example.com', firstname: 'Ann Mary van', lastname: 'Lee', phone: '+44201234' });
  expect(after.officernd(ann)).toMatchObject({ email: 'Ann.Lee@Example.COM', phone: '+44 (20) 1234' });
  await expectSettled(stage, tenant);
});

test('M8 people’s edits during a run are never overwritten unseen', async () => {
  const tenant = 'update-underway';
  const numbers = [1, 2, 3, 4, 5];
  const url = 'https://of-old.example';
  await stage.putWorld({
    officernd: {
      companies: numbers.map((number) => ({
        _id: company(number),
        name: `C${number}`,
        url,
        address: { city: 'Leeds', street: 'Oak' },
        properties: { Floor: '1' },
      })),
    },
    hubspot: {
      companies: numbers.map((number) => ({
        id: `${number}`,
        properties: { name: `C${number}`, city: 'Leeds', address: 'Oak', website: url },
      })),
    },
  });
  await stage.applyTenant(tenant, { entities: ['company', 'member'] });
  await stage.sync(tenant);
  await stage.edit('hubspot', [
    editedInHubSpot(1, { city: 'York' }),
    editedInHubSpot(2, { city: 'York' }),
    editedInHubSpot(5, { website: '' }),
  ]);
  await stage.edit('officernd', [edited(3, { 'address.city': 'Bath' }), edited(4, { url: null })]);
  // At the time of the edits, the run has read all companies and waits for the members.
  await addFaults(stage, 'officernd', [{ match: { method: 'GET', path: '/members\\?' }, times: 1, action: { hold: true } }]);
  const listings = async () => [
    (await stage.requests('officernd')).byRoute['GET /organizations/{org}/companies'] ?? 0,
    hubspotListings((await stage.requests('hubspot')).byRoute),
  ];
  const [officerndBefore = 0, hubspotBefore = 0] = await listings();
  const running = stage.sync(tenant);
  await poll('both listings', async () => {
    const [officernd = 0, hubspot = 0] = await listings();
    return officernd > officerndBefore && hubspot > hubspotBefore ? true : undefined;
  });
  await stage.edit('officernd', [edited(1, { 'address.city': 'Mine' }), edited(2, { 'address.street': 'Elm' }, { Floor: '2' })]);
  await stage.edit('hubspot', [editedInHubSpot(3, { city: 'Theirs' })]);
  // Values that were cleared before the run are filled again at the same side (M6): nothing may be erased at the other one.
  await stage.edit('officernd', [edited(4, { url: 'https://four.example' })]);
  await stage.edit('hubspot', [editedInHubSpot(5, { website: 'https://five.example' })]);
  await release(stage, 'officernd');
  const reports = [await running];
  const during = await look(stage);
  expect(during.officernd(company(1))).toMatchObject({ address: { city: 'Mine' } });
  // The same run plans again. HubSpot's change is written to OfficeRnD. The edit made in between stays and is written to HubSpot.
  expect(during.officernd(company(2))).toMatchObject({ address: { city: 'York', street: 'Elm' }, properties: { Floor: '2' } });
  expect([during.values('1'), during.values('2'), during.values('3')]).toMatchObject([
    { city: 'Mine' },
    { city: 'York', address: 'Elm' },
    { city: 'Bath' },
  ]);
  expect([4, 5].map((number) => [during.officernd(company(number))?.['url'], during.values(`${number}`)['website']])).toEqual([
    ['https://four.example', 'https://four.example'],
    ['https://five.example', 'https://five.example'],
  ]);
  expect(reports[0]?.['lookAgeMs']).toEqual({ max: expect.any(Number) });
  reports.push(await stage.sync(tenant));
  const after = await look(stage);
  expect([after.values('1'), after.values('2'), after.values('3')]).toMatchObject([
    { city: 'Mine' },
    { city: 'York', address: 'Elm' },
    { city: 'Bath' },
  ]);
  const kept = (await Promise.all(reports.map(({ runId }) => keptValues(stage, tenant, runId)))).flat();
  expect(kept).toContainEqual(
    expect.objectContaining({ kind: 'conflict', field: 'address.city', base: 'Leeds', officernd: 'Mine', hubspot: 'York' }),
  );
  expect(kept).toContainEqual(
    expect.objectContaining({ kind: 'conflict', field: 'address.city', base: 'Leeds', officernd: 'Bath', hubspot: 'Theirs' }),
  );
  expect(kept).toHaveLength(2);
  await expectSettled(stage, tenant);
});

/** Definitions of properties have a path that ends in the same way, and are read before anything is listed. */
const hubspotListings = (byRoute: Readonly<Record<string, number>>): number =>
  Object.entries(byRoute).reduce((sum, [route, count]) => (/^GET \/crm\/\S*objects\/\S*companies$/.test(route) ? sum + count : sum), 0);

thorough('M8 a repeated write reads the record again: a person’s edit in between is not overwritten', async () => {
  const tenant = 'update-again';
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'C1', address: { city: 'Leeds' } }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'C1', city: 'Leeds' } }] },
  });
  await stage.applyTenant(tenant, { entities: ['company'] });
  await stage.sync(tenant);
  await stage.edit('hubspot', [editedInHubSpot(1, { city: 'York' })]);
  await addFaults(stage, 'officernd', [{ match: { method: 'PUT', path: '/companies/' }, times: 2, action: { status: 502 } }]);
  const running = stage.sync(tenant);
  await poll('the refusal', async () => (await stage.requests('officernd')).byStatus['502'], { everyMs: 5 });
  await stage.edit('officernd', [edited(1, { 'address.city': 'Bath' })]);
  const { runId } = await running;

  expect(await keptValues(stage, tenant, runId)).toMatchObject([{ kind: 'conflict', base: 'Leeds', officernd: 'Bath', hubspot: 'York' }]);
  const after = await look(stage);
  expect(after.officernd(company(1))).toMatchObject({ address: { city: 'Bath' } });
  expect(after.values('1')).toMatchObject({ city: 'Bath' });
  await expectSettled(stage, tenant);
});

test('M10 a field that HubSpot refuses holds back no other; it is tried again when its value changes', async () => {
  const tenant = 'update-refused';
  await stage.putWorld({
    officernd: { companies: [1, 2].map((number) => ({ _id: company(number), name: `C${number}` })) },
    hubspot: { companies: [1, 2].map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
  });
  await stage.admin('hubspot', 'PUT', '/settings', { rules: [{ type: 'companies', property: 'city', kind: 'alpha' }] });
  try {
    await stage.applyTenant(tenant, { entities: ['company'] });
    await stage.sync(tenant);
    await stage.edit('officernd', [
      edited(1, { 'address.city': 'District 9', url: 'https://one.example' }),
      edited(2, { 'address.city': 'Leeds' }),
    ]);
    expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 1 });
    const refused = await look(stage);
    expect(refused.values('1')).toMatchObject({ website: 'https://one.example' });
    expect(refused.values('1')['city'] ?? '').toBe('');
    expect(refused.values('2')).toMatchObject({ city: 'Leeds' });
    expect(await notedFailures(stage, tenant)).toEqual([
      expect.objectContaining({ field: 'address.city', reason: expect.stringContaining('INVALID_ALPHA') }),
    ]);
    await expectSettled(stage, tenant);
    await stage.edit('officernd', [edited(1, { 'address.city': 'Hull' })]);
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0 });
    expect((await look(stage)).values('1')).toMatchObject({ city: 'Hull' });
    expect(await notedFailures(stage, tenant)).toEqual([]);
  } finally {
    await stage.admin('hubspot', 'PUT', '/settings', { rules: [] });
  }
});
