import fc from 'fast-check';
import { fieldCases } from './field-cases';
import type { FieldCase } from './field-cases';
import { law } from './fuzz';
import { expected } from './merge-oracle';
import type { Expected } from './merge-oracle';
import { play, sync, visible } from './model-engine';
import { firstLinkScenarios, mergeScenarios, neverEraseScenarios, scenarios, trimmedScenarios } from './scenarios';
import type { Scenario } from './scenario';

const worlds = fc.oneof(mergeScenarios, scenarios);

/** The fields of all runs that a rule decides, with the results that the table expects. */
function decidedBy(rule: Expected['rule'], scenario: Scenario): readonly (readonly [FieldCase, Expected])[] {
  const cases = play(scenario).flatMap(fieldCases);
  return cases.map((one) => [one, expected(one, scenario.policy)] as const).filter(([one, { rule: by }]) => by === rule && !one.disturbed);
}

const table: readonly (readonly [rule: Expected['rule'], title: string])[] = [
  ['M1', 'a field on which both sides agree is left as it is on both'],
  ['M2', 'without a base OfficeRnD, or the source of an arrow, wins unless it is blank'],
  ['M3', 'the side that did not change gets exactly the value of the side that did'],
  ['M4', 'where both changed, OfficeRnD wins'],
  ['M5', 'a change flows along its arrow, and against it only when enforced'],
  ['M6', 'a cleared value propagates, unless it must never'],
  ['M7', 'a difference that both sides gave back before is no difference'],
  ['M12', 'a side never gets what it can’t take, and the other is never overwritten for it'],
];

for (const [rule, title] of table) {
  law(`${rule} ${title}`, worlds, (scenario) => {
    for (const [one, wanted] of decidedBy(rule, scenario)) expect(shown(one, one.after)).toEqual(shown(one, wanted));
  });
}

const rare: readonly (readonly [title: string, scenarios: fc.Arbitrary<Scenario>])[] = [
  ['M2 at the first link', firstLinkScenarios],
  ['M6 where no field must ever be erased', neverEraseScenarios],
  ['M7 where a vendor rewrites what it is given', trimmedScenarios],
];

for (const [title, ofThese] of rare) {
  law(`${title}, every field ends as the table says`, ofThese, (scenario) => {
    const cases = play(scenario)
      .flatMap(fieldCases)
      .filter(({ disturbed }) => !disturbed);
    for (const one of cases) expect(shown(one, one.after)).toEqual(shown(one, expected(one, scenario.policy)));
  });
}

law('M7 A1 what a vendor has rewritten is not written again', trimmedScenarios, (scenario) => {
  for (const ran of play(scenario)) expect(visible(sync(scenario, ran.after))).toEqual([]);
});

test('every rule of the table is met by some worlds', () => {
  const sample = fc.sample(worlds, { numRuns: 500, seed: 1 });
  expect(table.filter(([rule]) => !sample.some((scenario) => decidedBy(rule, scenario).length > 0))).toEqual([]);
});

const shown = ({ link, field, before, base }: FieldCase, { officernd, hubspot }: Pick<Expected, 'officernd' | 'hubspot'>) => ({
  case: { link: link.id, field: field.key, direction: field.direction, before, base },
  officernd,
  hubspot,
});

law('M4 M2 a value is kept as a conflict where it gives way, and only there', worlds, (scenario) => {
  for (const one of play(scenario)
    .flatMap(fieldCases)
    .filter(({ disturbed }) => !disturbed)) {
    const { keeps } = expected(one, scenario.policy);
    const kept = one.conflicts.map(({ kind }) => kind);
    expect({ ...shown(one, one.before), kept }).toEqual({ ...shown(one, one.before), kept: keeps === null ? [] : [keeps] });
  }
});

law('M11 M7 after a run both sides of a field agree, or there is a reason that they don’t', worlds, (scenario) => {
  for (const ran of play(scenario)) {
    for (const one of fieldCases(ran)) {
      const { officernd, hubspot } = one.after;
      const { field, link } = one;
      if (officernd === hubspot) continue;
      const reasons = {
        drift: ran.run.drift.some(({ linkId, change }) => linkId === link.id && change.field === field.key),
        blankSource: one.base === undefined && (field.direction === '←' ? hubspot : officernd) === null,
        neverErase: field.neverErase && (officernd === null || hubspot === null),
        refused: field.key === 'phone' && (officernd === 'bad' || hubspot === 'bad'),
        // OfficeRnD sets its own probability with a status and ignores the sent one. HubSpot can't take it.
        overruled: scenario.policy.officerndSetsProbability && field.key === 'probability',
        trimmed: scenario.policy.officerndTrims && officernd === hubspot?.trim(),
      };
      expect({ ...shown(one, one.after), reasons: Object.values(reasons).includes(true) }).toMatchObject({ reasons: true });
    }
  }
});
