import fc from 'fast-check';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { matchByKey } from '../../domain/match';
import type { Candidate, MatchInput, MatchKey } from '../../domain/match';
import type { MatchingPolicy } from '../../domain/tenant-mapping';
import { RUNS, SEED } from './fuzz';

/** The rules of matching (L2 to L5) for candidates alone. There is no world around them, so many cases are tried each second. */

const candidates = (prefix: string): fc.Arbitrary<readonly Candidate[]> =>
  fc
    .array(
      fc.record({
        emails: fc.subarray(['a@x', 'b@x', 'c@x'], { maxLength: 2 }),
        name: fc.constantFrom(null, 'ann', 'ann', 'bob'),
        parents: fc.subarray(['p1', 'p2']),
        createdAt: fc.constantFrom('2025', '2026'),
      }),
      { maxLength: 4 },
    )
    .map((all) => all.map((one, index) => ({ ...one, id: `${prefix}${index}` })));

/** Records that are no candidates: mostly none, so that the other rules are tried, too. */
const rarely = (prefix: string) => fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: candidates(prefix) });

const inputs: fc.Arbitrary<MatchInput> = fc
  .record({
    entity: fc.constantFrom(...entities, 'member' as const),
    key: fc.constantFrom<MatchKey[]>('email', 'name', 'name'),
    hubspot: candidates('h'),
    officernd: candidates('o'),
    namesakes: fc.record({ hubspot: rarely('hl'), officernd: rarely('ol') }),
    policy: fc.record<MatchingPolicy>({
      ambiguous: fc.constantFrom('review', 'oldest'),
      emailsDiffer: fc.constantFrom('review', 'link', 'create'),
      name: fc.constantFrom('link', 'link', 'review', 'off'),
    }),
  })
  .map((input) => ({ ...input, decide: input.hubspot.map(({ id }) => id) }));

const meet = (one: readonly string[], other: readonly string[]): boolean => one.some((item) => other.includes(item));

/** L3: true if both have the same key. Opportunities must also have the same parent. */
function share(entity: Entity, key: MatchKey, one: Candidate, other: Candidate): boolean {
  if (key === 'email') return meet(one.emails, other.emails);
  return one.name !== null && one.name === other.name && (entity !== 'opportunity' || meet(one.parents, other.parents));
}

/** L5: true for members with the same name and different e-mails. */
const areTwoPeople = ({ entity, key }: MatchInput, one: Candidate, other: Candidate): boolean =>
  entity === 'member' && key === 'name' && one.emails.length > 0 && other.emails.length > 0 && !meet(one.emails, other.emails);

/** The specified outcome for one HubSpot candidate, in words. */
function expected(input: MatchInput, candidate: Candidate): string {
  const { entity, key, policy } = input;
  if (key === 'name' ? policy.name === 'off' : entity === 'opportunity') return 'nothing';
  const outcome = byKey(input, candidate);
  const [, officerndId] = /link (.+)$/.exec(outcome) ?? [];
  return key === 'name' && policy.name === 'review' && officerndId !== undefined ? `same-name ${candidate.id} ${officerndId}` : outcome;
}

/** The same, where a name links. */
function byKey(input: MatchInput, candidate: Candidate): string {
  const { entity, key, policy, namesakes } = input;
  const partners = input.officernd.filter((other) => share(entity, key, candidate, other));
  const rivals = input.hubspot.filter((rival) => partners.some((partner) => share(entity, key, rival, partner)));
  const [first] = partners;
  if (first === undefined) return 'nothing';
  const others = key === 'name' ? namesakes : undefined;
  const inHubSpot = others?.hubspot.filter((one) => partners.some((partner) => share(entity, key, one, partner))) ?? [];
  const inOfficernd = others?.officernd.filter((one) => share(entity, key, candidate, one)) ?? [];
  // Two people for the tenant are so whatever other records are called.
  if (partners.length === 1 && rivals.length === 1 && policy.emailsDiffer === 'create' && areTwoPeople(input, candidate, first))
    return 'nothing';
  if (partners.length === 1 && rivals.length === 1 && inHubSpot.length === 0 && inOfficernd.length === 0) {
    if (!areTwoPeople(input, candidate, first)) return `L3 link ${first.id}`;
    return { link: `L5 link ${first.id}`, create: 'nothing', review: `emails-differ ${candidate.id} ${first.id}` }[policy.emailsDiffer];
  }
  const [oldest] = partners
    .filter((partner) => !areTwoPeople(input, candidate, partner))
    .toSorted((one, other) => `${one.createdAt} ${one.id}`.localeCompare(`${other.createdAt} ${other.id}`));
  if (policy.ambiguous === 'oldest' && rivals.length === 1 && oldest !== undefined) return `L4 link ${oldest.id}`;
  const ids = (records: readonly Candidate[]): string =>
    records
      .map(({ id }) => id)
      .toSorted()
      .join('+');
  const isAlone = partners.length === 1 && rivals.length === 1;
  return `ambiguous ${ids([...rivals, ...(isAlone ? inHubSpot : [])])} ${ids([...partners, ...(isAlone ? inOfficernd : [])])}`;
}

test('L3 L4 L5 each candidate is linked, left to a person or left alone as the rules say', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const decided = matchByKey(input).map((decision) => {
        switch (decision.kind) {
          case 'link':
            return `${decision.rule} link ${decision.officerndId}`;
          case 'review':
            return `${decision.review.kind} ${decision.review.hubspotIds.join('+')} ${decision.review.officerndIds.join('+')}`;
          case 'unmatched':
            return 'nothing';
        }
      });
      expect(decided).toEqual(input.hubspot.map((candidate) => expected(input, candidate)));
    }),
    { seed: SEED, numRuns: RUNS * 20 },
  );
});
