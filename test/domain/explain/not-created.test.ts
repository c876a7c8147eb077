import { explainUnlinked } from '../../../domain/explain/unlinked';
import type { UnlinkedFacts } from '../../../domain/explain/unlinked';
import type { Observation } from '../../../domain/observation';
import { aMapping, anObservation } from '../records';
import { aFailure, aHeldEffect, aMember, ann, annO, unlinkedFacts } from './facts';

/** "Why was this not created?", for each rule that can be the answer. */

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
      'X2 an undo has ended its link, also one that it was created for',
      alone({ takenBack: [{ officerndId: 'o1', hubspotId: '1' }], creation: { isSuppressed: true } }),
      'X2',
      'The run that had linked it was undone, so it is left alone: it is neither linked by a key nor created.',
      'orsync link acme member o1 1, or orsync decide acme member/1 create',
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
