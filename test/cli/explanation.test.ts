import { explanationText } from '../../cli/text/explanation';
import { recordHistoryText } from '../../cli/text/record-history';
import type { Explanation } from '../../client/explain/explain';
import { historyOf } from '../../domain/explain/history';
import { explainLink } from '../../domain/explain/linked';
import { linkStory } from '../../domain/explain/link-story';
import { explainUnlinked } from '../../domain/explain/unlinked';
import { aFailure, aMember, anOperation, base, linkedFacts, unlinkedFacts } from '../domain/explain/facts';

/** The text of `orsync explain` and `orsync history`. */

const about: Omit<Explanation, 'state' | 'shownLink' | 'fields' | 'notes' | 'candidates' | 'verdict'> = {
  tenant: 'acme',
  entity: 'company',
  officernd: { id: 'o1', name: 'Acme' },
  hubspot: { id: '1', name: 'Acme \u202eLtd' },
  mergedFrom: '9',
  asOf: {
    run: 'run-3',
    isLive: false,
    hasOtherConfiguration: true,
    trouble: { run: 'run-4', state: 'blocked', message: 'HubSpot refuses the token.' },
  },
  story: [],
  reviews: [],
  failures: [],
  lost: [],
  isSuppressed: false,
  decisions: [],
};
const phone = { field: 'one', base: 'a', officernd: 'b', hubspot: 'a', rule: 'M3', action: 'writeHubspot' } as const;
const operations = [
  anOperation({ id: 'link', phase: 'link', kind: 'link', reason: 'L3 name', at: new Date('2025-01-01T09:00:00Z') }),
  anOperation({ run: 'run-2', at: new Date('2025-01-02T09:00:00Z'), fields: [phone] }),
];

test('an explanation names what is not written first, with the vendor’s words and what to do', () => {
  const failures = [aFailure({ field: 'one', side: 'hubspot', said: 'c is\nno option' })];
  const facts = linkedFacts({ one: 'c', two: 'x' }, { one: 'b', two: 'x' }, { one: base('b'), two: base('x') }, { failures, operations });
  const text = explanationText({
    ...about,
    state: 'linked',
    ...explainLink(facts),
    story: linkStory([], operations),
    candidates: [],
    verdict: null,
  });
  expect(text.split('\n')).toEqual([
    'acme: company, linked',
    '  OfficeRnD o1  Acme',
    '  HubSpot   1  Acme \uFFFDLtd',
    'HubSpot record 9 was merged into this one.',
    'The OfficeRnD record shows the link. (L14)',
    'As it was read last, by the configuration of run run-3.',
    'The newest run run-4 is blocked: HubSpot refuses the token. ("orsync status acme" says what to do.)',
    'The tenant file has changed since that run, so the next one may decide otherwise.',
    '',
    'How the link came about:',
    '  2025-01-01 09:00:00 UTC, run run-1, OfficeRnD o1 – HubSpot 1: The two had the same name, and no other record had it, so they were linked. (L3)',
    '',
    'Not written, and why:',
    '  one (↔): HubSpot refused just this value (INVALID_OPTION), so it is not sent again until the value, the record or the definition changes. (M10)',
    '    base "b", OfficeRnD "c", HubSpot "b"',
    '    Last written to HubSpot at 2025-01-02 09:00:00 UTC by run run-2: "a" → "b" (M3)',
    '    The vendor said: “c is no option”',
    '    What you can do: orsync retry acme --entity company --id 1',
    '',
    'In step:',
    '  two (↔): Both sides hold the same. (M1)',
    '    "x"',
  ]);
});

test('without a link, the verdict and each candidate have a line and what to do', () => {
  const facts = unlinkedFacts({
    hubspot: [aMember('hubspot', '1', 'Ann Lee')],
    officernd: [aMember('officernd', 'o1', 'Ann Lee'), aMember('officernd', 'o2', 'Ann Lee')],
  });
  const text = explanationText({
    ...about,
    officernd: null,
    state: 'unlinked',
    shownLink: null,
    fields: [],
    notes: [],
    ...explainUnlinked(facts),
  });
  expect(text).toContain('  OfficeRnD o2 – HubSpot 1, by name: The name is shared with another record, so a person decides. (L4)\n');
  expect(text).toContain('    What you can do: orsync decide acme ambiguous/member/o1+o2/1 link o2 1');
  expect(text).toContain('acme: company, without a link\n');
});

test('a history has a line for each effect', () => {
  const text = recordHistoryText({
    tenant: 'acme',
    entity: 'company',
    officerndId: 'o1',
    hubspotId: '1',
    entries: historyOf(operations, []),
  });
  expect(text).toMatch(/2025-01-02 09:00:00 │ run-2 │ updateHubspot │ one +│ "a" → "b" +│ M3 +│ applied/);
  expect(recordHistoryText({ tenant: 'acme', entity: 'company', officerndId: null, hubspotId: '1', entries: [] })).toBe(
    'company HubSpot 1: nothing was done to it, or its history is no longer kept.',
  );
});
