import type { Decision, Result } from '../../domain/decision';
import { resultOf, sameResult } from '../../domain/decision-outcome';
import type { DecisionFacts } from '../../domain/decision-outcome';
import { outcomeWords, verdictWords } from '../../domain/decision-words';
import type { Link } from '../../domain/link';
import { aDecision, apart, creating, ignoring, linking } from './decisions';
import { aLink } from './records';

const facts = (links: readonly Link[], given: Partial<DecisionFacts> = {}): DecisionFacts => ({
  overruledBy: null,
  linkOf: (side, id) => links.find((link) => (side === 'hubspot' ? link.hubspotId : link.officerndId) === id),
  isThere: () => true,
  present: (id) => id,
  creation: () => null,
  ...given,
});
const pair = aLink({ officerndId: 'o1', hubspotId: '1' });
const elsewhere = aLink({ officerndId: 'o1', hubspotId: '9' });
const blocked = (obstacle: Extract<Result, { state: 'blocked' }>['obstacle'], ...about: string[]): Result => ({
  state: 'blocked',
  obstacle,
  about,
});
const DONE: Result = { state: 'done' };
const onlyOn = (side: string): Partial<DecisionFacts> => ({ isThere: (asked) => asked === side });

type Case = readonly [title: string, decision: Decision, facts: DecisionFacts, result: Result];
const cases: readonly Case[] = [
  ['a link that is made', aDecision(linking('o1', '1')), facts([pair]), DONE],
  ['a link of a record that is linked elsewhere', aDecision(linking('o1', '1')), facts([elsewhere]), blocked('linked-elsewhere', '9')],
  [
    'a link of two that are linked elsewhere',
    aDecision(linking('o1', '1')),
    facts([elsewhere, aLink({ officerndId: 'o2', hubspotId: '1' })]),
    blocked('linked-elsewhere', '9', 'o2'),
  ],
  [
    'a link with an OfficeRnD record that is gone',
    aDecision(linking('o1', '1')),
    facts([], onlyOn('hubspot')),
    blocked('officernd-gone', 'o1'),
  ],
  [
    'a link with a HubSpot record that is gone',
    aDecision(linking('o1', '1')),
    facts([], onlyOn('officernd')),
    blocked('hubspot-gone', '1'),
  ],
  ['a link that could not be made', aDecision(linking('o1', '1')), facts([]), blocked('not-done')],
  ['a link with a record that was merged away', aDecision(linking('o1', '7')), facts([pair], { present: () => '1' }), DONE],
  ['two that are apart', aDecision(apart('o1', '1')), facts([elsewhere]), DONE],
  ['two that are still linked', aDecision(apart('o1', '1')), facts([pair]), blocked('still-linked')],
  ['an ignored record', aDecision(ignoring('hubspot', '1')), facts([]), DONE],
  ['an ignored record that is linked', aDecision(ignoring('hubspot', '1')), facts([pair]), blocked('linked-elsewhere', 'o1')],
  ['a record that was created', aDecision(creating('1')), facts([pair]), DONE],
  [
    'a record that was created, and is gone by now',
    aDecision(creating('1'), { outcome: { run: 'r', at: new Date(0), result: DONE } }),
    facts([]),
    DONE,
  ],
  ['a record to create that is gone', aDecision(creating('1')), facts([], onlyOn('officernd')), blocked('hubspot-gone', '1')],
  [
    'a record that OfficeRnD refuses',
    aDecision(creating('1')),
    facts([], { creation: () => ({ obstacle: 'refused', about: ['no-name'] }) }),
    blocked('refused', 'no-name'),
  ],
  ['a decision that another goes before', aDecision(creating('1')), facts([pair], { overruledBy: 'd2' }), blocked('overruled', 'd2')],
];

test.each(cases)('D1 %s', (_title, decision, given, result) => expect(resultOf(decision, given)).toEqual(result));

test('D1 a result that says the same is the same', () => {
  expect(sameResult(DONE, DONE)).toBe(true);
  expect(sameResult(DONE, undefined)).toBe(false);
  expect(sameResult(DONE, blocked('held'))).toBe(false);
  expect(sameResult(blocked('refused', 'a'), blocked('refused', 'a'))).toBe(true);
  expect(sameResult(blocked('refused', 'a'), blocked('refused', 'b'))).toBe(false);
  expect(sameResult(blocked('refused', 'a'), blocked('pending', 'a'))).toBe(false);
});

test('D1 each obstacle says what to do', () => {
  const words = cases.flatMap(([, decision, , result]) =>
    result.state === 'done' ? [] : [outcomeWords({ ...decision, outcome: { run: 'r', at: new Date(0), result } })],
  );
  for (const sentence of words) expect(sentence).toMatch(/\.$/);
  expect(new Set(words).size).toBeGreaterThan(7);
  expect(outcomeWords(aDecision(creating('1')))).toBe('The next run carries it out.');
  expect(verdictWords(linking('o1', '1', 'hubspot'))).toBe('link o1 and 1, HubSpot preferred');
});
