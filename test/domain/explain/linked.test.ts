import type { LinkedFacts } from '../../../domain/explain/facts';
import { explainFields } from '../../../domain/explain/fields';
import type { ExplainedField } from '../../../domain/explain/fields';
import { explainLink } from '../../../domain/explain/linked';
import type { JsonValue } from '../../../domain/json';
import { standardFields } from '../../../domain/standard-fields';
import { aLink, aMapping, anObservation, aTextField } from '../records';
import { aFailure, aHeldEffect, anOperation, base, linkedFacts } from './facts';

/** "Why was this not written?", for each rule that can be the answer, and "what does the next run do?" where it is. */

const field = (facts: LinkedFacts, key = 'one'): ExplainedField | undefined => explainLink(facts).fields.find((one) => one.field === key);

const mapped = (given: Parameters<typeof aTextField>[1]) => ({
  mapping: aMapping({ fields: [aTextField('one', given), aTextField('two')] }),
});

type Values = Readonly<Record<string, JsonValue>>;

const opportunity = (officernd: Values, hubspot: Values, given: Partial<LinkedFacts> = {}): LinkedFacts => ({
  ...linkedFacts({}, {}, {}, given),
  link: aLink({ entity: 'opportunity' }),
  officernd: anObservation({ side: 'officernd', entity: 'opportunity', id: 'o1', values: officernd, linkId: '42-1' }),
  hubspot: anObservation({ entity: 'opportunity', values: { pipeline: 'sales', ...hubspot } }),
  mapping: given.mapping ?? aMapping({ fields: standardFields('opportunity') }),
});

describe('a difference that is not written', () => {
  test.each<[string, LinkedFacts, string, string, string?]>([
    [
      'V1 HubSpot left the field out of its answer',
      linkedFacts({ one: 'a' }, {}, {}, { hubspot: anObservation({ unread: ['one'] }) }),
      'V1',
      "HubSpot's last answer left this field out, or its value is too long to be kept, so the field is neither compared nor written.",
    ],
    [
      "V1 OfficeRnD's value is too long",
      linkedFacts({}, { one: 'b' }, {}, { officernd: anObservation({ side: 'officernd', id: 'o1', unread: ['one'], linkId: '42-1' }) }),
      'V1',
      "OfficeRnD's value is too long to be kept, so the field is neither compared nor written.",
    ],
    [
      'V2 no record of the listing carries the field',
      linkedFacts({}, { one: 'b' }, { one: base('a') }, { unreadPaths: new Set(['one']) }),
      'V2',
      "No record of OfficeRnD's last listing shows this field though values of it were known, so it counts as unread and is not written.",
    ],
    [
      'V2 a write might erase another value of the same object',
      linkedFacts(
        {},
        { one: 'b' },
        { two: base('x') },
        {
          unreadPaths: new Set(['properties.two']),
          mapping: aMapping({
            fields: [aTextField('one', { officernd: 'properties.one' }), aTextField('two', { officernd: 'properties.two' })],
          }),
        },
      ),
      'V2',
      "OfficeRnD's last listing hides another value of the same object, which a write might erase, so nothing of that object is written.",
    ],
    [
      'M2 a blank at the beginning of the arrow wins nothing',
      linkedFacts({}, { one: 'b' }, {}, mapped({ direction: '→' })),
      'M2',
      'There is no base yet, and a blank of OfficeRnD, where the arrow begins, wins nothing: both sides stay as they are.',
    ],
    [
      'B3 M2 a base that counts no more, and a blank source',
      linkedFacts({}, { one: 'b' }, { one: base('b') }, mapped({ direction: '→', baseMark: 'new' })),
      'M2',
      'The base counts no more, since the field has come to mean something else or a run went by without it (B3), and a blank of OfficeRnD, ' +
        'where the arrow begins, wins nothing: both sides stay as they are.',
    ],
    [
      'M5 against the arrow ←',
      linkedFacts({ one: 'x' }, { one: 'a' }, { one: base('a') }, mapped({ direction: '←' })),
      'M5',
      "The arrow leads from HubSpot to OfficeRnD, and only OfficeRnD's value was changed: that is reported and left.",
      'change it in HubSpot, or set drift: enforce or another direction in the tenant file',
    ],
    [
      'M5 against the arrow →',
      linkedFacts({ one: 'a' }, { one: 'x' }, { one: base('a') }, mapped({ direction: '→' })),
      'M5',
      "The arrow leads from OfficeRnD to HubSpot, and only HubSpot's value was changed: that is reported and left.",
    ],
    [
      'M6 neverErase',
      linkedFacts({ one: 'a' }, {}, { one: base('a') }, mapped({ neverErase: true })),
      'M6',
      'The value was cleared in HubSpot, and with neverErase clearing is not carried over.',
      'clear it on the other side, too, or change neverErase in the tenant file',
    ],
    [
      'M12 read-only',
      linkedFacts({ one: 'x' }, { one: 'a' }, { one: base('a') }, mapped({ readOnly: { officernd: false, hubspot: true } })),
      'M12',
      "HubSpot's value would have to change, and HubSpot lets nobody write it: the difference is reported and left.",
    ],
    [
      'M12 no counterpart',
      opportunity({ status: 'odd' }, { dealstage: 'new' }),
      'M12',
      "OfficeRnD's value has no counterpart in HubSpot, so nothing is written there: the difference is reported and left.",
      'add the pair to opportunities.statuses in the tenant file',
    ],
    [
      'M12 the stage of another pipeline',
      opportunity({ status: 'open' }, { pipeline: 'other', dealstage: 'elsewhere' }),
      'M12',
      "The deal is in another pipeline than the tenant's, so its stage is not written.",
    ],
    [
      'V3 a paused pair of stage and status',
      opportunity(
        { status: 'open' },
        { dealstage: 'won' },
        {
          mapping: aMapping({
            fields: standardFields('opportunity'),
            statuses: { ...aMapping().statuses, paused: { stages: ['won'], statuses: [] } },
          }),
        },
      ),
      'V3',
      'The stage or the status that one side holds is paused, since its counterpart is gone.',
    ],
    [
      'M13 the probability of another pipeline',
      opportunity({ probability: 10 }, { pipeline: 'other', hs_deal_stage_probability: '0.5' }),
      'M13',
      "The deal is in another pipeline than the tenant's, so its probability says nothing of the opportunity.",
    ],
    [
      'M14 another currency',
      opportunity(
        { dealSize: 1 },
        { amount: '2', deal_currency_code: 'USD' },
        {
          mapping: aMapping({ fields: standardFields('opportunity'), currency: 'GBP' }),
        },
      ),
      'M14',
      "The deal is in another currency than the portal's company currency, so its amount is reported and left.",
    ],
    [
      'M10 a vendor has refused just this value',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        {
          failures: [aFailure({ field: 'one', side: 'hubspot', reason: 'one: INVALID_OPTION', said: 'x was not one of the options' })],
        },
      ),
      'M10',
      'HubSpot refused just this value (one: INVALID_OPTION), so it is not sent again until the value, the record or the definition changes.',
      'orsync retry acme --entity company --id 1',
    ],
    [
      'M10 another record has the value',
      linkedFacts(
        { one: 'a' },
        { one: 'x' },
        { one: base('a') },
        {
          failures: [aFailure({ field: 'one', side: 'officernd', heldElsewhere: {} })],
        },
      ),
      'M10',
      'OfficeRnD refused this value because another record has it; it is tried again when that record lets go of it.',
    ],
    [
      'M10 the field to blame is looked for',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        {
          failures: [
            aFailure({
              side: 'hubspot',
              search: { trying: ['two'], suspects: ['one'], rest: [], found: [], hasAccepted: false, callsLeft: 3 },
            }),
          ],
        },
      ),
      'M10',
      'HubSpot refused the record without naming a field; which one is to blame is being looked for, and this one waits for its turn.',
    ],
    [
      'M6 P1 an erasure that a brake holds',
      linkedFacts(
        {},
        { one: 'a' },
        { one: base('a') },
        {
          held: [
            aHeldEffect({
              fields: [{ field: 'one', base: 'a', officernd: null, hubspot: 'a', rule: 'M3', action: 'writeHubspot' }],
            }),
          ],
        },
      ),
      'M6',
      'Clearing this value is held on proposal p1 until a person approves it.',
      'orsync approve acme p1',
    ],
    [
      'M2 P2 a first link that somebody has approved',
      linkedFacts(
        { one: 'o' },
        { one: 'h' },
        {},
        {
          held: [
            aHeldEffect(
              { reason: 'M2', fields: [{ field: 'one', base: null, officernd: 'o', hubspot: 'h', rule: 'M2', action: 'writeHubspot' }] },
              'Ann',
            ),
          ],
        },
      ),
      'M2',
      'Replacing this value at a first link was held on proposal p1, which Ann has approved: the next full run does it.',
      'orsync sync acme',
    ],
    [
      'A4 a parked record',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        { failures: [aFailure({ reason: 'unavailable', runs: 10, parked: true })] },
      ),
      'A4',
      'The record failed in 10 runs (unavailable) and is parked until its data change.',
      'orsync retry acme --entity company --id 1',
    ],
    [
      'M10 the record is refused for something that was not sent',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        {
          failures: [aFailure({ side: 'hubspot', reason: 'refused for something that is not sent: jobtitle (REQUIRED)' })],
        },
      ),
      'M10',
      'The record was refused for something that is not sent: jobtitle (REQUIRED), so it is not sent again until its data or the definitions change.',
    ],
    [
      'V3 the entity is paused',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        {
          mapping: aMapping({
            fields: [aTextField('one')],
            paused: [{ entity: 'company', field: 'name', message: 'HubSpot has no property "name".' }],
          }),
        },
      ),
      'V3',
      'Nothing of any company is synced for now: HubSpot has no property "name".',
    ],
    [
      'V3 the entity is not kept in step',
      linkedFacts(
        { one: 'x' },
        { one: 'a' },
        { one: base('a') },
        {
          mapping: aMapping({ fields: [aTextField('one')], entities: ['member'] }),
        },
      ),
      'V3',
      'The tenant does not keep any company in step.',
    ],
  ])('%s', (_title, facts, rule, sentence, ...[remedy]) => {
    const found = explainLink(facts).fields.find(({ state, sentence: said }) => state === 'left' && said === sentence);
    expect(found).toMatchObject({ state: 'left', rule, sentence, writes: null, ...(remedy !== undefined && { remedy }) });
  });

  test('A6 the vendor’s own words stand beside the reason, not in it', () => {
    const failures = [aFailure({ field: 'one', side: 'hubspot', said: 'Ann is not one of the options' })];
    const explained = field(linkedFacts({ one: 'x' }, { one: 'a' }, { one: base('a') }, { failures }));
    expect(explained).toMatchObject({ said: 'Ann is not one of the options' });
    expect(explained?.sentence).not.toContain('Ann');
  });

  test('M10 after "orsync retry", or when the refusal does not stand any more, the value is written', () => {
    const changed = { one: 'x' };
    for (const given of [{ retryRequested: true }, { stands: false }]) {
      const failures = [aFailure({ field: 'one', side: 'hubspot', ...given })];
      expect(field(linkedFacts(changed, { one: 'a' }, { one: base('a') }, { failures }))).toMatchObject({ state: 'next-run', rule: 'M3' });
    }
  });
});

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
    expect(field(facts)).toMatchObject({ state: 'next-run', rule, writes, sentence, remedy: null });
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
    expect(field(facts)).toMatchObject({ state: 'in-step', rule, sentence, writes: null });
  });

  test('M13 probabilities that follow from stage and status', () => {
    const statuses = { ...aMapping().statuses, probabilityByStatus: { open: 10 } };
    const mapping = aMapping({ fields: standardFields('opportunity'), statuses });
    const facts = opportunity({ status: 'open', probability: 10 }, { dealstage: 'new', hs_deal_stage_probability: '0.2' }, { mapping });
    expect(field(facts, 'probability')).toMatchObject({ state: 'in-step', rule: 'M13' });
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
  const [explained] = explainFields(linkedFacts({ one: 'b' }, { one: 'b' }, { one: base('b') }, { operations }), null);
  expect(explained?.lastChange).toEqual({
    run: 'run-2',
    at: '2025-01-02T00:00:00.000Z',
    to: 'hubspot',
    before: 'a',
    after: 'b',
    rule: 'M3',
  });
});
