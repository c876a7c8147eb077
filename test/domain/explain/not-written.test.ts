import type { LinkedFacts } from '../../../domain/explain/facts';
import { explainLink } from '../../../domain/explain/linked';
import { standardFields } from '../../../domain/standard-fields';
import { aMapping, anObservation, aTextField } from '../records';
import { aFailure, aHeldEffect, anOperation, base, linkedFacts, mapped, opportunity } from './facts';

/** "Why was this not written?", for each rule that can be the answer. */

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
      'X1 an undo has put one side back',
      linkedFacts(
        { one: 'b' },
        { one: 'a' },
        { one: { officernd: { canonical: 'b', raw: 'b' }, hubspot: { canonical: 'a', raw: 'a' } } },
        {
          operations: [
            anOperation({
              fields: [{ field: 'one', base: 'a', officernd: 'b', hubspot: 'b', rule: 'X1', action: 'writeHubspot', after: 'a' }],
            }),
          ],
        },
      ),
      'X1',
      'An undo has put one side back to what it was before, so the two differ until somebody changes one of them.',
      'change it on one side: the next run carries that over',
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
});
