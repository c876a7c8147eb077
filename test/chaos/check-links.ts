import type { Entity } from '../../domain/entity';
import { linkIdOf } from '../../domain/ids';
import type { Link } from '../../domain/link';
import { PORTAL } from './catalogue';
import type { Passing } from './people';
import { recordIn } from './records';
import type { SeenRecord } from './records';
import { creationsIn, partnersOf } from './story';
import type { Story } from './story';

/** Checks links, and the link ids that OfficeRnD's records show: L13, L14, U1–U6. */
export const checkLinks = (story: Story): readonly string[] => [
  ...bijection(story),
  ...story.facts.active.flatMap((link) => linkIsTrue(story, link)),
  ...story.now.live.flatMap((record) => staleLinkId(story, record)),
  ...story.facts.retired.flatMap((link) => endedRightly(story, link)),
  ...story.facts.active.flatMap((link) => madeRightly(story, link)),
];

/** L13. */
function bijection({ facts: { active } }: Story): readonly string[] {
  const keys = active.flatMap(({ entity, officerndId, hubspotId }) => [
    `officernd ${entity} ${officerndId}`,
    `hubspot ${entity} ${hubspotId}`,
  ]);
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `L13 ${key} is in two active links`);
}

function linkIsTrue({ now }: Story, { id, entity, officerndId, hubspotId }: Link): readonly string[] {
  const officernd = recordIn(now, 'officernd', entity, officerndId);
  const hubspot = recordIn(now, 'hubspot', entity, hubspotId);
  if (officernd === undefined) return [`U5 link ${id} is active though its OfficeRnD record is gone`];
  if (hubspot === undefined || hubspot.archived) return [`U1 link ${id} is active though its HubSpot record is gone`];
  const wanted = linkIdOf(PORTAL, hubspotId);
  return officernd.linkId === wanted ? [] : [`L14 link ${id} shows as ${String(officernd.linkId)}`];
}

/**
 * There are three reasons for a link id without a link. It waits for a person, it belongs to somebody else, or its removal was refused and
 * is among the failures.
 */
function staleLinkId({ facts }: Story, { side, entity, id, linkId }: SeenRecord): readonly string[] {
  if (side === 'hubspot' || linkId === null || !linkId.startsWith(`${PORTAL}-`)) return [];
  if (facts.active.some((link) => link.entity === entity && link.officerndId === id)) return [];
  if (facts.reviews.some((review) => review.entity === entity && review.officerndIds.includes(id))) return [];
  if (facts.failures.some((failure) => failure.entity === entity && failure.phase === 'unlink' && failure.subject === id)) return [];
  return [`L14 OfficeRnD ${entity} ${id} shows ${linkId} though it has no link`];
}

/** U2: a link ends only when a person has taken a record away. */
function endedRightly(story: Story, link: Link): readonly string[] {
  const { people, before, facts } = story;
  const { id, entity, reason } = link;
  if (before.links.every((one) => one.id !== id) && facts.active.some((one) => one.id === id)) return [];
  const happened = (side: 'officernd' | 'hubspot', ...hows: readonly Passing['how'][]): boolean =>
    people.passings.some(
      (passing) =>
        passing.side === side &&
        passing.entity === entity &&
        hows.includes(passing.how) &&
        passing.id === (side === 'officernd' ? link.officerndId : link.hubspotId),
    );
  switch (reason) {
    case 'hubspot-deleted':
      return happened('hubspot', 'archived') || survivorIsGone(story, link)
        ? []
        : [`U2 link ${id} ended as hubspot-deleted, but nobody deleted its HubSpot record`];
    case 'officernd-deleted':
      return happened('officernd', 'deleted', 'merged')
        ? []
        : [`U2 link ${id} ended as officernd-deleted, but nobody deleted its OfficeRnD record`];
    case 'by-hand':
      // Nobody decides anything in these schedules.
      return [`D1 link ${id} ended by hand, but nobody has ended it`];
    case 'merged':
      return happened('hubspot', 'merged') || hasSurvived(story, link)
        ? []
        : [`U3 link ${id} ended as merged, but nobody merged its HubSpot record`];
    case null:
      return [`link ${id} ended without a reason`];
  }
}

/**
 * The survivor of this record's merge was archived before a run saw it. Then a read of its id finds nothing, as for any deleted record.
 */
const survivorIsGone = ({ now: { archived } }: Story, { entity, hubspotId }: Link): boolean =>
  archived.some((record) => record.side === 'hubspot' && record.entity === entity && record.mergedIds.includes(hubspotId));

/**
 * The survivor of a merge keeps its id. Its own link may end, because a merged record's link is older. The older link may have ended since,
 * together with its record.
 */
function hasSurvived({ now, facts: { active, retired } }: Story, { id, entity, hubspotId }: Link): boolean {
  const hasTakenIn = (recordIn(now, 'hubspot', entity, hubspotId)?.mergedIds.length ?? 0) > 0;
  return hasTakenIn && [...active, ...retired].some((one) => one.id !== id && one.entity === entity && one.hubspotId === hubspotId);
}

/** A link needs a reason: a key, a link id, a creation, a merge or a former link. */
function madeRightly(story: Story, link: Link): readonly string[] {
  const { before, log, now, facts } = story;
  const { id, entity, officerndId, hubspotId, origin } = link;
  switch (origin) {
    case 'email':
    case 'name':
      return shareKey(story, link, origin) ? [] : [`L3 link ${id} was made by ${origin}, but the two never had one in common`];
    case 'created':
      // A record that a listing hid may be found in place of a creation that may have happened (L12). Older links were looked at before.
      return creationsIn(log).has(officerndId) || story.wasBlind || [...before.links, ...story.former].some((one) => one.id === id)
        ? []
        : [`L6 link ${id} counts as created, but no such creation was sent`];
    case 'relinked':
      return recordIn(now, 'hubspot', entity, hubspotId)?.mergedIds.length === 0
        ? [`U3 link ${id} was relinked, but nothing was merged into ${hubspotId}`]
        : [];
    case 'restored': {
      const others = [...facts.active, ...facts.retired].filter(
        (one) => one.entity === entity && one.id !== id && (one.officerndId === officerndId || one.hubspotId === hubspotId),
      );
      const since = others.find(
        ({ linkedAt, origin: other, reason }) => linkedAt > link.linkedAt && other !== 'relinked' && reason !== 'merged',
      );
      return since === undefined ? [] : [`U6 link ${id} came back, though ${since.id} had been made since`];
    }
    case 'adopted':
      return [];
  }
}

/** Either record may have had the key from a person, from a merged record, or from the record that it was linked with. */
function shareKey(story: Story, { entity, officerndId, hubspotId }: Link, key: 'email' | 'name'): boolean {
  const { people, before, now } = story;
  // HubSpot's additional e-mails come from merges. The fields that are checked here don't show them.
  if (key === 'email') return true;
  const namesOf = (side: 'officernd' | 'hubspot', id: string): ReadonlySet<string> => {
    const partners = partnersOf(story, side, entity, id);
    const own = [id, ...(recordIn(now, side, entity, id)?.mergedIds ?? [])];
    const isTheirs = (one: { readonly side: string; readonly entity: Entity; readonly id: string }): boolean =>
      one.entity === entity &&
      (one.side === side ? own.includes(one.id) : partners.has(one.id) && one.id !== officerndId && one.id !== hubspotId);
    const said = people.sayings.filter((saying) => saying.field === key && isTheirs(saying)).map(({ value }) => value);
    const shown = before.world.live.filter(isTheirs).map(({ values }) => values.get(key) ?? null);
    return new Set([...said, ...shown].flatMap((value) => (value === null ? [] : [value.toLowerCase()])));
  };
  const ours = namesOf('officernd', officerndId);
  return [...namesOf('hubspot', hubspotId)].some((name) => ours.has(name));
}
