import { sides } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { JsonValue } from '../../domain/json';
import type { Link } from '../../domain/link';
import { canonical } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import type { ConflictRecord } from '../../store/conflicts';
import type { Run } from '../../store/runs';
import { readPath } from '../../connectors/officernd/record';
import { opportunityStatuses } from './catalogue';
import { areSpeltAlike } from '../property/merge-oracle';
import { keyOf } from './people';
import { recordIn } from './records';
import type { SeenRecord } from './records';
import { partnersOf } from './story';
import type { Story } from './story';
import { erasedField } from './twists';
import { unseenBetween } from './unseen';

/** The fields afterwards: both sides agree where they have to, unmapped fields are untouched, and no change was missed. */
export const checkValues = (story: Story): readonly string[] => [
  ...story.facts.active.flatMap((link) => disagreements(story, link)),
  ...[...story.now.live, ...story.now.archived].flatMap((record) => [...touched(story, record), ...touchedOthers(story, record)]),
  ...story.now.live.flatMap((record) => missed(story, record)),
];

const lastRun = ({ facts: { runs } }: Story): Run => {
  const last = runs.at(-1);
  if (last === undefined) throw new Error('A quiet point comes after a run.');
  return last;
};

/** Fields of a link that differ without a reason. */
function disagreements(story: Story, link: Link): readonly string[] {
  const { mapping } = lastRun(story);
  const officernd = recordIn(story.now, 'officernd', link.entity, link.officerndId);
  const hubspot = recordIn(story.now, 'hubspot', link.entity, link.hubspotId);
  if (officernd === undefined || hubspot === undefined) return [];
  return mapping.fields
    .filter(({ entity }) => entity === link.entity)
    .flatMap((field) => {
      const values = { officernd: officernd.values.get(field.key) ?? null, hubspot: hubspot.values.get(field.key) ?? null };
      if (values.officernd === values.hubspot || mayDiffer(story, link, field, values)) return [];
      return [`A1 link ${link.id} differs in ${field.key} (${field.direction}): ${String(values.officernd)} | ${String(values.hubspot)}`];
    });
}

function mayDiffer(story: Story, link: Link, field: FieldMapping, values: Readonly<Record<Side, Canonical>>): boolean {
  const drifts = story.facts.conflicts.some(
    (one) => one.kind === 'drift' && one.run === lastRun(story).id && one.linkId === link.id && one.field === field.key,
  );
  const refused = story.facts.failures.some(
    ({ phase, subject, field: of }) =>
      phase === 'update' && subject === link.id && (of === null || (of === field.key && isTaken(story, link, field, values))),
  );
  const status = recordIn(story.now, 'officernd', link.entity, link.officerndId)?.body['status'] ?? null;
  const others = String(recordIn(story.now, 'hubspot', link.entity, link.hubspotId)?.body['hs_additional_emails'] ?? '').split(';');
  const isAdditional = field.key === 'email' && values.officernd !== null && others.includes(values.officernd);
  // At the first merge, a blank source does not win (M2).
  const blankSource = field.direction !== '↔' && values[field.direction === '←' ? 'hubspot' : 'officernd'] === null;
  // M2: at a first merge, each side keeps its own spelling, and an e-mail that the contact has as an additional one.
  return (
    refused ||
    blankSource ||
    isUnread(story, field, values) ||
    followsStatus(field, status, values) ||
    stoodBefore(story, link, field, values) ||
    wasErased(story, field, values) ||
    areSpeltAlike(field, values) ||
    isAdditional ||
    (drifts && (field.direction !== '↔' || isUntakeable(story, field, values)))
  );
}

/**
 * M10: a refused field is left while the vendor would refuse it again. An e-mail is refused while another record holds it. Any
 * other refusal was by a rule that is over, and a person has asked for another try.
 */
function isTaken(story: Story, link: Link, { key }: FieldMapping, values: Readonly<Record<Side, Canonical>>): boolean {
  const wanted = Object.values(values);
  return (
    key === 'email' &&
    story.now.live.some(
      ({ side, entity, id, values: held, body }) =>
        entity === link.entity &&
        id !== link[`${side}Id`] &&
        [held.get('email') ?? null, ...String(body['hs_additional_emails'] ?? '').split(';')].some(
          (email) => email !== null && wanted.includes(email),
        ),
    )
  );
}

/** V2: OfficeRnD leaves blank fields out. One that no record carries any more can't be told from one that is hidden, and is reported so. */
function isUnread(story: Story, { entity, key, officernd: path }: FieldMapping, { officernd }: Readonly<Record<Side, Canonical>>): boolean {
  if (officernd !== null) return false;
  const carriers = story.now.live.filter((record) => record.side === 'officernd' && record.entity === entity);
  if (carriers.some(({ body }) => readPath(body, path) !== null)) return false;
  const unread = lastRun(story).report?.unread ?? [];
  return unread.some((one) => one.side === 'officernd' && one.entity === entity && one.field === key);
}

/** M13: HubSpot's probability always follows from the stage. It is not compared with one that follows from OfficeRnD's status. */
const followsStatus = ({ entity, key }: FieldMapping, status: JsonValue, { officernd }: Readonly<Record<Side, Canonical>>): boolean =>
  entity === 'opportunity' &&
  key === 'probability' &&
  opportunityStatuses.some(({ _id, probability }) => _id === status && String(probability) === officernd);

/** M13: two probabilities that once followed are what the sides agreed on. They stay apart while nobody changes one of them. */
const stoodBefore = ({ before }: Story, link: Link, { key }: FieldMapping, values: Readonly<Record<Side, Canonical>>): boolean =>
  link.entity === 'opportunity' &&
  key === 'probability' &&
  sides.every((side) => recordIn(before.world, side, link.entity, link[`${side}Id`])?.values.get(key) === values[side]);

/**
 * S1, M7: a vendor has cleared the field with a write, even with the one that set it. The blank that came back is what the sides agreed on.
 * It stays while nobody changes the field.
 */
const wasErased = ({ schedule }: Story, { entity, key }: FieldMapping, { officernd }: Readonly<Record<Side, Canonical>>): boolean =>
  officernd === null &&
  schedule.rounds.some(({ runs }) =>
    runs.some(({ events }) =>
      events.some(
        ({ what }) =>
          what.kind === 'twist' &&
          what.twist.name === 'side effect of a write' &&
          what.twist.entity === entity &&
          key.startsWith(erasedField(what.twist)),
      ),
    ),
  );

/** M12: HubSpot computes probabilities. A stage without a status and a status without a stage are not written to the other side. */
const isUntakeable = (story: Story, { entity, key }: FieldMapping, { officernd, hubspot }: Readonly<Record<Side, Canonical>>): boolean =>
  entity === 'opportunity' &&
  (key === 'probability' || (key === 'status' && (hubspot?.startsWith('stage:') === true || hasNoStage(story, officernd))));

const hasNoStage = (story: Story, status: Canonical): boolean =>
  status !== null && !Object.values(lastRun(story).mapping.statuses.statusByStage).includes(status);

/** M9: people's value of the unmapped property is unchanged. */
function touched(story: Story, record: SeenRecord): readonly string[] {
  const known = story.people.notes.get(keyOf(record));
  const expected = known?.value ?? null;
  if (JSON.stringify(record.note) === JSON.stringify(expected)) return [];
  if (known !== undefined && unseenBetween(story, record, known)) return [];
  return [`M9 ${keyOf(record)} has ${JSON.stringify(record.note)} in the unmapped property, not ${JSON.stringify(expected)}`];
}

/** M9, B3: what the additional fields were mapped to before, or may be mapped to later, is as it was. */
function touchedOthers({ before, people }: Story, { side, entity, id, unmapped }: SeenRecord): readonly string[] {
  const was = recordIn(before.world, side, entity, id)?.unmapped;
  const changed = people.sayings.some((one) => one.side === side && one.entity === entity && one.id === id && one.order > before.order);
  if (was === undefined || changed || people.edited.has(keyOf({ side, entity, id }))) return [];
  return Object.entries(unmapped)
    .filter(([name, value]) => value !== was[name])
    .map(
      ([name, value]) =>
        `M9 ${side} ${entity} ${id} has ${JSON.stringify(value)} in ${name}, which is not mapped, not ${JSON.stringify(was[name])}`,
    );
}

/** L6: a HubSpot record without a link needs a known reason. */
function missed(story: Story, record: SeenRecord): readonly string[] {
  const { side, entity, id, body } = record;
  const { facts } = story;
  if (side === 'officernd' || facts.active.some((link) => link.entity === entity && link.hubspotId === id)) return [];
  if (facts.reviews.some((review) => review.entity === entity && review.hubspotIds.includes(id))) return [];
  if (facts.suppressed.has(`${entity} ${id}`))
    return wasDeleted(story, record) ? [] : [`U5 ${keyOf(record)} is suppressed, but nobody deleted its OfficeRnD record`];
  const { creation } = lastRun(story).mapping;
  const filtered = creation.filter.some(
    (condition) => condition.entities.includes(entity) && !condition.in.includes(String(body[condition.property] ?? '')),
  );
  if (filtered) return [];
  const failure = facts.failures.find(({ phase, subject, entity: of }) => phase === 'link' && subject === id && of === entity);
  if (failure === undefined) return [`L6 ${keyOf(record)} is neither linked nor reported`];
  return /^(unavailable|unexpected|rate-limited)$/.test(failure.reason)
    ? [`A2 ${keyOf(record)} stays uncreated because of ${failure.reason}, which is over`]
    : [];
}

/** True if an OfficeRnD record is gone that was linked with this record or with one merged into it. */
function wasDeleted(story: Story, { entity, id, mergedIds }: SeenRecord): boolean {
  const partners = [id, ...mergedIds].flatMap((one) => [...partnersOf(story, 'hubspot', entity, one)]);
  return story.people.passings.some(
    (passing) => passing.side === 'officernd' && passing.entity === entity && partners.includes(passing.id),
  );
}

/** A conflict's value in canonical form, as its run read it. */
export function canonicalOf(run: Run | undefined, conflict: ConflictRecord, side: Side): Canonical {
  const field = run?.mapping.fields.find(({ entity, key }) => entity === conflict.entity && key === conflict.field);
  return run === undefined || field === undefined ? null : canonical(field, side, conflict[side], run.mapping);
}
