import type { Verdict } from '../../../domain/decision';
import { reviewOf } from '../../../domain/review';
import { reviewCode, reviewFinder } from '../../../client/decisions/review-code';
import { sayOf, targetOf, verdictsOf } from '../../../client/decisions/wish';
import type { Partners, Target, Wish } from '../../../client/decisions/wish';

const O = ['65f0e0000000000000000001', '65f0e0000000000000000002'] as const;
const ambiguous = reviewOf({ entity: 'member', kind: 'ambiguous', rule: 'L4 name', officerndIds: O, hubspotIds: ['101', '102'] });
const one = reviewOf({ entity: 'member', kind: 'emails-differ', rule: 'L5', officerndIds: [O[0]], hubspotIds: ['101'] });
const foreign = reviewOf({ entity: 'member', kind: 'other-portal', rule: 'U7', officerndIds: [O[0]], hubspotIds: [] });
const noPartners: Partners = { officernd: new Map(), hubspot: new Map() };
const linked: Partners = { officernd: new Map([[O[1], '102']]), hubspot: new Map([['102', O[1]]]) };

const of = (review: typeof one): Target => ({ kind: 'review', review });
const verdicts = (wish: Partial<Wish> & Pick<Wish, 'say'>, target: Target, partners = noPartners) =>
  verdictsOf({ about: 'x', ...wish }, target, partners);
const value = (...all: readonly Verdict[]) => ({ value: all });
const problem = (text: string | RegExp) => ({ problem: expect.stringMatching(text) });

test.each([
  [
    'link two of several',
    { say: 'link', records: [O[0], '101'] },
    of(ambiguous),
    value({ kind: 'link', officerndId: O[0], hubspotId: '101', prefers: null }),
  ],
  [
    'link the two that there are',
    { say: 'link', prefer: 'hubspot' },
    of(one),
    value({ kind: 'link', officerndId: O[0], hubspotId: '101', prefers: 'hubspot' }),
  ],
  [
    'link by a value of the link property',
    { say: 'link', records: [O[0], '12345678-101'] },
    of(one),
    value({ kind: 'link', officerndId: O[0], hubspotId: '101', prefers: null }),
  ],
  ['link without saying which', { say: 'link' }, of(ambiguous), problem('say which two')],
  ['link a record of another case', { say: 'link', records: [O[0], '103'] }, of(ambiguous), problem('103 is not one of its records')],
  ['link where HubSpot has none', { say: 'link' }, of(foreign), problem('a record of each side')],
  ['create both', { say: 'create' }, of(ambiguous), value({ kind: 'create', hubspotId: '101' }, { kind: 'create', hubspotId: '102' })],
  ['create one', { say: 'create', records: ['102'] }, of(ambiguous), value({ kind: 'create', hubspotId: '102' })],
  ['create what only OfficeRnD has', { say: 'create' }, of(foreign), problem('only a HubSpot record')],
  ['ignore a case', { say: 'ignore' }, of(one), value({ kind: 'ignore', side: 'hubspot', id: '101' })],
  ['ignore a case of OfficeRnD alone', { say: 'ignore' }, of(foreign), value({ kind: 'ignore', side: 'officernd', id: O[0] })],
  ['ignore a record of the case', { say: 'ignore', records: [O[0]] }, of(one), value({ kind: 'ignore', side: 'officernd', id: O[0] })],
  ['prefer without a link', { say: 'ignore', prefer: 'hubspot' }, of(one), problem('only a link')],
] as const)('D1 %s', (_title, wish, target, expected) => expect(verdicts(wish, target)).toEqual(expected));

test('D1 a case that is kept apart is kept so pair by pair, and what is linked stays linked', () => {
  const pairs = (partners: Partners) => {
    const read = verdicts({ say: 'keep-apart' }, of(ambiguous), partners);
    return 'value' in read
      ? read.value.map((verdict) => (verdict.kind === 'keep-apart' ? `${verdict.officerndId.slice(-1)} ${verdict.hubspotId}` : ''))
      : [];
  };
  expect(pairs(noPartners)).toEqual(['1 101', '1 102', '2 101', '2 102']);
  expect(pairs(linked)).toEqual(['1 101', '1 102', '2 101']);
});

test('D1 a link ends where a person names its records', () => {
  const pair: Target = { kind: 'pair', entity: 'member', officerndId: O[1], hubspotId: '102' };
  const record: Target = { kind: 'record', entity: 'member', side: 'hubspot', id: '102' };
  const ended = value({ kind: 'keep-apart', officerndId: O[1], hubspotId: '102' });
  expect(verdicts({ say: 'keep-apart' }, pair, linked)).toEqual(ended);
  expect(verdicts({ say: 'unlink' }, pair, linked)).toEqual(ended);
  expect(verdicts({ say: 'unlink' }, record, linked)).toEqual(ended);
  expect(verdicts({ say: 'unlink', records: ['102'] }, of(ambiguous), linked)).toEqual(ended);
  expect(verdicts({ say: 'unlink' }, of(ambiguous), linked)).toEqual(problem('name the records'));
  expect(verdicts({ say: 'unlink' }, record)).toEqual(problem('has no link'));
});

test('D1 a linked record is neither created nor ignored', () => {
  expect(verdicts({ say: 'create', records: ['102'] }, of(ambiguous), linked)).toEqual(problem('102 has a link'));
  expect(verdicts({ say: 'ignore', records: [O[1]] }, of(ambiguous), linked)).toEqual(problem('has a link'));
  expect(verdicts({ say: 'create' }, of(ambiguous), linked)).toEqual(value({ kind: 'create', hubspotId: '101' }));
});

test('reviews have short names that stay, and a beginning is enough', () => {
  const code = reviewCode(one.id);
  expect(code).toMatch(/^r[0-9a-f]{8}$/);
  expect(reviewFinder([ambiguous, one, foreign])(code)).toEqual([{ ...one, code }]);
  expect(reviewFinder([ambiguous, one, foreign])(code.slice(0, 6)).map(({ id }) => id)).toEqual([one.id]);
  expect(reviewFinder([ambiguous, one])(one.id).map(({ id }) => id)).toEqual([one.id]);
  expect(reviewFinder([ambiguous, one])('r')).toHaveLength(2);
  expect(reviewFinder([ambiguous, one])('')).toEqual([]);
});

test('a wish is about a review, a record or two records', () => {
  const about = (text: string) => targetOf(text, reviewFinder([ambiguous, one]), 'acme');
  expect(about(reviewCode(one.id))).toMatchObject({ value: of(one) });
  expect(about('r')).toEqual(problem('beginning of 2 reviews'));
  expect(about('rffffffff')).toEqual(problem('orsync review acme'));
  expect(about('member/101')).toEqual({ value: { kind: 'record', entity: 'member', side: 'hubspot', id: '101' } });
  expect(about(`member/${O[0]}`)).toEqual({ value: { kind: 'record', entity: 'member', side: 'officernd', id: O[0] } });
  expect(about(`member/${O[0]}/101`)).toEqual({ value: { kind: 'pair', entity: 'member', officerndId: O[0], hubspotId: '101' } });
  expect(about(`member/101/${O[0]}`)).toEqual(problem('OfficeRnD.s record first'));
  expect(about('invoice/101')).toEqual(problem('no open review'));
});

test('what a person says is read from words', () => {
  expect(sayOf(['Link', O[0], '101'])).toEqual({ value: { say: 'link', records: [O[0], '101'] } });
  expect(sayOf(['keep-apart'])).toEqual({ value: { say: 'keep-apart', records: [] } });
  expect(sayOf(['merge'])).toEqual(problem('merge is no decision'));
  expect(sayOf([])).toEqual(problem('is no decision'));
});
