import { entities, sides } from '../../domain/entity';
import { explainFields } from '../../domain/explain/fields';
import type { LinkedFacts } from '../../domain/explain/facts';
import { explainUnlinked } from '../../domain/explain/unlinked';
import type { UnlinkedFacts } from '../../domain/explain/unlinked';
import type { Entity } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { Link } from '../../domain/link';
import { hasSideEffects, writesTo } from './field-cases';
import { law } from './fuzz';
import { play } from './model-engine';
import type { Ran } from './model-engine';
import { observe } from './model-observe';
import { activeByHubSpot, activeLinks } from './model-store';
import { matchScenarios, mergeScenarios, scenarios } from './scenarios';

/** An explanation says what the next run does: the explanation of a world is compared with the run that follows. */

/** The facts of a link before a run. */
function linkedFacts({ before, run }: Ran, link: Link): LinkedFacts | null {
  const { entity, officerndId, hubspotId } = link;
  const officernd = before.vendors.officernd[entity].get(officerndId);
  const hubspot = before.vendors.hubspot[entity].get(hubspotId);
  if (officernd === undefined || hubspot === undefined) return null;
  return {
    tenant: 'acme',
    link,
    officernd: observe('officernd', entity, officernd, run.mapping),
    hubspot: observe('hubspot', entity, hubspot, run.mapping),
    snapshot: before.store.snapshots.get(link.id) ?? {},
    mapping: run.mapping,
    unreadPaths: new Set(),
    failures: [],
    held: [],
    operations: [],
    surprises: [],
  };
}

const namesOn = ({ officernd, hubspot }: FieldMapping, side: (typeof sides)[number]): readonly string[] =>
  side === 'officernd' ? [officernd] : hubspot;

law('M1 to M12 an explanation foresees what the next run writes, field by field', mergeScenarios, (scenario) => {
  for (const ran of play(scenario)) {
    const kept = activeLinks(ran.before.store).filter(({ id }) => ran.after.store.links.get(id)?.state === 'active');
    for (const link of kept) {
      const facts = linkedFacts(ran, link);
      if (facts === null) continue;
      for (const { field: key, writes, sentence } of explainFields(facts, null)) {
        const field = ran.run.mapping.fields.find((one) => one.entity === link.entity && one.key === key);
        // The model's vendors refuse the value "bad", and a stage brings a probability with it (M10, M11).
        if (field === undefined || key === 'phone' || hasSideEffects(ran, link, field)) continue;
        const written = sides.filter((side) =>
          writesTo(ran, link, side).some((changes) => namesOn(field, side).some((name) => Object.hasOwn(changes, name))),
        );
        expect([link.id, key, sentence, written]).toEqual([link.id, key, sentence, writes === null ? [] : [writes]]);
      }
    }
  }
});

/** The facts of an entity's records before a run. One of them has no link. */
function unlinkedFacts({ before, run }: Ran, entity: Entity, id: string): UnlinkedFacts {
  const { mapping } = run;
  const all = (side: (typeof sides)[number]) =>
    [...before.vendors[side][entity].values()].map((one) => observe(side, entity, one, mapping));
  const [hubspot, officernd] = [all('hubspot'), all('officernd')];
  return {
    tenant: 'acme',
    entity,
    mapping,
    record: hubspot.find((one) => one.id === id) ?? null,
    hubspot,
    officernd,
    links: activeLinks(before.store, entity).map((link) => ({
      link,
      hubspot: hubspot.find((one) => one.id === link.hubspotId) ?? null,
      officernd: officernd.find((one) => one.id === link.officerndId) ?? null,
      snapshot: before.store.snapshots.get(link.id) ?? {},
    })),
    parents: new Map(),
    heldOfficernd: new Set(),
    reviews: [],
    creation: {
      parents: { parents: { companies: [], members: [] }, companyLocationId: null, isParentPending: false },
      isSuppressed: [id, ...(hubspot.find((one) => one.id === id)?.mergedIds ?? [])].some((one) =>
        before.store.suppressed.has(`${entity}/${one}`),
      ),
      failures: [],
      linkIdRefusal: null,
      sentAt: null,
      held: [],
      dependsOnHeld: false,
    },
  };
}

for (const [title, worlds] of [
  ['in worlds of every kind', scenarios],
  ['where many records share a key', matchScenarios],
] as const) {
  law(`L2 to L6 an explanation foresees which records the next run links and creates, ${title}`, worlds, (scenario) => {
    for (const ran of play(scenario)) {
      // Ends of links and their returns come first in a run, and free records for the phase after.
      const isQuiet = ran.run.effects.every(
        (effect) => effect.kind !== 'unlink' && !(effect.kind === 'link' && effect.rule.startsWith('U')),
      );
      if (!isQuiet || ran.run.held.size > 0) continue;
      for (const entity of entities.filter((one) => one !== 'opportunity')) {
        for (const id of ran.before.vendors.hubspot[entity].keys()) {
          if (activeByHubSpot(ran.before.store, entity, id) !== undefined) continue;
          const { candidates, verdict } = explainUnlinked(unlinkedFacts(ran, entity, id));
          const linked = ran.run.effects.flatMap((effect) => {
            const link = effect.kind === 'link' && effect.rule !== 'L6' ? ran.after.store.links.get(effect.id) : undefined;
            return link?.entity === entity && link.hubspotId === id ? [link.officerndId] : [];
          });
          const isCreated = ran.run.effects.some(
            (effect) => effect.kind === 'create' && effect.entity === entity && effect.hubspotId === id,
          );
          const foreseen = [...new Set(candidates.flatMap(({ isNext, officerndId }) => (isNext ? [officerndId] : [])))];
          expect([entity, id, foreseen, verdict.isNext, verdict.sentence]).toEqual([entity, id, linked, isCreated, verdict.sentence]);
        }
      }
    }
  });
}
