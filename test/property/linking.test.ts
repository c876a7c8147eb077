import { entities } from '../../domain/entity';
import { LINK_PATH, parseLinkId } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import { law } from './fuzz';
import { edited, linkIds, play, sync } from './model-engine';
import type { Ran } from './model-engine';
import { LIFECYCLE, PORTAL } from './model-mapping';
import { observe } from './model-observe';
import { activeByHubSpot, activeByOfficernd, activeLinks } from './model-store';
import { createWorld } from './model-world';
import { matchScenarios, scenarios } from './scenarios';
import type { Scenario } from './scenario';

/** The links that a run made by a rule, with the observations of both records before the run. */
function linksMadeBy(
  ran: Ran,
  rules: readonly string[],
): readonly { readonly link: Link; readonly officernd: Observation; readonly hubspot: Observation }[] {
  return ran.run.effects.flatMap((effect) => {
    if (effect.kind !== 'link' || !rules.includes(effect.rule)) return [];
    const link = ran.after.store.links.get(effect.id);
    const officernd = link && ran.before.vendors.officernd[link.entity].get(link.officerndId);
    const hubspot = link && ran.before.vendors.hubspot[link.entity].get(link.hubspotId);
    if (link === undefined || officernd === undefined || hubspot === undefined) return [];
    const { mapping } = ran.run;
    return [
      {
        link,
        officernd: observe('officernd', link.entity, officernd, mapping),
        hubspot: observe('hubspot', link.entity, hubspot, mapping),
      },
    ];
  });
}

const shares = (one: readonly string[], other: readonly string[]): boolean => one.some((key) => other.includes(key));

law('L13 a record is in at most one active link', scenarios, (scenario) => {
  for (const { after } of play(scenario)) {
    for (const entity of entities) {
      const links = activeLinks(after.store, entity);
      expect(new Set(links.map(({ hubspotId }) => hubspotId)).size).toBe(links.length);
      expect(new Set(links.map(({ officerndId }) => officerndId)).size).toBe(links.length);
    }
  }
});

law('L1 a record with an active link gets no other, unless phase 1 ends its own', scenarios, (scenario) => {
  for (const { before, after, run } of play(scenario)) {
    const ended = run.effects.flatMap((effect) => (effect.kind === 'unlink' ? [effect.id] : []));
    for (const { id, entity, officerndId } of activeLinks(before.store)) {
      const now = activeByOfficernd(after.store, entity, officerndId);
      if (!ended.includes(id)) expect([id, 'relinked']).toContain(now?.origin === 'relinked' ? 'relinked' : now?.id);
    }
  }
});

law('L2 an id that is adopted is the one that the record carries', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    for (const { officernd, hubspot } of linksMadeBy(ran, ['L2'])) {
      const parsed = parseLinkId(officernd.linkId ?? '', PORTAL);
      expect([hubspot.id, ...hubspot.mergedIds]).toContain(parsed.kind === 'ours' ? parsed.hubspotId : parsed.kind);
    }
  }
});

law('L3 records that are linked by a key share it', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    for (const { link, officernd, hubspot } of linksMadeBy(ran, ['L3', 'L4', 'L5'])) {
      const by = ran.run.effects.some((effect) => effect.kind === 'link' && effect.id === link.id);
      expect(by).toBe(true);
      const sameName = officernd.keys.name !== null && officernd.keys.name === hubspot.keys.name;
      expect(sameName || shares(officernd.keys.emails, hubspot.keys.emails)).toBe(true);
      if (link.entity === 'opportunity') {
        const companies = hubspot.parents.companies.map((id) => activeByHubSpot(ran.after.store, 'company', id)?.officerndId);
        expect(companies).toContain(officernd.parents.companies[0]);
      }
    }
  }
});

law('L4 a key that several candidates share links nobody, unless the oldest is asked for', matchScenarios, (scenario) => {
  for (const ran of play(scenario)) {
    for (const { link, hubspot } of linksMadeBy(ran, ['L3'])) {
      const { seen } = ran.run;
      const emails = hubspot.keys.emails.length > 0 && link.origin === 'email';
      const isFree = ({ id }: Observation) => activeByOfficernd(ran.after.store, link.entity, id) === undefined;
      const rivals = [...seen.officernd[link.entity].values()].filter(
        (rival) =>
          isFree(rival) &&
          (emails
            ? shares(rival.keys.emails, hubspot.keys.emails)
            : link.entity !== 'opportunity' && rival.keys.name === hubspot.keys.name),
      );
      // Rivals without a link are in a case of a stronger key, or wait for their own link id (L2, L4).
      const waiting = [...ran.run.reviews.values()].flatMap(({ officerndIds }) => officerndIds);
      expect(rivals.filter(({ id }) => !waiting.includes(id) && !ran.run.held.has(id)).map(({ id }) => id)).toEqual([]);
    }
  }
});

law('L5 members of one name whose e-mails differ are linked only where that is asked for', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    for (const { link, officernd, hubspot } of linksMadeBy(ran, ['L3', 'L4'])) {
      if (link.entity !== 'member' || link.origin !== 'name') continue;
      const differ =
        officernd.keys.emails.length > 0 && hubspot.keys.emails.length > 0 && !shares(officernd.keys.emails, hubspot.keys.emails);
      expect(differ).toBe(false);
    }
    if (scenario.policy.emailsDiffer !== 'link') expect(linksMadeBy(ran, ['L5'])).toEqual([]);
  }
});

law('L4 the order of the candidates, and the pages they come in, do not matter', matchScenarios, (scenario) => {
  const usual = play(scenario).map(outcome);
  const backwards = (ids: readonly string[]) => [...ids].reverse();
  const interleaved = (ids: readonly string[]) => [
    ...ids.filter((_, index) => index % 2 === 1),
    ...ids.filter((_, index) => index % 2 === 0),
  ];
  expect(play(scenario, { order: backwards, pageSize: 1 }).map(outcome)).toEqual(usual);
  expect(play(scenario, { order: interleaved, pageSize: 2 }).map(outcome)).toEqual(usual);
});

const outcome = ({ after, run }: Ran) => ({
  links: linkIds(after),
  reviews: [...run.reviews.keys()].sort(),
  officernd: entities.map((entity) => Object.fromEntries(after.vendors.officernd[entity])),
  hubspot: entities.map((entity) => Object.fromEntries(after.vendors.hubspot[entity])),
});

law('L6 only a HubSpot record without link and without review is created, with its link id and its values', scenarios, (scenario) => {
  for (const { run, after, before } of play(scenario)) {
    const waiting = [...run.reviews.values()].flatMap(({ entity, hubspotIds }) => hubspotIds.map((id) => `${entity}/${id}`));
    for (const effect of run.effects) {
      if (effect.kind !== 'create') continue;
      const { entity, hubspotId, values } = effect;
      expect(waiting).not.toContain(`${entity}/${hubspotId}`);
      expect(before.store.suppressed.has(`${entity}/${hubspotId}`)).toBe(false);
      expect(values[LINK_PATH]).toBe(`${PORTAL}-${hubspotId}`);
      expect(activeByHubSpot(after.store, entity, hubspotId)?.origin).toBe('created');
      expect(values['name']).toBeTruthy();
    }
  }
});

law('L9 a member and an opportunity are created in the company that HubSpot’s own is linked to', scenarios, (scenario) => {
  for (const { run, after, before } of play(scenario)) {
    for (const effect of run.effects) {
      if (effect.kind !== 'create' || effect.entity === 'company') continue;
      const [company] = before.vendors.hubspot[effect.entity].get(effect.hubspotId)?.companies ?? [];
      expect(effect.values['company']).toBe(
        company === undefined ? undefined : activeByHubSpot(after.store, 'company', company)?.officerndId,
      );
    }
  }
});

law('L10 a filter gates creations and nothing else; it never hides a deletion', scenarios, (scenario) => {
  const [edits = []] = scenario.rounds;
  const world = edited(scenario, createWorld(scenario), edits);
  const withFilter = (filter: boolean): Scenario => ({ ...scenario, policy: { ...scenario.policy, brake: 'loose', filter } });
  const [open, filtered] = [sync(withFilter(false), world), sync(withFilter(true), world)];
  const withoutCreations = ({ run }: Ran) => {
    const created = new Set(run.effects.flatMap((effect) => (effect.kind === 'create' ? [`${PORTAL}-${effect.hubspotId}`] : [])));
    const isOfCreation = (text: string) => [...created].some((linkId) => text.includes(linkId));
    return run.effects.filter(
      (effect) => effect.kind !== 'note' && effect.kind !== 'create' && !('id' in effect && isOfCreation(effect.id)),
    );
  };
  expect(withoutCreations(filtered)).toEqual(withoutCreations(open));
  for (const effect of filtered.run.effects) {
    if (effect.kind === 'create') expect(world.vendors.hubspot[effect.entity].get(effect.hubspotId)?.values[LIFECYCLE]).toBe('customer');
  }
});

law('L11 more creations than the limit are all held', scenarios, (scenario) => {
  if (scenario.policy.brake !== 'tight') return;
  for (const { run } of play(scenario)) {
    expect(run.effects.filter(({ kind }) => kind === 'create').length).toBeLessThanOrEqual(1);
  }
});

law('L14 a link shows on its OfficeRnD record, unless another portal’s id stands there', scenarios, (scenario) => {
  for (const { after } of play(scenario)) {
    for (const { entity, officerndId, hubspotId } of activeLinks(after.store)) {
      if (!after.vendors.hubspot[entity].has(hubspotId)) continue;
      const shown = after.vendors.officernd[entity].get(officerndId)?.values[LINK_PATH];
      expect(typeof shown === 'string' && shown.startsWith('7-') ? 'another portal’s' : shown).toBe(
        typeof shown === 'string' && shown.startsWith('7-') ? 'another portal’s' : `${PORTAL}-${hubspotId}`,
      );
    }
  }
});
