import { claimsOf } from '../../domain/decision';
import type { Decision, Verdict } from '../../domain/decision';
import { isWaitingFor, noRulings, rulingsOf } from '../../domain/rulings';
import { reviewOf } from '../../domain/review';
import { aDecision, apart, creating, ignoring, linking } from './decisions';

const rulings = (verdicts: readonly Verdict[], survivors: Readonly<Record<string, string>> = {}) =>
  rulingsOf(
    'member',
    verdicts.map((verdict, index) => aDecision(verdict, { id: `d${index}`, at: new Date(index) })),
    new Map(Object.entries(survivors)),
  );

const contradict = (one: Verdict, other: Verdict): boolean =>
  claimsOf('member', one).some((claim) => claimsOf('member', other).includes(claim));

test.each([
  ['two partners of one OfficeRnD record', linking('o1', '1'), linking('o1', '2'), true],
  ['two partners of one HubSpot record', linking('o1', '1'), linking('o2', '1'), true],
  ['a pair that belongs together and does not', linking('o1', '1'), apart('o1', '1'), true],
  ['a partner of an ignored record', linking('o1', '1'), ignoring('officernd', 'o1'), true],
  ['a partner of a record that is to be created', linking('o1', '1'), creating('1'), true],
  ['a record that is to be created and ignored', creating('1'), ignoring('hubspot', '1'), true],
  ['a record that is to be created, and no partner of another', creating('1'), apart('o1', '1'), false],
  ['two that one record is kept from', apart('o1', '1'), apart('o1', '2'), false],
  ['a record of each side with one id', ignoring('officernd', '1'), ignoring('hubspot', '1'), false],
])('D1 contradiction: %s', (_title, one, other, expected) => expect(contradict(one, other)).toBe(expected));

test('D1 claims of two entities never meet', () => {
  expect(claimsOf('company', creating('1')).some((claim) => claimsOf('member', creating('1')).includes(claim))).toBe(false);
});

test('D1 what is kept apart may pair with others, and with each other nowhere', () => {
  const { isApart, mayPair, mayFollow, mayRestore } = rulings([apart('o1', '1')]);
  expect([isApart('o1', '1'), mayPair('o1', '1'), mayFollow('o1', '1'), mayRestore('o1', '1')]).toEqual([true, false, false, false]);
  expect([isApart('o1', '2'), mayPair('o1', '2'), mayPair('o2', '1'), mayRestore('o2', '1')]).toEqual([false, true, true, true]);
});

test('D1 a chosen pair is set aside for each other', () => {
  const { isSetAside, mayPair, mayFollow, links } = rulings([linking('o1', '1', 'hubspot')]);
  expect([isSetAside('officernd', 'o1'), isSetAside('hubspot', '1'), isSetAside('hubspot', '2')]).toEqual([true, true, false]);
  expect([mayPair('o1', '1'), mayPair('o1', '2'), mayPair('o2', '1')]).toEqual([true, false, false]);
  expect([mayFollow('o2', '1'), mayFollow('o1', '2')]).toEqual([false, true]);
  expect(links).toEqual([{ decision: 'd0', officerndId: 'o1', hubspotId: '1', decidedId: '1' }]);
});

test('D1 HubSpot is preferred for that pair alone', () => {
  const { prefers } = rulings([linking('o1', '1', 'hubspot'), linking('o2', '2')]);
  expect([prefers('o1', '1'), prefers('o2', '2'), prefers('o1', '2')]).toEqual(['hubspot', undefined, undefined]);
});

test('D1 an ignored record pairs with none, on either side', () => {
  const { mayPair, isSetAside, mayFollow } = rulings([ignoring('officernd', 'o1'), ignoring('hubspot', '2')]);
  expect([mayPair('o1', '1'), mayPair('o3', '2'), mayPair('o3', '3')]).toEqual([false, false, true]);
  expect([isSetAside('officernd', 'o1'), isSetAside('hubspot', '2'), isSetAside('hubspot', '1')]).toEqual([true, true, false]);
  // A link that is there goes with its HubSpot record, but into no ignored one.
  expect([mayFollow('o1', '1'), mayFollow('o3', '2')]).toEqual([true, false]);
});

test('D1 a record that is to be created is matched by no key, but found by its link id', () => {
  const { isToBeCreated, isSetAside, mayPair, mayRestore } = rulings([creating('1')]);
  expect([isToBeCreated('1'), isSetAside('hubspot', '1'), mayPair('o1', '1'), mayRestore('o1', '1')]).toEqual([true, true, true, false]);
});

test('D1 once it was created, the decision creates nothing more, and its own link may come back', () => {
  const done: Decision['outcome'] = { run: 'r', at: new Date(0), result: { state: 'done' } };
  const { isToBeCreated, isSetAside, mayRestore } = rulingsOf('member', [aDecision(creating('1'), { outcome: done })], new Map());
  expect([isToBeCreated('1'), isSetAside('hubspot', '1'), mayRestore('o1', '1')]).toEqual([false, true, true]);
});

test('D1 a decision follows its record into the one that it was merged into', () => {
  const { isApart, links, isIgnored, isToBeCreated } = rulings(
    [apart('o1', '1'), linking('o2', '2'), ignoring('hubspot', '3'), creating('4')],
    { 1: '11', 2: '12', 3: '13', 4: '14' },
  );
  expect([isApart('o1', '11'), isApart('o1', '1')]).toEqual([true, true]);
  expect(links).toEqual([{ decision: 'd1', officerndId: 'o2', hubspotId: '12', decidedId: '2' }]);
  expect([isIgnored('hubspot', '13'), isToBeCreated('14')]).toEqual([true, true]);
});

test('D1 after a merge, what was said about the record itself goes before what has followed, and else the older word', () => {
  const followed = rulings([linking('o1', '1'), linking('o2', '2')], { 1: '2' });
  expect(followed.overruled).toEqual(new Map([['d0', 'd1']]));
  expect(followed.links.map(({ officerndId }) => officerndId)).toEqual(['o2']);
  const both = rulings([linking('o1', '1'), creating('2')], { 1: '3', 2: '3' });
  expect(both.overruled).toEqual(new Map([['d1', 'd0']]));
});

test('D1 after a merge, the same word said twice is no contradiction', () => {
  const { overruled, isApart } = rulings([apart('o1', '1'), apart('o1', '2')], { 1: '2' });
  expect([overruled.size, isApart('o1', '2')]).toEqual([0, true]);
});

const review = (rule: string, officerndIds: readonly string[]) =>
  reviewOf({ entity: 'member', kind: 'ambiguous', rule, officerndIds, hubspotIds: ['1'] });

test.each([
  ['without a decision', [], 'L4 name', ['o1'], true],
  ['kept apart from some of the case', [apart('o1', '1')], 'L4 name', ['o1', 'o2'], true],
  ['kept apart from all of the case', [apart('o1', '1'), apart('o2', '1')], 'L4 name', ['o1', 'o2'], false],
  ['to be created', [creating('1')], 'L4 email', ['o1'], false],
  ['to be created, and there already by its link id', [creating('1')], 'L2', ['o1', 'o2'], true],
])('D1 a review keeps a record from being created: %s', (_title, verdicts, rule, officerndIds, expected) =>
  expect(isWaitingFor(review(rule, officerndIds), '1', rulings(verdicts))).toBe(expected),
);

test('D1 without decisions nothing is ruled', () => {
  const { isEmpty, mayPair, mayFollow, mayRestore, isSetAside, prefers, presentId } = noRulings;
  expect([isEmpty, mayPair('o', '1'), mayFollow('o', '1'), mayRestore('o', '1')]).toEqual([true, true, true, true]);
  expect([isSetAside('hubspot', '1'), prefers('o', '1'), presentId('1')]).toEqual([false, undefined, '1']);
});
