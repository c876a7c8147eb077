import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { rulingsOf } from '../../domain/rulings';
import type { Rulings } from '../../domain/rulings';
import { law } from './fuzz';
import { edited, holdsSomeCreations, linkIds, play, sync, visible } from './model-engine';
import type { Ran } from './model-engine';
import { activeByHubSpot, activeByOfficernd, activeLinks, decisionsInForce } from './model-store';
import type { World } from './model-world';
import { copyWorld, createWorld } from './model-world';
import { decidedScenarios } from './scenarios';

/** Laws of people's decisions, whatever else happens (D1). */

/** The decisions in force, on the records as HubSpot has them now. */
function rulingsAfter({ store, vendors }: World, entity: Entity): Rulings {
  const survivors = [...vendors.hubspot[entity].values()].flatMap(({ id, mergedIds }) => mergedIds.map((merged) => [merged, id] as const));
  return rulingsOf(entity, decisionsInForce(store, entity), new Map(survivors));
}

law('D1 two records that are kept apart are never in one link', decidedScenarios, (scenario) => {
  for (const { after } of play(scenario)) {
    for (const entity of entities) {
      const { isApart } = rulingsAfter(after, entity);
      expect(activeLinks(after.store, entity).filter(({ officerndId, hubspotId }) => isApart(officerndId, hubspotId))).toEqual([]);
    }
  }
});

law('D1 an ignored record gets no link and is not created', decidedScenarios, (scenario) => {
  for (const { before, after } of play(scenario)) {
    for (const entity of entities) {
      const { isIgnored } = rulingsAfter(after, entity);
      const fresh = activeLinks(after.store, entity).filter(({ id }) => before.store.links.get(id)?.state !== 'active');
      expect(fresh.filter(({ hubspotId }) => isIgnored('hubspot', hubspotId))).toEqual([]);
      const made = fresh.filter(({ origin }) => origin !== 'relinked');
      expect(made.filter(({ officerndId }) => isIgnored('officernd', officerndId))).toEqual([]);
    }
  }
});

law(
  'D1 records that a person links are linked with each other, unless one of them is gone or linked elsewhere',
  decidedScenarios,
  (scenario) => {
    for (const { after } of play(scenario)) {
      for (const entity of entities) {
        const { links } = rulingsAfter(after, entity);
        for (const { officerndId, hubspotId } of links) {
          const [ofOfficernd, ofHubSpot] = [
            activeByOfficernd(after.store, entity, officerndId),
            activeByHubSpot(after.store, entity, hubspotId),
          ];
          const areThere = after.vendors.officernd[entity].has(officerndId) && after.vendors.hubspot[entity].has(hubspotId);
          const isFree = ofOfficernd === undefined && ofHubSpot === undefined;
          if (ofOfficernd?.id === ofHubSpot?.id) expect(isFree && areThere).toBe(false);
        }
      }
    }
  },
);

law('D1 a link that a person has made stays as long as both records do, until the decision is withdrawn', decidedScenarios, (scenario) => {
  for (const { before, after } of play(scenario)) {
    for (const entity of entities) {
      const { isLinked, presentId } = rulingsAfter(after, entity);
      for (const { officerndId, hubspotId } of activeLinks(before.store, entity)) {
        const now = presentId(hubspotId);
        const areThere = after.vendors.officernd[entity].has(officerndId) && after.vendors.hubspot[entity].has(now);
        if (areThere && isLinked(officerndId, now)) expect(activeByOfficernd(after.store, entity, officerndId)?.hubspotId).toBe(now);
      }
    }
  }
});

const creationsOf = (runs: readonly Ran[], hubspotId: string): number =>
  runs.flatMap(({ run }) => run.effects).filter((effect) => effect.kind === 'create' && effect.hubspotId === hubspotId).length;

/** The world after somebody has deleted every record in OfficeRnD that runs have created. */
function withoutCreated(world: World): World {
  const after = copyWorld(world);
  for (const entity of entities)
    for (const id of after.vendors.officernd[entity].keys()) if (id.startsWith('new-')) after.vendors.officernd[entity].delete(id);
  return after;
}

law('D1 a record that a person wants created is created once, also when somebody deletes it', decidedScenarios, (scenario) => {
  const runs = play(scenario);
  const end = runs.at(-1)?.after;
  if (end === undefined) return;
  const again = sync(scenario, withoutCreated(end));
  for (const { id, verdict, withdrawn } of end.store.decisions.values()) {
    if (verdict.kind !== 'create' || withdrawn !== null) continue;
    const under = [...runs.filter(({ after }) => after.store.decisions.has(id)), again];
    expect(creationsOf(under, verdict.hubspotId)).toBeLessThanOrEqual(1);
  }
});

law('D1 A1 a second run under the same decisions writes nothing, changes no link and opens no review', decidedScenarios, (scenario) => {
  for (const ran of play(scenario)) {
    if (holdsSomeCreations(ran)) continue;
    const again = sync(scenario, ran.after);
    expect(visible(again)).toEqual([]);
    expect(again.newReviews).toEqual([]);
  }
});

law('D1 L13 decisions give no record a second link', decidedScenarios, (scenario) => {
  for (const { after } of play(scenario)) {
    for (const entity of entities) {
      const links = activeLinks(after.store, entity);
      expect(new Set(links.map(({ hubspotId }) => hubspotId)).size).toBe(links.length);
      expect(new Set(links.map(({ officerndId }) => officerndId)).size).toBe(links.length);
    }
  }
});

law(
  'D1 A2 stopped after any effect, the next run carries out the same',
  decidedScenarios,
  (scenario) => {
    const world = edited(scenario, createWorld(scenario), scenario.rounds.flat());
    const undisturbed = sync(scenario, world);
    if (holdsSomeCreations(undisturbed)) return;
    for (let stopAfter = 0; stopAfter < undisturbed.run.effects.length; stopAfter += 1) {
      const next = sync(scenario, sync(scenario, world, { stopAfter }).after);
      expect({ stopAfter, links: linkIds(next.after) }).toEqual({ stopAfter, links: linkIds(undisturbed.after) });
    }
  },
  { share: 0.3 },
);
