import { z } from 'zod';
import { expectSettled, idOf, keptValues, look, writesIn } from '../support/sight';
import { untilReported } from '../support/told';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** The brakes of phase 3 (M6 erasures, M2 first links), through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number) => idOf('member', number);
const company = (number: number) => idOf('company', number);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

interface Person {
  readonly officernd?: Readonly<Record<string, unknown>>;
  readonly hubspot?: Readonly<Record<string, string>>;
}

/** People with the same name, e-mail and phone on both sides, but for what is given. They match by e-mail. */
const people = (count: number, given: (number: number) => Person = () => ({})) => ({
  officernd: {
    members: upTo(count).map((number) => ({
      _id: member(number),
      name: `P ${number}`,
      email: `p${number}@example.com`,
      phone: `+44 ${number}`,
      ...given(number).officernd,
    })),
  },
  hubspot: {
    contacts: upTo(count).map((number) => ({
      id: `${number}`,
      properties: {
        firstname: 'P',
        lastname: `${number}`,
        email: `p${number}@example.com`,
        phone: `+44 ${number}`,
        ...given(number).hubspot,
      },
    })),
  },
});

const inHubSpot = (numbers: readonly number[], properties: Readonly<Record<string, string>>) =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties })),
  );
const inOfficernd = (numbers: readonly number[], fields: Readonly<Record<string, unknown>>) =>
  stage.edit(
    'officernd',
    numbers.map((number) => ({ op: 'update', type: 'members', id: member(number), fields })),
  );

const proposalSchema = z.looseObject({ id: z.string(), phase: z.string(), entity: z.string(), kind: z.string(), operations: z.number() });
const proposalsOf = (report: SeenReport) => z.array(proposalSchema).parse(report['proposals']);
const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

/** Approves what a run has ended with. Resolves to the report of the run that does it. */
async function approve(tenant: string, { runId: named }: SeenReport, state = 'completed'): Promise<SeenReport> {
  const { code, stdout, stderr } = await stage.cli('approve', tenant, named, '--json');
  expect([code, stderr]).toEqual([0, '']);
  const { runId } = z.object({ runId: z.string() }).parse(JSON.parse(stdout));
  return untilReported(stage, tenant, runId, state);
}

/** A run that holds: it ends so, and so does a second one, which writes nothing. */
async function heldTwice(tenant: string): Promise<SeenReport> {
  const held = await stage.sync(tenant, ['--mode', 'full'], 3);
  expect(held.state).toBe('needs-approval');
  const before = await writes();
  const again = await stage.sync(tenant, ['--mode', 'full'], 3);
  expect(again).toMatchObject({ state: 'needs-approval', conflicts: 0, firstLink: 0, reviews: held.reviews });
  expect(await writes()).toEqual(before);
  expect(proposalsOf(again)).toEqual(proposalsOf(held));
  return held;
}

const heldFields = z.object({
  held: z.array(z.looseObject({ kind: z.string(), hubspotId: z.string(), fields: z.array(z.looseObject({ field: z.string() })) })),
});

test('M6 more than max(10, 5 %) erasures of one field in OfficeRnD are held whole; the records’ other fields are written', async () => {
  const tenant = 'brake-erase';
  await stage.putWorld(people(12));
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await inHubSpot(upTo(10), { phone: '' });
  await inHubSpot([11], { phone: '', city: 'Leeds' });
  await inHubSpot([12], { city: '' });
  const held = await heldTwice(tenant);
  expect(held.phases.update['member']).toMatchObject({ compared: 12, updatedOfficernd: 1 });
  expect(proposalsOf(held)).toMatchObject([{ kind: 'erase', phase: 'update', entity: 'member', operations: 11 }]);
  const { officernd } = await look(stage);
  expect(upTo(12).map((number) => officernd(member(number))?.['phone'])).toEqual(upTo(12).map((number) => `+44 ${number}`));
  expect(officernd(member(11))).toMatchObject({ address: { city: 'Leeds' } });
  const shown = heldFields.parse(JSON.parse((await stage.cli('report', tenant, held.runId, '--json')).stdout));
  expect(shown.held.map(({ kind, fields }) => [kind, fields.map(({ field }) => field)])).toEqual(
    upTo(11).map(() => ['updateOfficernd', ['phone']]),
  );

  // One of them is put right by hand, so ten are left: that many need no approval.
  await inHubSpot([3], { phone: '+44 3' });
  await stage.sync(tenant, ['--mode', 'full']);
  const after = (await look(stage)).officernd;
  expect(after(member(1))?.['phone'] ?? null).toBeNull();
  expect(after(member(3))?.['phone']).toBe('+44 3');
  await expectSettled(stage, tenant);
});

thorough(
  'M6 erasures in HubSpot count by themselves, conflicts too; neverErase and a change against an arrow count not at all',
  async () => {
    const tenant = 'brake-erase-hubspot';
    await stage.putWorld(people(3));
    const brakes = { erase: { count: 1, share: 0 } };
    await stage.applyTenant(tenant, { brakes, standard: { 'member.address.city': '→', 'member.address.zip': { neverErase: true } } });
    await inOfficernd(upTo(3), { address: { city: 'York', zip: 'Y1', street: 'High 1' } });
    await stage.sync(tenant);
    await inOfficernd([1, 2], { phone: null, address: { city: 'York', zip: null, street: null } });
    await inOfficernd([3], { address: { city: 'York', zip: null, street: 'High 1' } });
    // Both sides have changed: a blank of OfficeRnD would win (M4).
    await inHubSpot([2], { phone: '+44 22', city: '' });
    await inHubSpot([1], { city: '' });
    const held = await heldTwice(tenant);
    expect(held).toMatchObject({ conflicts: 0, drift: 2 });
    expect(proposalsOf(held)).toMatchObject([{ kind: 'erase', operations: 4 }]);
    const { values } = await look(stage);
    expect([values('1')['phone'], values('2')['phone'], values('1')['address'], values('3')['zip']]).toEqual([
      '+44 1',
      '+44 22',
      'High 1',
      'Y1',
    ]);

    // One value is changed before the approval: that erasure is another effect, and not approved.
    await inHubSpot([2], { phone: '+44 222' });
    const done = await approve(tenant, held, 'needs-approval');
    expect(done).toMatchObject({ conflicts: 0, phases: { update: { member: { updatedHubspot: 2 } } } });
    expect(proposalsOf(done)).toMatchObject([{ kind: 'erase', operations: 1 }]);
    const after = (await look(stage)).values;
    const left = [after('1')['phone'], after('2')['phone'], after('1')['address'], after('2')['address'], after('3')['zip']];
    expect(left).toEqual([undefined, '+44 222', undefined, undefined, 'Y1']);
  },
);

test('M2 new links with a value that gives way: above the brake these values stay on both sides, blanks are filled', async () => {
  const tenant = 'brake-first-link';
  await stage.putWorld(
    people(4, (number) => ({
      hubspot: { ...(number <= 3 && { phone: `+1 ${number}` }), city: 'Leeds' },
      officernd: number === 3 ? { address: { street: 'High 3' } } : {},
    })),
  );
  await stage.applyTenant(tenant, { brakes: { firstLink: { count: 2, share: 0.5 } } });
  const held = await heldTwice(tenant);
  expect(held).toMatchObject({ firstLink: 0, phases: { link: { member: { linked: 4 } } } });
  expect(proposalsOf(held)).toMatchObject([{ kind: 'first-link', phase: 'update', entity: 'member', operations: 3 }]);
  expect(await keptValues(stage, tenant, held.runId)).toEqual([]);
  const { officernd, values } = await look(stage);
  expect(upTo(4).map((number) => values(`${number}`)['phone'])).toEqual(['+1 1', '+1 2', '+1 3', '+44 4']);
  expect(upTo(4).map((number) => officernd(member(number))?.['phone'])).toEqual(upTo(4).map((number) => `+44 ${number}`));
  expect(officernd(member(3))).toMatchObject({ address: { city: 'Leeds', street: 'High 3' } });
  expect(values('3')['address']).toBe('High 3');

  const done = await approve(tenant, held);
  expect(done).toMatchObject({ firstLink: 3, proposals: [] });
  expect(
    (await keptValues(stage, tenant, done.runId)).map(({ kind, field, hubspot }) => `${kind} ${field} ${String(hubspot)}`).sort(),
  ).toEqual(upTo(3).map((number) => `first-link phone +1 ${number}`));
  const after = await look(stage);
  expect(upTo(4).map((number) => after.values(`${number}`)['phone'])).toEqual(upTo(4).map((number) => `+44 ${number}`));
  await expectSettled(stage, tenant);
});

thorough('M2 as many as the brake allows give way at once', async () => {
  const tenant = 'brake-first-link-few';
  await stage.putWorld(people(4, (number) => (number <= 2 ? { hubspot: { phone: `+1 ${number}` } } : {})));
  await stage.applyTenant(tenant, { brakes: { firstLink: { count: 1, share: 0.5 } } });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', firstLink: 2 });
  expect((await look(stage)).values('1')['phone']).toBe('+44 1');
  await expectSettled(stage, tenant);
});

thorough('M6 M2 companies and opportunities have brakes of their own, and a preview says what a run would hold', async () => {
  const tenant = 'brake-entities';
  const status = idOf('status', 1);
  await stage.putWorld({
    officernd: {
      opportunityStatuses: [{ _id: status, description: 'New', probability: 20 }],
      companies: upTo(3).map((number) => ({ _id: company(number), name: `C${number}`, url: `https://c${number}.example` })),
      opportunities: upTo(3).map((number) => ({
        _id: idOf('opportunity', number),
        name: `Rent ${number}`,
        company: company(number),
        status,
        dealSize: 100 + number,
      })),
    },
    hubspot: {
      companies: upTo(3).map((number) => ({ id: `${number}`, properties: { name: `C${number}`, website: `https://c${number}.example` } })),
      deals: upTo(3).map((number) => ({
        id: `1${number}`,
        properties: { dealname: `Rent ${number}`, pipeline: 'default', dealstage: 'appointmentscheduled', amount: `${200 + number}` },
        associations: { companies: [`${number}`] },
      })),
    },
  });
  await stage.applyTenant(tenant, {
    brakes: { firstLink: { count: 2, share: 0 }, erase: { count: 2, share: 0 } },
    opportunities: { statuses: { appointmentscheduled: 'New' } },
  });
  const preview = await stage.sync(tenant, ['--mode', 'preview']);
  expect(preview['wouldHold']).toEqual([{ phase: 'update', entity: 'opportunity', rule: 'M2', operations: 3 }]);
  expect(preview).toMatchObject({ state: 'completed', firstLink: 3 });
  const held = await stage.sync(tenant, [], 3);
  expect(proposalsOf(held)).toMatchObject([{ kind: 'first-link', entity: 'opportunity', operations: 3 }]);
  await stage.edit(
    'hubspot',
    upTo(3).map((number) => ({ op: 'update', type: 'companies', id: `${number}`, properties: { website: '' } })),
  );
  const both = await heldTwice(tenant);
  expect(proposalsOf(both).map(({ kind, entity, operations }) => [kind, entity, operations])).toEqual(
    expect.arrayContaining([
      ['first-link', 'opportunity', 3],
      ['erase', 'company', 3],
    ]),
  );
  expect((await look(stage)).officernd(company(2))?.['url']).toBe('https://c2.example');
  const erasing = await stage.sync(tenant, ['--mode', 'preview']);
  expect(erasing['wouldHold']).toEqual([
    { phase: 'update', entity: 'company', rule: 'M6', operations: 3 },
    { phase: 'update', entity: 'opportunity', rule: 'M2', operations: 3 },
  ]);
});
