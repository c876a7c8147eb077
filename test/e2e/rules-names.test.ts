import { expectSettled, idOf, linkId, linkShown, look, openReviews } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { firstOrAll } from '../support/thorough';

/** Names as keys (L3) through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const carrying = (hubspotId: string) => ({ properties: { hubspot_link_id: linkId(hubspotId) } });
const contact = (id: string, firstname: string, lastname: string, email?: string) => ({
  id,
  properties: { firstname, lastname, ...(email !== undefined && { email }) },
});

test('L3, L4, A1 a name that a linked record has, too, links nobody and creates nobody', async () => {
  const tenant = 'names-linked';
  const company = (number: number, name: string, more = {}) => ({ _id: idOf('company', number), name, ...more });
  const member = (number: number, name: string, more = {}) => ({ _id: idOf('member', number), name, ...more });
  const deal = (id: string, name: string, of: string) => ({ id, properties: { dealname: name }, associations: { companies: [of] } });
  const opportunity = (number: number, name: string, of: number, more = {}) => ({
    _id: idOf('opportunity', number),
    name,
    company: idOf('company', of),
    ...more,
  });
  await stage.putWorld({
    officernd: {
      companies: [company(1, 'Acme', carrying('1')), company(2, 'ACME'), company(8, 'North'), company(9, 'South')],
      members: [
        member(1, 'Ann Lee', { email: 'ann@example.com' }),
        member(2, 'Ann Lee'),
        // The first sync gives the contact of this one its name, so that "Bea Stone" is free.
        member(3, 'Bea Field', { email: 'bea@example.com' }),
        member(4, 'Bea Stone'),
        // The contact of this one has another name until the first sync gives it this one.
        member(5, 'Cy Moor', { email: 'cy@example.com' }),
        member(6, 'Cy Moor'),
      ],
      opportunities: [opportunity(1, 'Desks', 8, carrying('301')), opportunity(2, 'Desks', 8), opportunity(3, 'Desks', 9)],
    },
    hubspot: {
      companies: ['Acme', 'Acme']
        .map((name, at) => ({ id: String(at + 1), properties: { name } }))
        .concat([
          { id: '8', properties: { name: 'North' } },
          { id: '9', properties: { name: 'South' } },
        ]),
      contacts: [
        contact('101', 'Ann', 'Lee', 'ann@example.com'),
        contact('102', 'ann', 'lee'),
        contact('103', 'Bea', 'Stone', 'bea@example.com'),
        contact('104', 'Bea', 'Stone'),
        contact('105', 'Cyril', 'Moor', 'cy@example.com'),
        contact('106', 'Cy', 'Moor'),
      ],
      deals: [deal('301', 'Desks', '8'), deal('302', 'Desks', '8'), deal('303', 'Desks', '9')],
    },
  });
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0, reviews: 4 });
  const after = await look(stage);
  const shown = (kind: 'company' | 'member' | 'opportunity', ...numbers: number[]) =>
    numbers.map((number) => linkShown(after.officernd(idOf(kind, number))));
  expect(shown('company', 1, 2, 8, 9)).toEqual([linkId('1'), undefined, linkId('8'), linkId('9')]);
  expect(shown('member', 1, 2, 3, 4)).toEqual([linkId('101'), undefined, linkId('103'), linkId('104')]);
  expect(shown('opportunity', 1, 2, 3)).toEqual([linkId('301'), undefined, linkId('303')]);
  expect(
    [after.world.officernd.companies, after.world.officernd.members, after.world.officernd.opportunities].map((all) => all.length),
  ).toEqual([4, 6, 3]);
  const reviews = await openReviews(stage, tenant);
  const pairOf = (kind: 'company' | 'member' | 'opportunity') => [idOf(kind, 1), idOf(kind, 2)];
  expect(reviews).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'ambiguous', rule: 'L4 name', officerndIds: pairOf('company'), hubspotIds: ['1', '2'] }),
      expect.objectContaining({ kind: 'ambiguous', rule: 'L4 name', officerndIds: pairOf('member'), hubspotIds: ['101', '102'] }),
      expect.objectContaining({ officerndIds: [idOf('member', 5), idOf('member', 6)], hubspotIds: ['105', '106'] }),
      expect.objectContaining({ kind: 'ambiguous', rule: 'L4 name', officerndIds: pairOf('opportunity'), hubspotIds: ['301', '302'] }),
    ]),
  );
  const again = await openReviews(stage, tenant);
  await expectSettled(stage, tenant, { reviews: 4 });
  expect((await openReviews(stage, tenant)).map(({ officerndIds, hubspotIds }) => [officerndIds, hubspotIds])).toEqual(
    again.map(({ officerndIds, hubspotIds }) => [officerndIds, hubspotIds]),
  );
});

test.each(
  firstOrAll([
    { name: 'link', reviews: 0, linked: 1, created: 0 },
    { name: 'review', reviews: 1, linked: 0, created: 0 },
    { name: 'off', reviews: 0, linked: 0, created: 1 },
  ]),
)('L3, L6 a namesake with `matching.name: $name`; an e-mail links all the same', async ({ name, reviews, linked, created }) => {
  const tenant = `names-${name}`;
  await stage.putWorld({
    officernd: {
      members: [
        { _id: idOf('member', 1), name: 'Ann Lee' },
        { _id: idOf('member', 2), name: 'Bob', email: 'bob@example.com' },
      ],
    },
    hubspot: { contacts: [contact('1', 'Ann', 'Lee'), contact('2', 'Robert', '', 'bob@example.com')] },
  });
  await stage.applyTenant(tenant, { matching: { name } });
  expect(await stage.sync(tenant)).toMatchObject({ reviews, failures: 0, phases: { link: { member: { linked: linked + 1, created } } } });
  expect((await openReviews(stage, tenant)).map(({ kind, rule }) => `${kind} ${rule}`)).toEqual(reviews === 0 ? [] : ['same-name L3 name']);
  await expectSettled(stage, tenant, { reviews });
});
