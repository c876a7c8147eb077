import { entities } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { law } from './fuzz';
import { edited, holdsSomeCreations, linkIds, sync } from './model-engine';
import { activeLinks } from './model-store';
import type { Table } from './model-vendors';
import type { World } from './model-world';
import { createWorld } from './model-world';
import { scenarios } from './scenarios';
import type { Scenario } from './scenario';

const start = (scenario: Scenario): World => edited(scenario, createWorld(scenario), scenario.rounds.flat());

law(
  'A2 stopped after any effect, the next run ends in the same state as an undisturbed one',
  scenarios,
  (scenario) => {
    const world = start(scenario);
    const undisturbed = sync(scenario, world);
    if (holdsSomeCreations(undisturbed)) return;
    for (let stopAfter = 0; stopAfter < undisturbed.run.effects.length; stopAfter += 1) {
      const next = sync(scenario, sync(scenario, world, { stopAfter }).after);
      expect({ stopAfter, ...stateOf(scenario, next.after) }).toEqual({ stopAfter, ...stateOf(scenario, undisturbed.after) });
    }
  },
  { share: 0.5 },
);

law(
  'A2 A1 and the run after that has nothing to do',
  scenarios,
  (scenario) => {
    const world = start(scenario);
    const undisturbed = sync(scenario, world);
    if (holdsSomeCreations(undisturbed)) return;
    for (let stopAfter = 0; stopAfter < undisturbed.run.effects.length; stopAfter += 2) {
      const next = sync(scenario, sync(scenario, world, { stopAfter }).after);
      expect(sync(scenario, next.after).run.effects).toEqual([]);
    }
  },
  { share: 0.3 },
);

law('L12 whatever crashes, and how often, a record is created once', scenarios, (scenario) => {
  let world = start(scenario);
  for (const stopAfter of [3, 5, 2, 4, 1, 6]) world = sync(scenario, world, { stopAfter }).after;
  const { after } = sync(scenario, world);
  for (const entity of entities) {
    const linkIdsOfNew = [...after.vendors.officernd[entity].values()].filter(({ id }) => id.startsWith('new-')).map(({ id }) => id);
    expect(linkIdsOfNew.filter((id) => id.endsWith('-again'))).toEqual([]);
  }
});

/**
 * The state in the end. Only a vendor's answer shows how it stores a value. When the answer is lost with the process, the next run compares
 * the stored value. So a trimmed text may come back trimmed, and a probability that OfficeRnD has
 * overruled may be written once more.
 */
function stateOf({ policy }: Scenario, { vendors, store }: World) {
  const overruled = (name: string) => policy.officerndSetsProbability && name === 'probability';
  const valuesOf = (table: Table) =>
    Object.fromEntries(
      [...table].map(([id, { values }]) => [
        id,
        Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (overruled(name) ? [] : [[name, trimmed(value)]]))),
      ]),
    );
  return {
    officernd: entities.map((entity) => valuesOf(vendors.officernd[entity])),
    hubspot: entities.map((entity) => valuesOf(vendors.hubspot[entity])),
    links: linkIds({ vendors, store }),
    reviews: [...store.reviews.keys()].sort(),
    // A suppression has no effect while its record is linked.
    suppressed: [...store.suppressed]
      .filter((key) => !activeLinks(store).some(({ entity, hubspotId }) => key === `${entity}/${hubspotId}`))
      .sort(),
  };
}

const trimmed = (value: JsonValue): JsonValue => (typeof value === 'string' ? value.trim() : value);
