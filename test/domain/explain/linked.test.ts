import { explainFields } from '../../../domain/explain/fields';
import type { LinkedFacts } from '../../../domain/explain/facts';
import { explainLink } from '../../../domain/explain/linked';
import { standardFields } from '../../../domain/standard-fields';
import { aMapping, anObservation, aTextField } from '../records';
import { aFailure, aHeldEffect, anOperation, base, explained, linkedFacts, mapped, opportunity } from './facts';

/** The next run and a link: the fields that it writes, those that are in step, and the record as a whole. */

describe('what the next run writes', () => {
  test.each<[string, LinkedFacts, string, 'officernd' | 'hubspot', string]>([
    [
      'M2 a gap is filled',
      linkedFacts({}, { one: 'h' }, {}),
      'M2',
      'officernd',
      "There is no base yet and OfficeRnD's value is blank, so the next run fills it with HubSpot's.",
    ],
    [
      'M2 a value gives way',
      linkedFacts({ one: 'o' }, { one: 'h' }, {}),
      'M2',
      'hubspot',
      "There is no base yet and OfficeRnD's value wins: the next run writes it to HubSpot, and keeps the one that gives way.",
    ],
    [
      'M3',
      linkedFacts({ one: 'a' }, { one: 'h' }, { one: base('a') }),
      'M3',
      'officernd',
      "Only HubSpot's value has changed since the two last agreed, so the next run writes it to OfficeRnD.",
    ],
    [
      'M3 M6 an erasure',
      linkedFacts({}, { one: 'a' }, { one: base('a') }),
      'M3',
      'hubspot',
      'The value was cleared in OfficeRnD, and a blank is a value: the next run clears it in HubSpot, too.',
    ],
    [
      'M4',
      linkedFacts({ one: 'o' }, { one: 'h' }, { one: base('a') }),
      'M4',
      'hubspot',
      'Both values have changed since the two last agreed, and OfficeRnD wins: the next run writes its value to HubSpot, and keeps the other as a conflict.',
    ],
    [
      'M4 M6 an erasure that wins',
      linkedFacts({}, { one: 'h' }, { one: base('a') }),
      'M4',
      'hubspot',
      "OfficeRnD's value was cleared and HubSpot's was changed, and OfficeRnD wins: the next run clears HubSpot's and keeps it as a conflict.",
    ],
    [
      'M5',
      linkedFacts({ one: 'a' }, { one: 'h' }, { one: base('a') }, mapped({ direction: '←' })),
      'M5',
      'officernd',
      "The arrow leads from HubSpot to OfficeRnD and HubSpot's value has changed, so the next run writes it to OfficeRnD.",
    ],
    [
      'M5 enforced',
      linkedFacts({ one: 'x' }, { one: 'a' }, { one: base('a') }, mapped({ direction: '←', drift: 'enforce' })),
      'M5',
      'officernd',
      "OfficeRnD's value was changed against the arrow, and drift: enforce makes the next run undo that.",
    ],
  ])('%s', (_title, facts, rule, writes, sentence) => {
    expect(explained(facts)).toMatchObject({ state: 'next-run', rule, writes, sentence, remedy: null });
  });
});

describe('what is in step', () => {
  test.each<[string, LinkedFacts, string, string]>([
    ['M1', linkedFacts({ one: 'a' }, { one: 'a' }, { one: base('a') }), 'M1', 'Both sides hold the same.'],
    [
      'M1 without a base',
      linkedFacts({ one: 'a' }, { one: 'a' }, {}),
      'M1',
      'Both sides hold the same, and the next run notes that as the base.',
    ],
    [
      'M2 spelling',
      linkedFacts({ one: 'Acme' }, { one: 'ACME' }, {}),
      'M2',
      'The values differ only in case, white space or Unicode form, so they count as agreed and each side keeps its own.',
    ],
    [
      'M7 each in its own form',
      linkedFacts(
        { one: 'a' },
        { one: 'A' },
        {
          one: { officernd: { canonical: 'a', raw: 'a' }, hubspot: { canonical: 'A', raw: 'A' } },
        },
      ),
      'M7',
      'Each side still holds what it held when the two last agreed, in its own form.',
    ],
  ])('%s', (_title, facts, rule, sentence) => {
    expect(explained(facts)).toMatchObject({ state: 'in-step', rule, sentence, writes: null });
  });

  test('M13 probabilities that follow from stage and status', () => {
    const statuses = { ...aMapping().statuses, probabilityByStatus: { open: 10 } };
    const mapping = aMapping({ fields: standardFields('opportunity'), statuses });
    const facts = opportunity({ status: 'open', probability: 10 }, { dealstage: 'new', hs_deal_stage_probability: '0.2' }, { mapping });
    expect(explained(facts, 'probability')).toMatchObject({ state: 'in-step', rule: 'M13' });
  });
});

describe('the record as a whole', () => {
  const quiet = (given: Partial<LinkedFacts>) => explainLink(linkedFacts({ one: 'a' }, { one: 'a' }, { one: base('a') }, given)).notes;

  test.each<[string, Partial<LinkedFacts>, string, string, string | null]>([
    [
      'U2 a record that was not read',
      { hubspot: null },
      'U2',
      "HubSpot's record is not among those that were read last, so nothing is compared; the next full run asks for it by its id.",
      null,
    ],
    [
      'U4 the end of the link is held',
      { held: [aHeldEffect({ kind: 'unlink', reason: 'U1' })] },
      'U1',
      'The end of this link is held on proposal p1 until a person approves it.',
      'orsync approve acme p1',
    ],
    [
      'V3 a field that pauses',
      {
        mapping: aMapping({
          fields: [aTextField('one')],
          paused: [{ entity: 'company', field: 'vat', message: 'HubSpot has no property "vat".' }],
        }),
      },
      'V3',
      'The field vat is left out for now: HubSpot has no property "vat".',
      null,
    ],
    [
      'S1 a surprise',
      { surprises: ['phone'] },
      'S1',
      'After a write, phone of the OfficeRnD record was not as it should be; after three such records in a run nothing more is written.',
      'look for an automation in OfficeRnD that changes it',
    ],
    [
      'A4 a failure that passes',
      { failures: [aFailure({ reason: 'unavailable', runs: 2 })] },
      'A4',
      'Writing the record failed (unavailable, 2 runs); the next run tries again.',
      null,
    ],
    [
      'U1 a link that could not be ended',
      { failures: [aFailure({ phase: 'unlink', reason: 'refused', parked: true, runs: 10 })] },
      'U1',
      'Ending the link failed in 10 runs (refused) and is parked.',
      'orsync retry acme --entity company --id o1',
    ],
  ])('%s', (_title, given, rule, sentence, remedy) => {
    expect(quiet(given)).toContainEqual({ rule, sentence, remedy, said: null });
  });

  test('nothing is noted where nothing stands in the way', () => expect(quiet({})).toEqual([]));

  test.each<[string, Partial<LinkedFacts>, string, string]>([
    ['L14 the link shows', {}, 'L14', 'The OfficeRnD record shows the link.'],
    [
      'L14 the link does not show yet',
      { officernd: anObservation({ side: 'officernd', id: 'o1' }) },
      'L14',
      'The next run writes the link id to the OfficeRnD record.',
    ],
    [
      'L14 links are hidden',
      { mapping: aMapping({ fields: [], showsLinks: false }) },
      'L14',
      'The link is kept in the database alone, as links: { show: false } asks.',
    ],
    [
      'M10 the link id was refused',
      {
        officernd: anObservation({ side: 'officernd', id: 'o1' }),
        failures: [aFailure({ field: 'properties.hubspot_link_id', side: 'officernd', reason: 'unknown property' })],
      },
      'M10',
      "OfficeRnD refused the link id (unknown property); the record's fields go on without it.",
    ],
    [
      'U7 the id of another portal',
      { officernd: anObservation({ side: 'officernd', id: 'o1', linkId: '7-1' }) },
      'U7',
      'The OfficeRnD record carries an id of another portal, which is left alone.',
    ],
    [
      'V2 a bag that hides a value',
      {
        officernd: anObservation({ side: 'officernd', id: 'o1' }),
        mapping: aMapping({ fields: [aTextField('vat', { officernd: 'properties.vat' })] }),
        snapshot: { vat: base('x') },
        unreadPaths: new Set(['properties.vat']),
      },
      'V2',
      "OfficeRnD's last listing hides a custom property that writing the link id might erase, so it is not written.",
    ],
  ])('%s', (_title, given, rule, sentence) => {
    expect(explainLink(linkedFacts({}, {}, {}, given)).shownLink).toMatchObject({ rule, sentence });
  });
});

test('the last change of a field is the newest write of it that was carried out', () => {
  const change = { field: 'one', base: 'a', officernd: 'b', hubspot: 'a', rule: 'M3', action: 'writeHubspot' } as const;
  const operations = [
    anOperation({ run: 'run-1', at: new Date('2025-01-01T00:00:00Z'), fields: [{ ...change, officernd: 'x' }] }),
    anOperation({ run: 'run-2', at: new Date('2025-01-02T00:00:00Z'), fields: [change] }),
    anOperation({ run: 'run-3', at: new Date('2025-01-03T00:00:00Z'), fields: [change], state: 'failed' }),
    anOperation({ run: 'run-4', at: new Date('2025-01-04T00:00:00Z'), fields: [{ ...change, field: 'two' }] }),
  ];
  const [found] = explainFields(linkedFacts({ one: 'b' }, { one: 'b' }, { one: base('b') }, { operations }), null);
  expect(found?.lastChange).toEqual({
    run: 'run-2',
    at: '2025-01-02T00:00:00.000Z',
    to: 'hubspot',
    before: 'a',
    after: 'b',
    rule: 'M3',
  });
});
