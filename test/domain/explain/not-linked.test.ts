import { explainUnlinked } from '../../../domain/explain/unlinked';
import type { UnlinkedFacts } from '../../../domain/explain/unlinked';
import type { Observation } from '../../../domain/observation';
import { aLink, aMapping, anObservation } from '../records';
import { aMember, ann, annO, review, unlinkedFacts } from './facts';

/** "Why was this not linked?", for each rule that can be the answer. */

const matching = (given: Partial<UnlinkedFacts['mapping']['matching']>) => ({
  mapping: aMapping({ matching: { ambiguous: 'review', emailsDiffer: 'review', ...given } }),
});
const takenBack = (officerndId: string, hubspotId: string) => ({ takenBack: [{ officerndId, hubspotId }] });
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
      'orsync decide acme ambiguous/member/o1/1 link o1 1',
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
      'X2 an undo has ended the link of the two',
      unlinkedFacts({ hubspot: [ann], officernd: [annO()] }, takenBack('o1', '1')),
      'email',
      'X2',
      'A run that had linked one of the two was undone, so both of its records are left alone.',
      'orsync link acme member o1 1',
    ],
    [
      'X2 an undo has ended the link of one of them, which still carries the id',
      unlinkedFacts(
        { hubspot: [ann], officernd: [aMember('officernd', 'o1', 'Bea', undefined, { linkId: '42-1' })] },
        takenBack('o1', '9'),
      ),
      'link id',
      'X2',
      'A run that had linked one of the two was undone, so both of its records are left alone.',
      'orsync link acme member o1 1',
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
      'U3 its HubSpot record was merged into one that is linked',
      alone(annO(), { reviews: [review('merged', 'U3', ['o1', 'o2'], ['1'])] }),
      'U3',
      'It waits for a person.',
    ],
    [
      'X2 an undo has ended its link',
      alone(annO(), takenBack('o1', '1'), [ann]),
      'X2',
      'The run that had linked it was undone, so it is left alone: no key links it.',
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
