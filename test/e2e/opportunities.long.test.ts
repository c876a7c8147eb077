import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Opportunities: matching under a linked company, creation, stage ↔ status, amount, close date. */

const id = (kind: string, number: number) => `65f0${kind}${String(number).padStart(19, '0')}`;
const [NEW, NEGOTIATION, WON] = [id('5', 1), id('5', 2), id('5', 3)] as const;
const ACME = id('c', 1);
const RENT = id('d', 1);

const officernd = {
  opportunityStatuses: [
    { _id: NEW, description: 'New', probability: 20 },
    { _id: NEGOTIATION, description: 'Negotiation', probability: 60 },
    { _id: WON, description: 'Won', probability: 100 },
  ],
  companies: [
    { _id: ACME, name: 'Acme' },
    { _id: id('c', 2), name: 'Other' },
  ],
  members: [],
  opportunities: [
    { _id: RENT, name: 'Rent', company: ACME, status: NEW, probability: 20, dealSize: 15000, startDate: '2026-12-01T00:00:00.000Z' },
    { _id: id('d', 2), name: 'Rent', company: id('c', 2), status: NEW, probability: 20 },
  ],
};

const hubspot = {
  portalId: '12345678',
  companies: [{ id: '1', properties: { name: 'Acme' } }],
  contacts: [],
  deals: [
    deal('10', { dealname: 'Rent', dealstage: 'appointmentscheduled', amount: '15000.00', closedate: '2026-12-01T00:00:00Z' }),
    deal('11', { dealname: 'Meeting room', dealstage: 'presentationscheduled', amount: '120.50', closedate: '2027-01-15T00:00:00Z' }),
    { ...deal('12', { dealname: 'Nobody’s', dealstage: 'appointmentscheduled' }), associations: { companies: [], contacts: [] } },
  ],
};

function deal(hubspotId: string, properties: Record<string, string>) {
  return { id: hubspotId, properties: { pipeline: 'default', ...properties }, associations: { companies: ['1'], contacts: [] } };
}

const settings = {
  timeZone: 'UTC',
  opportunities: { pipeline: 'default', statuses: { appointmentscheduled: 'New', presentationscheduled: 'Negotiation', closedwon: 'Won' } },
};

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
  await stage.putWorld({ officernd, hubspot });
  expect(await stage.applyTenant('deals', settings)).toMatchObject({ code: 0, stderr: expect.any(String) });
});

afterAll(() => stage.stop());

const opportunities = async () => (await stage.world()).officernd.opportunities;
const linkedTo = async (hubspotId: string) =>
  (await opportunities()).find(({ properties }) => properties['hubspot_link_id'] === `12345678-${hubspotId}`);
const dealOf = async (hubspotId: string) => (await stage.world()).hubspot.deals.find((one) => one.id === hubspotId)?.properties;

test('L3 a deal is linked by name to the opportunity of the company that its own is linked to, not to a namesake elsewhere', async () => {
  const report = await stage.sync('deals');
  expect(report.phases.link['opportunity']).toMatchObject({ linked: 1, created: 1, skipped: 1 });
  expect((await linkedTo('10'))?._id).toBe(RENT);
  expect((await opportunities()).find(({ _id }) => _id === id('d', 2))?.properties['hubspot_link_id']).toBeUndefined();
});

test('L6 a deal without a match is created under its company, with status, amount and close date; one without parents is reported', async () => {
  expect(await linkedTo('11')).toMatchObject({
    name: 'Meeting room',
    company: ACME,
    status: NEGOTIATION,
    dealSize: 120.5,
    startDate: '2027-01-15T00:00:00.000Z',
  });
  expect(await linkedTo('12')).toBeUndefined();
});

test('M1 amounts are compared as decimals: nothing was written to the linked deal', async () => {
  expect(await dealOf('10')).toMatchObject({ amount: '15000.00', dealstage: 'appointmentscheduled' });
});

test('M3 a stage moved in HubSpot becomes the status in OfficeRnD, and what HubSpot computes from it follows in the same run (M11, A1)', async () => {
  await stage.edit('hubspot', [{ op: 'update', type: 'deals', id: '10', properties: { dealstage: 'presentationscheduled' } }]);
  await stage.sync('deals');
  expect(await linkedTo('10')).toMatchObject({ status: NEGOTIATION, probability: 60 });
  const before = await stage.world();
  const again = await stage.sync('deals');
  expect(again.phases.update['opportunity']).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  expect(await stage.world()).toEqual(before);
});

test('M3 a status set in OfficeRnD becomes the stage in HubSpot, amount and close date too; the close date that HubSpot sets by itself is merged (M11)', async () => {
  await stage.edit('officernd', [
    {
      op: 'update',
      type: 'opportunities',
      id: RENT,
      fields: { status: WON, probability: 100, dealSize: 17500.25, startDate: '2026-12-24T00:00:00.000Z' },
    },
  ]);
  await stage.sync('deals');
  expect(await dealOf('10')).toMatchObject({ dealstage: 'closedwon', amount: '17500.25' });
  const before = await stage.world();
  await stage.sync('deals');
  expect(await stage.world()).toEqual(before);
});

test('M12 a stage without a status is drift: nothing is written for it', async () => {
  await stage.edit('hubspot', [{ op: 'update', type: 'deals', id: '11', properties: { dealstage: 'contractsent' } }]);
  const report = await stage.sync('deals');
  expect(report.drift).toBeGreaterThan(0);
  expect(await linkedTo('11')).toMatchObject({ status: NEGOTIATION });
  expect(await dealOf('11')).toMatchObject({ dealstage: 'contractsent' });
});
