import fc from 'fast-check';
import { decisionKinds } from '../../domain/decision';
import { entities, sides } from '../../domain/entity';
import { directions } from '../../domain/field-mapping';
import type { Direction } from '../../domain/field-mapping';
import { fieldKeys } from './model-mapping';
import type { Edit, FieldWish, PairSpec, Policy, Scenario } from './scenario';
import { calmPolicy } from './scenario';

/** Arbitrary scenarios: small worlds in which records often have equal names, e-mails and values. */

const pick = fc.nat({ max: 7 });
const entity = fc.constantFrom(...entities, 'member' as const);
const side = fc.constantFrom(...sides);

const fieldWish: fc.Arbitrary<FieldWish> = fc.record({
  entity,
  field: pick,
  direction: fc.constantFrom(...directions),
  enforce: fc.boolean(),
  neverErase: fc.boolean(),
});

export const policies: fc.Arbitrary<Policy> = fc.record({
  ambiguous: fc.constantFrom('review', 'oldest'),
  emailsDiffer: fc.constantFrom('review', 'link', 'create'),
  memberNeedsEmail: fc.boolean(),
  filter: fc.boolean(),
  brake: fc.constantFrom('loose', 'loose', 'tight'),
  officerndTrims: fc.boolean(),
  officerndSetsProbability: fc.boolean(),
  refusesBadPhone: side,
  fields: fc.array(fieldWish, { maxLength: 4 }),
});

/** A policy with which every difference can flow in both directions. */
export const calmPolicies: fc.Arbitrary<Policy> = fc.constant(calmPolicy);

const pairOf = (link: fc.Arbitrary<PairSpec['link']>): fc.Arbitrary<PairSpec> =>
  fc.record({
    entity,
    where: fc.constantFrom<PairSpec['where'][]>('both', 'both', 'both', 'officernd', 'hubspot'),
    link,
    values: fc.array(pick, { minLength: 6, maxLength: 6 }),
    parent: fc.nat({ max: 2 }),
    passesFilter: fc.boolean(),
  });

const anyLink = fc.constantFrom<PairSpec['link'][]>('synced', 'synced', 'carried', 'none');

const set: fc.Arbitrary<Edit> = fc.record({ kind: fc.constant('set'), side, pair: pick, field: pick, value: pick });

const edits: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: set, weight: 6 },
  { arbitrary: fc.record({ kind: fc.constant('delete'), side, pair: pick }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('restore'), pair: pick }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('merge'), pair: pick, into: pick, newId: fc.boolean() }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant('carry'), pair: pick, of: pick, portal: fc.constantFrom('ours', 'ours', 'other') }),
    weight: 1,
  },
);

const pairsOf = (link: fc.Arbitrary<PairSpec['link']>) => fc.array(pairOf(link), { minLength: 1, maxLength: 7 });

/** All kinds of scenarios. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: policies,
  pairs: pairsOf(anyLink),
  rounds: fc.array(fc.array(edits, { maxLength: 6 }), { minLength: 1, maxLength: 2 }),
});

/** Linked records whose values people change, for the laws of the merge. */
export const mergeScenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: policies,
  pairs: fc.array(
    pairOf(fc.constant('synced')).map((pair) => ({ ...pair, where: 'both' as const })),
    { minLength: 1, maxLength: 4 },
  ),
  rounds: fc.array(set, { minLength: 1, maxLength: 8 }).map((round) => [round]),
});

/** A direction for every field of every entity. */
const anyDirections = fc.array(fc.constantFrom(...directions), { minLength: 16, maxLength: 16 });
const wishesFor = (chosen: readonly Direction[], neverErase: boolean): readonly FieldWish[] =>
  entities.flatMap((of) =>
    fieldKeys(of).map((_, field) => ({ entity: of, field, direction: chosen[field] ?? '↔', enforce: field % 2 === 0, neverErase })),
  );

/** Linked records of which no field may ever be erased (M6). */
export const neverEraseScenarios: fc.Arbitrary<Scenario> = fc
  .tuple(mergeScenarios, anyDirections)
  .map(([scenario, chosen]) => ({ ...scenario, policy: { ...scenario.policy, fields: wishesFor(chosen, true) } }));

/** Records with the link id of their copy, with differences, and without a base (M2). */
export const firstLinkScenarios: fc.Arbitrary<Scenario> = fc.tuple(mergeScenarios, anyDirections).map(([scenario, chosen]) => ({
  policy: { ...scenario.policy, fields: wishesFor(chosen, false) },
  pairs: scenario.pairs.map((pair) => ({ ...pair, link: 'carried' as const })),
  rounds: [scenario.rounds.flat()],
}));

/** A text that OfficeRnD trims. Each side gives back another value, and that counts as no difference (M7). */
export const trimmedScenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: policies.map((policy) => ({ ...policy, officerndTrims: true, fields: [] })),
  pairs: pairsOf(fc.constant('synced')).map((pairs) =>
    pairs.map((pair) => ({ ...pair, entity: 'company' as const, where: 'both' as const })),
  ),
  rounds: fc
    .tuple(pick, set)
    .map(([pair, edit]): Scenario['rounds'] => [[{ kind: 'set', side: 'hubspot', pair, field: 2, value: 3 }], [edit]]),
});

/** Records without links, for the laws of matching. */
export const matchScenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: policies,
  pairs: fc.array(pairOf(fc.constantFrom('none', 'none', 'none', 'carried', 'synced')), { minLength: 2, maxLength: 10 }),
  rounds: fc.array(edits, { maxLength: 3 }).map((round) => [round]),
});

/** Records without links, or with them, about which people decide, and change their minds. */
const decide: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constant('decide'),
  say: fc.constantFrom(...decisionKinds),
  pair: pick,
  of: pick,
  side,
  prefer: fc.boolean(),
});

const decidingEdits: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: edits, weight: 3 },
  { arbitrary: decide, weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('withdraw'), decision: pick }), weight: 1 },
);

export const decidedScenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: policies,
  pairs: fc.array(pairOf(fc.constantFrom('none', 'none', 'carried', 'synced')), { minLength: 2, maxLength: 7 }),
  rounds: fc.array(fc.array(decidingEdits, { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
});
