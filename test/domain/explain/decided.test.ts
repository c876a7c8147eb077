import type { Verdict } from '../../../domain/decision';
import { explainUnlinked } from '../../../domain/explain/unlinked';
import { rulingsOf } from '../../../domain/rulings';
import { aDecision, apart, creating, ignoring, linking } from '../decisions';
import { aMember, ann, annO, unlinkedFacts } from './facts';

/** D1: an explanation goes by what people have decided, as a run does. */

const decided = (verdict: Verdict) => ({ rulings: rulingsOf('member', [aDecision(verdict)], new Map()) });
const both = { hubspot: [ann], officernd: [annO()] };
const linkedApart = { ...both, officernd: [annO({ linkId: '42-1' })] };

test.each([
  [
    'keep apart, and an e-mail',
    unlinkedFacts(both, decided(apart('o1', '1'))),
    'email',
    'A person keeps the two apart, so nothing links them.',
  ],
  [
    'keep apart, and a link id',
    unlinkedFacts(linkedApart, decided(apart('o1', '1'))),
    'link id',
    'A person keeps the two apart, so nothing links them.',
  ],
  [
    'ignored',
    unlinkedFacts(both, decided(ignoring('hubspot', '1'))),
    'email',
    'A person has decided otherwise about one of the two, so no key links them.',
  ],
  ['linked', unlinkedFacts(both, decided(linking('o1', '1'))), 'decision', 'A person has linked the two, and the next run carries it out.'],
])('D1 a candidate of a decision: %s', (_title, facts, key, sentence) => {
  const found = explainUnlinked(facts).candidates.find((one) => one.key === key);
  expect(found).toMatchObject({ rule: 'D1', sentence, isNext: key === 'decision' });
});

test.each([
  ['ignore', ignoring('hubspot', '1'), 'D1', 'A person has decided to ignore it, so it is neither linked nor created.', false],
  ['create', creating('1'), 'D1', 'A person wants it created, so the next run creates it.', true],
  ['keep apart', apart('o1', '1'), 'L6', 'No OfficeRnD record matches, so the next run creates one.', true],
  [
    'link with a record that is gone',
    linking('o9', '1'),
    'D1',
    'A person has decided about it, and "orsync decisions" says what became of that.',
    false,
  ],
] as const)('D1 what becomes of a HubSpot record: %s', (_title, verdict, rule, sentence, isNext) => {
  expect(explainUnlinked(unlinkedFacts(both, decided(verdict))).verdict).toMatchObject({ rule, sentence, isNext });
});

test('D1 a record that is to be created needs no review to be decided, and no suppression keeps it', () => {
  const two = { hubspot: [ann, aMember('hubspot', '2', 'Ann Moor', 'ann@example.com')], officernd: [annO()] };
  const facts = unlinkedFacts(two, { ...decided(creating('1')), creation: { isSuppressed: true } });
  expect(explainUnlinked(facts).verdict).toMatchObject({ rule: 'D1', isNext: true });
});

test('D1 an OfficeRnD record that is ignored', () => {
  const facts = unlinkedFacts(both, { ...decided(ignoring('officernd', 'o1')), record: annO() });
  expect(explainUnlinked(facts).verdict).toMatchObject({ rule: 'D1', isNext: false });
});
