import { expectSettled, idOf, keptValues, linkId, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Phase 3 of docs/how-a-sync-decides.md for opportunities, and additional properties of every type, through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);

describe('opportunities', () => {
  const tenant = 'update-deals';
  const status = (number: number) => idOf('status', number);
  const deal = (number: number) => idOf('opportunity', number);

  beforeAll(async () => {
    await stage.putWorld({
      officernd: {
        opportunityStatuses: [
          { _id: status(1), description: 'New', probability: 20 },
          { _id: status(2), description: 'Won', probability: 100 },
          { _id: status(3), description: 'Without Stage', probability: 20 },
        ],
        companies: [{ _id: company(1), name: 'Acme' }],
        opportunities: [1, 2, 3].map((number) => ({
          _id: deal(number),
          name: `Deal ${number}`,
          company: company(1),
          status: status(1),
          probability: 20,
          startDate: '2020-12-01T00:00:00.000Z',
        })),
      },
      hubspot: {
        companies: [{ id: '1', properties: { name: 'Acme' } }],
        deals: [1, 2, 3].map((number) => ({
          id: `1${number}`,
          properties: {
            dealname: `Deal ${number}`,
            pipeline: 'default',
            dealstage: 'appointmentscheduled',
            closedate: '2020-12-01T00:00:00Z',
          },
          associations: { companies: ['1'] },
        })),
      },
    });
    await stage.applyTenant(tenant, {
      timeZone: 'UTC',
      opportunities: { pipeline: 'default', statuses: { appointmentscheduled: 'New', closedwon: 'Won' } },
    });
    await stage.sync(tenant);
  });

  test('M11 what HubSpot sets beside our write is merged in the same run', async () => {
    await stage.edit('officernd', [{ op: 'update', type: 'opportunities', id: deal(1), fields: { status: status(2), probability: 100 } }]);
    await stage.sync(tenant);
    const after = await look(stage);
    expect(after.values('11')).toMatchObject({ dealstage: 'closedwon' });
    const closed = after.values('11')['closedate'] ?? '';
    expect(closed.slice(0, 10)).not.toBe('2020-12-01');
    expect(String(after.officernd(deal(1))?.['startDate']).slice(0, 10)).toBe(closed.slice(0, 10));
    await expectSettled(stage, tenant, { drift: 0 });
  });

  test('M12 a value that a side can’t take is never written there: a computed property, a status without counterpart', async () => {
    await stage.edit('officernd', [
      { op: 'update', type: 'opportunities', id: deal(2), fields: { probability: 35 } },
      { op: 'update', type: 'opportunities', id: deal(3), fields: { status: status(3) } },
    ]);
    await stage.edit('hubspot', [{ op: 'update', type: 'deals', id: '13', properties: { dealstage: 'closedwon' } }]);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(after.officernd(deal(2))).toMatchObject({ probability: 35, status: status(1) });
    expect(after.values('12')).toMatchObject({ dealstage: 'appointmentscheduled' });
    expect(Number(after.values('12')['hs_deal_stage_probability'])).toBeCloseTo(0.2);
    expect(after.officernd(deal(3))).toMatchObject({ status: status(3) });
    expect(after.values('13')).toMatchObject({ dealstage: 'closedwon' });
    const drifts = await keptValues(stage, tenant, report.runId);
    expect(drifts).toContainEqual(expect.objectContaining({ kind: 'drift', rule: 'M12', hubspotId: '12', field: 'probability' }));
    expect(drifts).toContainEqual(expect.objectContaining({ kind: 'drift', rule: 'M12', hubspotId: '13', field: 'status' }));
    await expectSettled(stage, tenant, { drift: report.drift });
  });
});

describe('additional properties of all types', () => {
  const tenant = 'update-types';
  const ann = idOf('member', 1);
  const bob = idOf('member', 2);
  const kinds = [
    { key: 'A Text', name: 'a_text', officernd: 'String', hubspot: { type: 'string' } },
    { key: 'A.Number', name: 'a_number', officernd: 'Number', hubspot: { type: 'number' } },
    { key: 'A Yes-No', name: 'a_boolean', officernd: 'Boolean', hubspot: { type: 'bool' } },
    { key: 'A Day', name: 'a_date', officernd: 'Date', hubspot: { type: 'date' } },
    { key: 'A Moment', name: 'a_datetime', officernd: 'Date', hubspot: { type: 'datetime' } },
    {
      key: 'A $Choice',
      name: 'a_choice',
      officernd: 'Select',
      values: ['gold', 'silver'],
      hubspot: { type: 'enumeration', options: [{ value: 'gold' }, { value: 'silver' }] },
    },
    {
      key: 'Some',
      name: 'some',
      officernd: 'Multi-Select',
      values: ['x', 'y', 'z'],
      hubspot: { type: 'enumeration', fieldType: 'checkbox', options: [{ value: 'x' }, { value: 'y' }, { value: 'z' }] },
    },
  ];
  const inOfficernd = {
    'A Text': 'One',
    'A.Number': 12.5,
    'A Yes-No': true,
    'A Day': '2026-05-01T00:00:00.000Z',
    'A Moment': '2026-05-01T10:30:00.000Z',
    'A $Choice': 'gold',
    Some: ['x', 'y'],
  };
  const inHubSpot = {
    a_text: 'One',
    a_number: '12.5',
    a_boolean: 'true',
    a_date: '2026-05-01',
    a_datetime: '2026-05-01T10:30:00Z',
    a_choice: 'gold',
    some: 'x;y',
  };
  const nextInOfficernd = {
    'A Text': 'Two',
    'A.Number': -3,
    'A Yes-No': false,
    'A Day': '2027-12-31T00:00:00.000Z',
    'A Moment': '2027-12-31T23:59:00.000Z',
    'A $Choice': 'silver',
    Some: ['z'],
  };
  const nextInHubSpot = {
    a_text: 'Two',
    a_number: '-3',
    a_boolean: 'false',
    a_date: '2027-12-31',
    a_datetime: '2027-12-31T23:59:00Z',
    a_choice: 'silver',
    some: 'z',
  };

  beforeAll(async () => {
    await stage.putWorld({
      officernd: {
        customProperties: kinds.map(({ key, officernd, values }) => ({
          key,
          type: officernd,
          targets: ['member'],
          ...(values !== undefined && { values }),
        })),
        members: [
          { _id: ann, name: 'Ann', properties: { ...inOfficernd, Untouched: 1 } },
          { _id: bob, name: 'Bob', properties: { Untouched: 2 } },
        ],
      },
      hubspot: {
        properties: { contacts: kinds.map(({ name, hubspot }) => ({ name, ...hubspot })) },
        contacts: [
          { id: '1', properties: { firstname: 'Ann' } },
          { id: '2', properties: { firstname: 'Bob', ...inHubSpot } },
        ],
      },
    });
    const applied = await stage.applyTenant(tenant, {
      timeZone: 'UTC',
      entities: ['member'],
      additional: { member: kinds.map(({ key, name }) => ({ officernd: `properties.${key}`, hubspot: name, direction: '<->' })) },
    });
    expect(applied).toMatchObject({ code: 0 });
  });

  test('M2 at the first link each side fills what the other lacks', async () => {
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0, drift: 0, firstLink: 0 });
    const { values, officernd } = await look(stage);
    expect(values('1')).toMatchObject(inHubSpot);
    expect(officernd(bob)?.properties).toEqual({ ...inOfficernd, Untouched: 2, hubspot_link_id: linkId('2') });
    await expectSettled(stage, tenant);
  });

  test('M3, M9 a change flows either way, and the rest of the bag stays', async () => {
    await stage.edit('officernd', [{ op: 'update', type: 'members', id: bob, properties: nextInOfficernd }]);
    await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: nextInHubSpot }]);
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0, drift: 0, conflicts: 0 });
    const { values, officernd } = await look(stage);
    expect(values('2')).toMatchObject(nextInHubSpot);
    expect(officernd(ann)?.properties).toEqual({ ...nextInOfficernd, Untouched: 1, hubspot_link_id: linkId('1') });
    await expectSettled(stage, tenant);
  });

  test('M6 a cleared value of any type clears the other side', async () => {
    await stage.edit('officernd', [
      { op: 'update', type: 'members', id: ann, properties: Object.fromEntries(kinds.map(({ key }) => [key, null])) },
    ]);
    await stage.edit('hubspot', [
      { op: 'update', type: 'contacts', id: '2', properties: Object.fromEntries(kinds.map(({ name }) => [name, ''])) },
    ]);
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0, drift: 0, conflicts: 0 });
    const { values, officernd } = await look(stage);
    expect(kinds.map(({ name }) => values('1')[name] ?? '')).toEqual(kinds.map(() => ''));
    expect(officernd(bob)?.properties).toEqual({ Untouched: 2, hubspot_link_id: linkId('2') });
    await expectSettled(stage, tenant);
  });
});
