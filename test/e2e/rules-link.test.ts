import { expectSettled, idOf, linkId, linkShown, look, notedFailures, openReviews, storedLinks } from '../support/sight';
import type { Sight } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';
import { firstOrAll } from '../support/thorough';

/** Phase 2 of docs/how-a-sync-decides.md through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number, fields: Readonly<Record<string, unknown>>) => ({ _id: idOf('member', number), ...fields });
const contact = (id: string, properties: Readonly<Record<string, string>>, companies: readonly string[] = []) => ({
  id,
  properties,
  associations: { companies },
});
const POST_MEMBER = 'POST /organizations/{org}/members';

describe('matching', () => {
  const tenant = 'link-match';
  let before: Sight;
  let after: Sight;
  let report: SeenReport;

  beforeAll(async () => {
    await stage.putWorld({
      officernd: {
        customProperties: [
          { key: 'Nick', type: 'String', targets: ['member'] },
          { key: 'Badge No.', type: 'String', targets: ['member'] },
        ],
        companies: [
          { _id: idOf('company', 1), name: 'Parent Ltd' },
          { _id: idOf('company', 2), name: 'Mail Match Ltd', email: 'office@match.example' },
          { _id: idOf('company', 3), name: 'By Mail Instead' },
        ],
        members: [
          member(1, { name: 'Adopted Under Another Name', properties: { hubspot_link_id: linkId('101') } }),
          member(2, { name: 'Ann Different', email: 'Ann.Case@Example.com' }),
          member(3, { name: 'Bob Additional', email: 'bob.old@example.com' }),
          member(4, { name: '  Ｊｏｈｎ\u00a0 SMITH ' }),
          member(5, { name: 'Eve Strong', email: 'eve@example.com' }),
          member(6, { name: 'Eve By Name Only' }),
          member(7, { name: 'Same Mail One', email: 'same@example.com' }),
          member(8, { name: 'Same Mail Two', email: 'same@example.com' }),
          member(9, { name: 'Twin' }),
          member(10, { name: 'Twin' }),
          member(11, { name: 'Hal Mails', email: 'hal@one.example' }),
          member(12, { name: 'Only In Officernd', email: 'only@example.com' }),
          member(13, { name: 'Carrier One', properties: { hubspot_link_id: linkId('113') } }),
          member(14, { name: 'Carrier Two', properties: { hubspot_link_id: linkId('113') } }),
        ],
      },
      hubspot: {
        properties: { companies: [{ name: 'company_email' }], contacts: [{ name: 'nickname' }, { name: 'badge', type: 'string' }] },
        companies: [
          { id: '1', properties: { name: 'PARENT  ltd' } },
          { id: '2', properties: { name: 'Second Ltd' } },
          { id: '3', properties: { name: 'By Mail Instead', company_email: 'Office@Match.example' } },
        ],
        contacts: [
          contact('101', { firstname: 'Somebody', lastname: 'Else' }),
          contact('102', { firstname: 'Annie', email: 'ann.case@example.com' }),
          contact('103', { firstname: 'Robert', email: 'robert@example.com', hs_additional_emails: 'r@example.com;Bob.Old@Example.com' }),
          contact('104', { firstname: 'john', lastname: 'smith' }),
          contact('105', { firstname: 'Eve', lastname: 'By Name Only', email: 'eve@example.com' }),
          contact('107', { firstname: 'Same Mail', lastname: 'One', email: 'same@example.com' }),
          contact('109', { firstname: 'Twin' }),
          contact('111', { firstname: 'Hal', lastname: 'Mails', email: 'hal@two.example' }),
          contact('113', { firstname: 'Carrier', lastname: 'One' }),
          contact(
            '120',
            {
              firstname: 'New',
              lastname: 'Person',
              email: 'new.person@example.com',
              phone: '+1 555',
              address: '5 Oak',
              city: 'Leeds',
              zip: 'L1',
              country: 'UK',
              state: 'Yorks',
              nickname: 'Newbie',
              badge: 'B-7',
            },
            ['1', '2'],
          ),
          contact('121', { firstname: 'Namesake' }),
          contact('122', { firstname: 'Namesake' }),
          contact('123', { email: 'nameless@example.com' }),
        ],
      },
    });
    await stage.applyTenant(tenant, {
      additional: {
        company: [{ officernd: 'email', hubspot: 'company_email', direction: '<->' }],
        member: [
          { officernd: 'properties.Nick', hubspot: 'nickname', direction: '<-' },
          { officernd: 'properties.Badge No.', hubspot: 'badge', direction: '->' },
        ],
      },
    });
    before = await look(stage);
    report = await stage.sync(tenant);
    after = await look(stage);
  });

  const linkOf = (number: number) => linkShown(after.officernd(idOf('member', number)));

  test('L2 a record with the id of a live record is linked to exactly that one, even with another name', () => {
    expect(linkOf(1)).toBe(linkId('101'));
    expect(report.phases.link['member']).toMatchObject({ adopted: 1 });
    expect(after.values('101')).toMatchObject({ firstname: 'Adopted Under Another', lastname: 'Name' });
  });

  test('L3 e-mails match in any letter case, and HubSpot’s additional e-mails count', () => {
    expect([linkOf(2), linkOf(3)]).toEqual([linkId('102'), linkId('103')]);
  });

  test('L3 names are compared under NFKC, without regard to case and white space', () => {
    expect(linkOf(4)).toBe(linkId('104'));
    expect(linkShown(after.officernd(idOf('company', 1)))).toBe(linkId('1'));
  });

  test('L3 companies are matched by e-mail where one is mapped, before the name', () => {
    expect([2, 3].map((number) => linkShown(after.officernd(idOf('company', number))))).toEqual([linkId('3'), undefined]);
  });

  test('L3 the e-mail is asked before the name', () => {
    expect([linkOf(5), linkOf(6)]).toEqual([linkId('105'), undefined]);
  });

  test('L4 a key that several records share links none and creates none; weaker keys are not tried', async () => {
    expect([7, 8, 9, 10].map(linkOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect([after.linkedTo('107'), after.linkedTo('109')]).toEqual([undefined, undefined]);
    const reviews = await openReviews(stage, tenant);
    const members = (...numbers: number[]) => numbers.map((number) => idOf('member', number));
    expect(reviews).toContainEqual(expect.objectContaining({ kind: 'ambiguous', officerndIds: members(7, 8), hubspotIds: ['107'] }));
    expect(reviews).toContainEqual(expect.objectContaining({ kind: 'ambiguous', officerndIds: members(9, 10), hubspotIds: ['109'] }));
    // L13: two records with the same link id can't both be linked, so neither is.
    expect(reviews).toContainEqual(
      expect.objectContaining({ kind: 'ambiguous', rule: 'L2', officerndIds: members(13, 14), hubspotIds: ['113'] }),
    );
    expect(report.reviews).toBe(reviews.length);
  });

  test('L4 two HubSpot records of one name and no OfficeRnD candidate are simply two creations', () => {
    expect([after.linkedTo('121')?.name, after.linkedTo('122')?.name]).toEqual(['Namesake', 'Namesake']);
  });

  test('L5 one name, two e-mails: a person decides (the default)', async () => {
    expect(linkOf(11)).toBeUndefined();
    expect(after.linkedTo('111')).toBeUndefined();
    expect(await openReviews(stage, tenant)).toContainEqual(
      expect.objectContaining({ kind: 'emails-differ', officerndIds: [idOf('member', 11)], hubspotIds: ['111'] }),
    );
  });

  test('L6, L9 a record without a match is created with all mapped fields but those that flow the other way, in its primary company', async () => {
    expect(after.linkedTo('120')).toMatchObject({
      name: 'New Person',
      email: 'new.person@example.com',
      phone: '+1 555',
      address: { street: '5 Oak', city: 'Leeds', zip: 'L1', country: 'UK', state: 'Yorks' },
      company: idOf('company', 1),
      properties: { hubspot_link_id: linkId('120'), Nick: 'Newbie' },
    });
    expect(after.linkedTo('120')?.properties).not.toHaveProperty('Badge No.');
    // The link id was in the create request itself, so the record has not been written again.
    expect(after.linkedTo('120')?.['modifiedAt']).toBe(after.linkedTo('120')?.['createdAt']);
    const { byRoute } = await stage.requests('officernd');
    expect(byRoute[POST_MEMBER]).toBe(3);
  });

  test('L6 a record that OfficeRnD would refuse is reported with its reason and not sent', async () => {
    expect(report).toMatchObject({ failures: 1, phases: { link: { member: { created: 3 } } } });
    expect(await notedFailures(stage, tenant)).toEqual([expect.objectContaining({ subject: '123', reason: 'no-name' })]);
  });

  test('L7 OfficeRnD records without a match stay as they are, and nothing is created in HubSpot or deleted anywhere', () => {
    for (const number of [6, 7, 8, 9, 10, 11, 12, 13, 14])
      expect(after.officernd(idOf('member', number))).toEqual(before.officernd(idOf('member', number)));
    const ids = ({ world: { hubspot } }: Sight) =>
      [hubspot.companies, hubspot.contacts, hubspot.deals].map((records) => records.map(({ id }) => id));
    expect(ids(after)).toEqual(ids(before));
    expect(after.world.officernd.members).toHaveLength(before.world.officernd.members.length + 3);
  });

  test('L1 candidates are the records without an active link: once linked, a record is none', async () => {
    expect(report.phases.link).toMatchObject({ company: { candidates: 3 }, member: { candidates: 13 } });
    const again = await stage.sync(tenant);
    const links = await storedLinks(stage, tenant);
    const linked = (ids: readonly string[]) => links.filter(({ hubspotId }) => ids.includes(hubspotId)).length;
    const { companies, contacts } = after.world.hubspot;
    expect(again.phases.link).toMatchObject({
      company: { candidates: companies.length - linked(companies.map(({ id }) => id)) },
      member: { candidates: contacts.length - linked(contacts.map(({ id }) => id)) },
    });
  });

  test('L13, L14 every link is one to one and shows on its OfficeRnD record by the end of the run', async () => {
    const links = await storedLinks(stage, tenant);
    expect(new Set(links.map(({ officerndId }) => officerndId)).size).toBe(links.length);
    expect(new Set(links.map(({ hubspotId }) => hubspotId)).size).toBe(links.length);
    for (const { officerndId, hubspotId } of links) expect(linkShown(after.officernd(officerndId))).toBe(linkId(hubspotId));
    expect(links).toHaveLength(5 + 3 + 3);
  });

  test('L6 what was refused is not sent again until its data change', async () => {
    await expectSettled(stage, tenant, { reviews: report.reviews });
    await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '123', properties: { firstname: 'Named' } }]);
    expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { link: { member: { created: 1 } } } });
    expect((await look(stage)).linkedTo('123')?.name).toBe('Named');
    expect(await notedFailures(stage, tenant)).toEqual([]);
  });
});

test.each(
  firstOrAll([
    { policy: 'link', reviews: 0, linked: 1, members: 1 },
    { policy: 'create', reviews: 0, linked: 0, members: 2 },
    { policy: 'review', reviews: 1, linked: 0, members: 1 },
  ]),
)('L5 one name, two e-mails, with `emailsDiffer: $policy`', async ({ policy, reviews, linked, members }) => {
  const tenant = `link-mails-${policy}`;
  await stage.putWorld({
    officernd: { members: [member(1, { name: 'Hal Mails', email: 'hal@one.example' })] },
    hubspot: { contacts: [contact('1', { firstname: 'Hal', lastname: 'Mails', email: 'hal@two.example' })] },
  });
  await stage.applyTenant(tenant, { entities: ['member'], matching: { emailsDiffer: policy } });
  expect(await stage.sync(tenant)).toMatchObject({ reviews, phases: { link: { member: { linked, created: members - 1 } } } });
  expect((await look(stage)).world.officernd.members).toHaveLength(members);
  await expectSettled(stage, tenant, { reviews });
});
