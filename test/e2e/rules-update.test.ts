import { expectSettled, idOf, keptValues, look } from '../support/sight';
import type { KeptValue, Sight } from '../support/sight';
import { edited, editedInHubSpot } from '../support/companies';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** Phase 3 of docs/how-a-sync-decides.md, on real servers: the outcome of each edit on both sides. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);
describe('one field after the other', () => {
  const tenant = 'update-merge';
  const names = ['First', 'Same', 'FromHubSpot', 'FromOfficernd', 'Conflict', 'OneWay', 'Against', 'Enforced', 'Erased', 'Bag'];
  const numberOf = (name: string) => names.indexOf(name) + 1;
  const first: Readonly<Record<string, unknown>> = { address: { city: 'Leeds', zip: 'Z1', country: 'UK' } };
  const firstInHubSpot = { city: 'York', address: '5 Oak', zip: 'Z2', country: 'UK', state: 'Kept In HubSpot', out_text: 'theirs' };
  const agreed = {
    address: { city: 'Leeds', street: '1 High', zip: 'Z', state: 'S', country: 'UK' },
    url: 'https://x.example',
    description: 'D',
  };
  const bag = { Text: 'T', Out: 'O', In: 'I', Firm: 'F' };
  const agreedInHubSpot = {
    city: 'Leeds',
    address: '1 High',
    zip: 'Z',
    state: 'S',
    country: 'UK',
    website: 'x.example/',
    description: 'D',
    both_text: 'T',
    out_text: 'O',
    in_text: 'I',
    firm_text: 'F',
  };
  const property = (key: string) => ({ key, type: 'String', targets: ['team'] });
  let linked: { readonly report: SeenReport; readonly sight: Sight; readonly kept: readonly KeptValue[] };
  let merged: typeof linked;
  const play = async (): Promise<typeof linked> => {
    const report = await stage.sync(tenant);
    return { report, sight: await look(stage), kept: await keptValues(stage, tenant, report.runId) };
  };
  const officernd = (name: string, { sight } = merged) => sight.officernd(company(numberOf(name)));
  const hubspot = (name: string, { sight } = merged) => sight.values(`${numberOf(name)}`);
  const keptOf = (name: string, { kept } = merged) => kept.filter(({ hubspotId }) => hubspotId === `${numberOf(name)}`);

  beforeAll(async () => {
    await stage.putWorld({
      officernd: {
        customProperties: ['Text', 'Out', 'In', 'Firm', 'Ours. Only'].map(property),
        companies: names.map((name, index) => ({
          _id: company(index + 1),
          name,
          ...(name === 'First' ? first : agreed),
          properties: { ...(name === 'First' ? {} : bag), 'Ours. Only': `kept ${name}`, Level: 5 },
        })),
      },
      hubspot: {
        properties: { companies: ['both_text', 'out_text', 'in_text', 'firm_text', 'theirs_only'].map((name) => ({ name })) },
        companies: names.map((name, index) => ({
          id: `${index + 1}`,
          properties: { name, theirs_only: `kept ${name}`, ...(name === 'First' ? firstInHubSpot : agreedInHubSpot) },
        })),
      },
    });
    await stage.applyTenant(tenant, {
      entities: ['company'],
      standard: {
        'company.address.state': '→',
        'company.address.zip': '<-',
        'company.address.country': { neverErase: true },
        'company.description': { direction: '←', drift: 'enforce' },
      },
      additional: {
        company: [
          { officernd: 'properties.Text', hubspot: 'both_text', direction: '<->' },
          { officernd: 'properties.Out', hubspot: 'out_text', direction: '->' },
          { officernd: 'properties.In', hubspot: 'in_text', direction: '←' },
          { officernd: 'properties.Firm', hubspot: 'firm_text', direction: '→', drift: 'enforce' },
        ],
      },
    });
    linked = await play();
    await stage.edit('officernd', [
      edited(numberOf('Same'), { 'address.city': 'Hull' }, { Text: 'Both' }),
      edited(
        numberOf('FromOfficernd'),
        { name: 'FromOfficernd Renamed', 'address.city': 'Bath', url: 'http://new.example/' },
        { Text: 'from O' },
      ),
      edited(numberOf('Conflict'), { 'address.city': 'Bath' }, { Text: 'mine' }),
      edited(numberOf('OneWay'), { 'address.state': 'New S' }, { Out: 'out 2' }),
      edited(numberOf('Against'), { 'address.zip': 'mine' }, { In: 'mine' }),
      edited(numberOf('Enforced'), { description: 'mine' }),
      edited(numberOf('Erased'), { 'address.street': null, 'address.country': null }, { Out: null }),
    ]);
    await stage.edit('hubspot', [
      editedInHubSpot(numberOf('Same'), { city: 'Hull', both_text: 'Both' }),
      editedInHubSpot(numberOf('FromHubSpot'), {
        name: 'FromHubSpot Renamed',
        city: 'York',
        website: 'https://other.example',
        both_text: 'from H',
      }),
      editedInHubSpot(numberOf('Conflict'), { city: 'York', both_text: 'theirs' }),
      editedInHubSpot(numberOf('OneWay'), { zip: 'New Z', in_text: 'in 2' }),
      editedInHubSpot(numberOf('Against'), { state: 'theirs', out_text: 'theirs' }),
      editedInHubSpot(numberOf('Enforced'), { firm_text: 'theirs' }),
      editedInHubSpot(numberOf('Erased'), { city: '', in_text: '' }),
      editedInHubSpot(numberOf('Bag'), { both_text: 'changed' }),
    ]);
    merged = await play();
  });

  test('M2 at the first link OfficeRnD wins where both have a value, HubSpot fills what is blank, and the arrow’s source wins', () => {
    expect(officernd('First', linked)).toMatchObject({ address: { city: 'Leeds', street: '5 Oak', zip: 'Z2', country: 'UK' } });
    expect(officernd('First', linked)?.['address']).not.toHaveProperty('state');
    expect(hubspot('First', linked)).toMatchObject({
      city: 'Leeds',
      address: '5 Oak',
      zip: 'Z2',
      state: 'Kept In HubSpot',
      out_text: 'theirs',
    });
  });

  test('M2, A3 values that give way at the first link are kept', () => {
    expect(linked.report).toMatchObject({ firstLink: 2, conflicts: 0, drift: 0 });
    const kept = keptOf('First', linked);
    expect(kept).toContainEqual(
      expect.objectContaining({ kind: 'first-link', field: 'address.city', rule: 'M2', officernd: 'Leeds', hubspot: 'York' }),
    );
    expect(kept).toContainEqual(expect.objectContaining({ kind: 'first-link', field: 'address.zip', officernd: 'Z1', hubspot: 'Z2' }));
  });

  test('M1 equal values are not written: addresses without scheme and slash, and the same edit on both sides', () => {
    expect(linked.report.phases.update['company']).toMatchObject({ compared: names.length, updatedHubspot: 1 });
    expect(hubspot('Same')).toEqual({ ...hubspot('Same', linked), city: 'Hull', both_text: 'Both' });
    expect(keptOf('Same')).toEqual([]);
  });

  test('M3 only HubSpot changed: OfficeRnD takes it, and nothing is written to HubSpot', () => {
    expect(officernd('FromHubSpot')).toMatchObject({
      name: 'FromHubSpot Renamed',
      url: 'https://other.example',
      address: { ...agreed.address, city: 'York' },
      properties: { Text: 'from H' },
    });
    expect(hubspot('FromHubSpot')).toMatchObject({ name: 'FromHubSpot Renamed', city: 'York', address: '1 High' });
  });

  test('M3 only OfficeRnD changed: HubSpot takes it', () => {
    expect(hubspot('FromOfficernd')).toMatchObject({
      name: 'FromOfficernd Renamed',
      city: 'Bath',
      website: 'http://new.example/',
      both_text: 'from O',
      address: '1 High',
    });
  });

  test('M4, A3 both changed: OfficeRnD wins, and HubSpot’s value is kept with run, time, base and both values', () => {
    expect(officernd('Conflict')).toMatchObject({ address: { city: 'Bath' }, properties: { Text: 'mine' } });
    expect(hubspot('Conflict')).toMatchObject({ city: 'Bath', both_text: 'mine' });
    expect(merged.report.conflicts).toBe(2);
    expect(keptOf('Conflict')).toContainEqual(
      expect.objectContaining({
        kind: 'conflict',
        field: 'address.city',
        rule: 'M4',
        base: 'Leeds',
        officernd: 'Bath',
        hubspot: 'York',
        at: expect.any(Date),
      }),
    );
    expect(keptOf('Conflict')).toContainEqual(
      expect.objectContaining({ kind: 'conflict', field: 'properties.Text', base: 'T', officernd: 'mine', hubspot: 'theirs' }),
    );
  });

  test('M5 one-way values flow along the arrow', () => {
    expect(officernd('OneWay')).toMatchObject({ address: { zip: 'New Z' }, properties: { In: 'in 2' } });
    expect(hubspot('OneWay')).toMatchObject({ state: 'New S', out_text: 'out 2' });
  });

  test('M5 a change against the arrow is drift: reported, and left on both sides', () => {
    expect(officernd('Against')).toMatchObject({ address: { zip: 'mine', state: 'S' }, properties: { In: 'mine', Out: 'O' } });
    expect(hubspot('Against')).toMatchObject({ zip: 'Z', state: 'theirs', in_text: 'I', out_text: 'theirs' });
    expect(
      keptOf('Against')
        .map(({ kind, field }) => `${kind} ${field}`)
        .toSorted(),
    ).toEqual(['address.state', 'address.zip', 'properties.In', 'properties.Out'].map((field) => `drift ${field}`));
    expect(merged.report.drift).toBe(4);
  });

  test('M5 with `enforce` a change against the arrow is undone', () => {
    expect(officernd('Enforced')).toMatchObject({ description: 'D', properties: { Firm: 'F' } });
    expect(hubspot('Enforced')).toMatchObject({ description: 'D', firm_text: 'F' });
  });

  test('M6 a cleared value clears the other side, unless the field is never erased', () => {
    expect(officernd('Erased')?.['address']).toEqual({ zip: 'Z', state: 'S' });
    expect(hubspot('Erased')).toMatchObject({ country: 'UK', zip: 'Z' });
    for (const name of ['city', 'address', 'in_text', 'out_text']) expect(hubspot('Erased')[name] ?? '').toBe('');
    expect(officernd('Erased')?.properties).not.toHaveProperty('In');
  });

  test('M9 properties that are not mapped stay as they are, on both sides', () => {
    for (const name of names) {
      expect(officernd(name)?.properties).toMatchObject({ 'Ours. Only': `kept ${name}`, Level: 5 });
      expect(hubspot(name)).toMatchObject({ theirs_only: `kept ${name}` });
    }
    expect(officernd('Bag')?.properties).toEqual({
      ...bag,
      Text: 'changed',
      'Ours. Only': 'kept Bag',
      Level: 5,
      hubspot_link_id: expect.any(String),
    });
  });

  test('A1 a second run writes nothing; drift is reported again', async () => {
    expect(await expectSettled(stage, tenant)).toMatchObject({ drift: 4 });
  });

  test('M6 a blank that is not copied does not hold back a value that is entered later', async () => {
    await stage.edit('officernd', [edited(numberOf('Erased'), { 'address.country': 'Wales' })]);
    await stage.sync(tenant);
    const { values } = await look(stage);
    expect(values(`${numberOf('Erased')}`)).toMatchObject({ country: 'Wales' });
  });
});
