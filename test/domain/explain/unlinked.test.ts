import { explainUnlinked } from '../../../domain/explain/unlinked';
import type { UnlinkedFacts } from '../../../domain/explain/unlinked';
import type { Observation } from '../../../domain/observation';
import { reviewOf } from '../../../domain/review';
import { aLink, aMapping, anObservation } from '../records';
import { aFailure, aHeldEffect, aMember, unlinkedFacts } from './facts';

/** "Why was this not linked?", and "why was this not created?", for each rule that can be the answer. */

const ann = aMember('hubspot', '1', 'Ann Lee', 'ann@example.com');
const annO = (given: Partial<Observation> = {}) => aMember('officernd', 'o1', 'Ann Lee', 'ann@example.com', given);
const matching = (given: Partial<UnlinkedFacts['mapping']['matching']>) => ({
  mapping: aMapping({ matching: { ambiguous: 'review', emailsDiffer: 'review', ...given } }),
});
const review = (kind: Parameters<typeof reviewOf>[0]['kind'], rule: string, officerndIds: string[], hubspotIds: string[]) =>
  reviewOf({ entity: 'member', kind, rule, officerndIds, hubspotIds });
const aLinkTo = (hubspotId: string, officerndId: string) => ({
  link: aLink({ entity: 'member', hubspotId, officerndId }),
  officernd: null,
  hubspot: null,
  snapshot: {},
});

describe('a candidate that was not taken', () => {
  test.each<[string, UnlinkedFacts, 'link id' | 'email' | 'name', string, string, string | null]>([
    [
      'L13 the OfficeRnD record is linked already',
      unlinkedFacts({ hubspot: [ann], officernd: [annO()] }, { links: [aLinkTo('2', 'o1')] }),
      'email',
      'L13',
      'OfficeRnD record o1 is linked to HubSpot record 2, and a link is one to one.',
      'orsync unlink acme member o1, then orsync link acme member o1 1',
    ],
    [
      'L2 two records carry the link id',
      unlinkedFacts({
        hubspot: [ann],
        officernd: [
          aMember('officernd', 'o1', 'Bea', undefined, { linkId: '42-1' }),
          aMember('officernd', 'o2', 'Cy', undefined, { linkId: '42-1' }),
        ],
      }),
      'link id',
      'L2',
      '2 OfficeRnD records carry the id of this HubSpot record, so a person decides.',
      'orsync decide acme ambiguous/member/o1+o2/1 link o1 1',
    ],
    [
      'L3 matching.name: review',
      unlinkedFacts({ hubspot: [aMember('hubspot', '1', 'Ann Lee')], officernd: [annO()] }, matching({ name: 'review' })),
      'name',
      'L3',
      'Only the name is the same, and matching.name: review leaves that to a person.',
      'orsync decide acme same-name/member/o1/1 link o1 1',
    ],
    [
      'L3 matching.name: off',
      unlinkedFacts({ hubspot: [aMember('hubspot', '1', 'Ann Lee')], officernd: [annO()] }, matching({ name: 'off' })),
      'name',
      'L3',
      'The two have the same name, and matching.name: off makes names count for nothing.',
      'orsync link acme member o1 1',
    ],
    [
      'L4 the e-mail address is shared',
      unlinkedFacts({ hubspot: [ann, aMember('hubspot', '2', 'Ann Moor', 'ann@example.com')], officernd: [annO()] }),
      'email',
      'L4',
      'The e-mail address is shared with another record, so a person decides.',
      'orsync decide acme ambiguous/member/o1/1+2 link o1 1',
    ],
    [
      'L4 a linked record has the name, too',
      unlinkedFacts(
        { hubspot: [aMember('hubspot', '1', 'Ann Lee')], officernd: [aMember('officernd', 'o1', 'Ann Lee'), annO({ id: 'o2' })] },
        { links: [aLinkTo('9', 'o2')] },
      ),
      'name',
      'L4',
      'The name is shared with another record, so a person decides.',
      'orsync decide acme ambiguous/member/o1+o2/1 link o1 1',
    ],
    [
      'L4 a stronger key waits for a person',
      unlinkedFacts({
        hubspot: [ann, aMember('hubspot', '2', 'Ann Moor', 'ann@example.com')],
        officernd: [aMember('officernd', 'o1', 'Ann Lee'), aMember('officernd', 'o9', 'A. Lee', 'ann@example.com')],
      }),
      'name',
      'L4',
      'One of the two waits for a person under a stronger key, so weaker ones are not tried.',
      'orsync decide acme ambiguous/member/o9/1+2 link o1 1',
    ],
    [
      'L4 matching.ambiguous: oldest takes another one',
      unlinkedFacts(
        { hubspot: [ann], officernd: [annO({ createdAt: '2025-02-01T00:00:00Z' }), annO({ id: 'o2', createdAt: '2024-01-01T00:00:00Z' })] },
        matching({ ambiguous: 'oldest' }),
      ),
      'email',
      'L4',
      'Several share the e-mail address, and matching.ambiguous: oldest takes OfficeRnD record o2.',
      'orsync link acme member o1 1',
    ],
    [
      'L5 the e-mail addresses differ',
      unlinkedFacts({ hubspot: [ann], officernd: [aMember('officernd', 'o1', 'Ann Lee', 'ann@example.org')] }),
      'name',
      'L5',
      'The names are the same and the e-mail addresses differ, so a person decides.',
      'orsync decide acme emails-differ/member/o1/1 link o1 1',
    ],
    [
      'L5 emailsDiffer: create',
      unlinkedFacts(
        { hubspot: [ann], officernd: [aMember('officernd', 'o1', 'Ann Lee', 'ann@example.org')] },
        matching({ emailsDiffer: 'create' }),
      ),
      'name',
      'L5',
      'The names are the same and the e-mail addresses differ, and matching.emailsDiffer: create takes them for two.',
      'orsync link acme member o1 1',
    ],
    [
      'V3 too little is known of the HubSpot record',
      unlinkedFacts({ hubspot: [{ ...ann, unread: ['lastname'] }], officernd: [annO()] }),
      'email',
      'V3',
      "HubSpot did not say what the record's name or e-mail is, so it is neither matched nor created.",
      null,
    ],
    [
      'U4 a brake holds the end of its link',
      unlinkedFacts({ hubspot: [ann], officernd: [annO()] }, { heldOfficernd: new Set(['o1']) }),
      'email',
      'U4',
      'A brake holds the end of its link until a person decides, so it is no candidate yet.',
      'orsync status acme',
    ],
    [
      'L3 deals of different companies',
      unlinkedFacts(
        {
          hubspot: [anObservation({ entity: 'opportunity', id: '1', keys: { emails: [], name: 'desks' } })],
          officernd: [
            anObservation({
              side: 'officernd',
              entity: 'opportunity',
              id: 'o1',
              keys: { emails: [], name: 'desks' },
              parents: { companies: ['c1'], members: [] },
            }),
          ],
        },
        { entity: 'opportunity', parents: new Map([['1', ['c2']]]) },
      ),
      'name',
      'L3',
      'The names are the same, but the two belong to no common company or member.',
      'orsync link acme opportunity o1 1',
    ],
  ])('%s', (_title, facts, key, rule, sentence, remedy) => {
    const found = explainUnlinked(facts).candidates.find((one) => one.key === key && one.officerndId === 'o1');
    expect(found).toEqual({ officerndId: 'o1', hubspotId: '1', key, rule, sentence, remedy, isNext: false });
  });

  test.each<[string, UnlinkedFacts, string, string]>([
    [
      'L2',
      unlinkedFacts({ hubspot: [ann], officernd: [aMember('officernd', 'o1', 'Bea', undefined, { linkId: '42-1' })] }),
      'link id',
      'link id',
    ],
    ['L3', unlinkedFacts({ hubspot: [ann], officernd: [annO()] }), 'email', 'e-mail address'],
  ])('%s the next run links the two', (rule, facts, key, word) => {
    const { candidates, verdict } = explainUnlinked(facts);
    expect(candidates[0]).toMatchObject({ key, rule, isNext: true, sentence: `The next run links the two by their ${word}.` });
    expect(verdict).toMatchObject({
      rule: 'L3',
      isNext: false,
      sentence: 'The next run links it to OfficeRnD record o1, so nothing is created.',
    });
  });

  test('L3 a stronger key decides', () => {
    const facts = unlinkedFacts({ hubspot: [ann], officernd: [annO(), aMember('officernd', 'o2', 'Ann Lee')] });
    const other = explainUnlinked(facts).candidates.find(({ officerndId }) => officerndId === 'o2');
    expect(other).toMatchObject({
      key: 'name',
      rule: 'L3',
      sentence: 'The next run links HubSpot record 1 to OfficeRnD record o1 by their e-mail address, which is stronger.',
      isNext: false,
    });
  });
});

describe('a HubSpot record that is not created', () => {
  const alone = (given: Parameters<typeof unlinkedFacts>[1] = {}, record: Observation = ann) =>
    unlinkedFacts({ hubspot: [record], officernd: [] }, given);
  const creating = (given: Partial<UnlinkedFacts['mapping']['creation']>) => ({
    mapping: aMapping({ creation: { ...aMapping().creation, ...given } }),
  });
  const deal = (values: Observation['values'], given: Partial<Observation> = {}) =>
    anObservation({
      entity: 'opportunity',
      id: '1',
      values: { pipeline: 'sales', dealname: 'Desks', dealstage: 'new', ...values },
      ...given,
    });

  test.each<[string, UnlinkedFacts, string, string, string | null]>([
    [
      'L4 it waits for a person',
      unlinkedFacts({ hubspot: [ann, aMember('hubspot', '2', 'Ann Moor', 'ann@example.com')], officernd: [annO()] }),
      'L4',
      'It waits for a person, and nothing is created for a record that a person has to decide about.',
      'orsync decide acme ambiguous/member/o1/1+2 create',
    ],
    [
      'U5 suppressed',
      alone({ creation: { isSuppressed: true } }),
      'U5',
      'Its OfficeRnD record was deleted in OfficeRnD, so it is not created again unless somebody asks for it.',
      'orsync retry acme --entity member --id 1',
    ],
    [
      'U4 it depends on a link that is held',
      alone({ creation: { dependsOnHeld: true } }),
      'U4',
      'A brake holds the end of a link that it may depend on, so it is decided after that.',
      'orsync status acme',
    ],
    [
      'L10 the filter',
      alone({ ...creating({ filter: [{ entities: ['member'], property: 'lifecyclestage', in: ['customer'] }] }) }),
      'L10',
      'create.filter holds it back: lifecyclestage is (blank), not customer.',
      'change it in HubSpot, or create.filter in the tenant file',
    ],
    [
      'L6 no name',
      alone({}, aMember('hubspot', '1', '', 'ann@example.com')),
      'L6',
      'It has no name, and OfficeRnD needs one.',
      'name it in HubSpot',
    ],
    [
      'L6 no e-mail',
      alone(creating({ memberNeedsEmail: true }), aMember('hubspot', '1', 'Ann')),
      'L6',
      'It has no e-mail address, and create.memberNeedsEmail asks for one.',
      'give it one in HubSpot',
    ],
    [
      'L8 no location',
      alone(
        creating({ locations: { available: ['a', 'b'], property: 'office', byValue: { Down: 'a' }, defaultId: null } }),
        aMember('hubspot', '1', 'Ann', undefined, { values: { firstname: 'Ann', office: 'Up' } }),
      ),
      'L8',
      'office is "Up", which locations.map leads to no single location, and there is no default.',
      'complete locations.map or locations.default in the tenant file, or change it in HubSpot',
    ],
    [
      'L8 no rule for locations',
      alone(creating({ locations: { available: ['a', 'b'], property: null, byValue: {}, defaultId: null } })),
      'L8',
      'The organisation has several locations, and no property or default of the tenant file chooses one.',
      'complete locations.map or locations.default in the tenant file, or change it in HubSpot',
    ],
    [
      'L6 another pipeline',
      alone({ entity: 'opportunity' }, deal({ pipeline: 'other' })),
      'L6',
      "The deal is in another pipeline than the tenant's.",
      'move it in HubSpot, or change opportunities.pipeline in the tenant file',
    ],
    [
      'L6 a stage without a status',
      alone({ entity: 'opportunity' }, deal({ dealstage: 'odd' })),
      'L6',
      'The deal\'s stage "odd" stands for no status of OfficeRnD.',
      'add it to opportunities.statuses in the tenant file',
    ],
    [
      'L6 no company or contact',
      alone({ entity: 'opportunity' }, deal({})),
      'L6',
      'The deal has neither a company nor a contact, and OfficeRnD needs one that is linked.',
      'give it a company or contact in HubSpot that is linked',
    ],
    [
      'L6 no company or contact that is linked',
      alone({ entity: 'opportunity' }, deal({}, { parents: { companies: ['7'], members: [] } })),
      'L6',
      "None of the deal's companies and contacts is linked, and OfficeRnD needs one of them.",
      'give it a company or contact in HubSpot that is linked',
    ],
    [
      'L12 its company is being created',
      alone({ creation: { parents: { parents: { companies: [], members: [] }, companyLocationId: null, isParentPending: true } } }),
      'L12',
      'Its company or contact is being created and OfficeRnD has not answered yet, so it waits for that.',
      null,
    ],
    [
      'L12 its own creation got no answer',
      alone({ creation: { sentAt: '2025-01-01T00:00:00.000Z' } }),
      'L12',
      'It was sent to OfficeRnD at 2025-01-01T00:00:00.000Z without an answer, and may still come to be; after 5 minutes OfficeRnD is asked again.',
      null,
    ],
    [
      'V3 too little is known of it',
      alone({}, { ...ann, unread: ['email'] }),
      'V3',
      "HubSpot did not say what the record's name or e-mail is, so it is neither matched nor created.",
      null,
    ],
    [
      'V3 creations pause',
      alone({ mapping: aMapping({ paused: [{ entity: 'member', field: 'creation', message: 'HubSpot has no property "office".' }] }) }),
      'V3',
      'Nothing of this entity is created for now: HubSpot has no property "office".',
      null,
    ],
    [
      'V3 the entity pauses',
      alone({ mapping: aMapping({ paused: [{ entity: 'member', field: 'email', message: 'HubSpot has no property "email".' }] }) }),
      'V3',
      'Nothing of any member is synced for now: HubSpot has no property "email".',
      null,
    ],
    [
      'V3 the entity is not kept in step',
      alone({ mapping: aMapping({ entities: ['company'] }) }),
      'V3',
      'The tenant does not keep any member in step.',
      'name the entity under entities in the tenant file',
    ],
    [
      'L6 OfficeRnD refused it',
      alone({ creation: { failures: [aFailure({ phase: 'link', reason: 'phone: INVALID' })] } }),
      'L6',
      'OfficeRnD refused it (phone: INVALID), so it is not sent again until its data or the configuration change.',
      'orsync retry acme --entity member --id 1',
    ],
    [
      'A4 parked',
      alone({ creation: { failures: [aFailure({ phase: 'link', reason: 'unavailable', parked: true, runs: 10 })] } }),
      'A4',
      'OfficeRnD refused it in 10 runs (unavailable), so it is parked until its data change.',
      'orsync retry acme --entity member --id 1',
    ],
    [
      'M10 another record has its value',
      alone({ creation: { failures: [aFailure({ phase: 'link', reason: 'another record already has a value that must be unique' })] } }),
      'M10',
      'OfficeRnD refused it because another record has one of its values (another record already has a value that must be unique); it is sent again ' +
        'when that one changes.',
      'orsync retry acme --entity member --id 1',
    ],
    [
      'L6 OfficeRnD refuses the link id of all',
      alone({ creation: { linkIdRefusal: aFailure({ phase: 'link', field: 'properties.hubspot_link_id', reason: 'unknown property' }) } }),
      'L6',
      'OfficeRnD refused the link id (unknown property).',
      'add the custom property hubspot_link_id in OfficeRnD',
    ],
    [
      'L11 the creation is held',
      alone({ creation: { held: [aHeldEffect({ kind: 'create', entity: 'member', officerndId: null, reason: 'L6' })] } }),
      'L11',
      'The creation is held on proposal p1 until a person approves it.',
      'orsync approve acme p1',
    ],
    [
      'U2 nothing is known of it',
      alone({ record: null }),
      'U2',
      'It is not among the records that were read last: it is gone, or no run has read it yet.',
      null,
    ],
  ])('%s', (_title, facts, rule, sentence, remedy) => {
    expect(explainUnlinked(facts).verdict).toMatchObject({ rule, sentence, remedy, isNext: false });
  });

  test('L6 otherwise the next run creates it', () => {
    expect(explainUnlinked(alone()).verdict).toMatchObject({ rule: 'L6', isNext: true });
  });

  test('L6 a failure that does not stand any more keeps nothing back', () => {
    const failures = [aFailure({ phase: 'link', stands: false })];
    expect(explainUnlinked(alone({ creation: { failures } })).verdict).toMatchObject({ rule: 'L6', isNext: true });
  });
});

describe('an OfficeRnD record without a link', () => {
  const alone = (record: Observation, given: Parameters<typeof unlinkedFacts>[1] = {}, hubspot: readonly Observation[] = []) =>
    unlinkedFacts({ hubspot, officernd: [record] }, { record, ...given });

  test.each<[string, UnlinkedFacts, string, string]>([
    [
      'L7 no match',
      alone(annO()),
      'L7',
      'No HubSpot record is linked to it, and an OfficeRnD record without a match is left as it is: nothing is created in HubSpot.',
    ],
    [
      'U7 the id of another portal',
      alone(annO({ linkId: '7-1' })),
      'U7',
      'Its hubspot_link_id is that of another portal and is left alone.',
    ],
    ['U7 an unreadable id', alone(annO({ linkId: 'odd' })), 'U7', 'Its hubspot_link_id is unreadable and is left alone.'],
    [
      'U7 the id of a record that is gone',
      alone(annO({ linkId: '42-99' })),
      'U7',
      'No HubSpot record 99 is known, so a run that has proven that clears the id.',
    ],
    [
      'U4 the end of its link is held',
      alone(annO(), { heldOfficernd: new Set(['o1']) }),
      'U4',
      'A brake holds the end of its link until a person decides.',
    ],
    [
      'L4 it waits for a person',
      alone(annO(), { reviews: [review('ambiguous', 'L4 email', ['o1', 'o2'], ['1'])] }),
      'L4',
      'It waits for a person.',
    ],
    ['L3 the next run links it', alone(annO(), {}, [ann]), 'L3', 'The next run links it to HubSpot record 1.'],
  ])('%s', (_title, facts, rule, sentence) => expect(explainUnlinked(facts).verdict).toMatchObject({ rule, sentence }));

  test('L13 a HubSpot record with the same key that is linked to another one is named', () => {
    const facts = alone(annO(), { links: [aLinkTo('1', 'o9')] }, [ann]);
    expect(explainUnlinked(facts).candidates).toMatchObject([
      { key: 'email', rule: 'L13', sentence: 'HubSpot record 1 is linked to OfficeRnD record o9, and a link is one to one.' },
      { key: 'name', rule: 'L13' },
    ]);
  });
});
