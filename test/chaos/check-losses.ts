import { otherSide } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { Link } from '../../domain/link';
import type { Canonical } from '../../domain/values';
import { canonicalOf } from './check-values';
import { keyOf } from './people';
import type { Saying } from './people';
import { recordIn } from './records';
import type { SeenRecord } from './records';
import { partnersOf } from './story';
import type { Story } from './story';
import { toldBy } from './told';
import { erasedField } from './twists';
import { unseenBetween, writtenMeanwhile } from './unseen';

/** A value that a field once had, of a record that still exists. */
interface Held {
  readonly record: SeenRecord;
  readonly field: string;
  readonly value: string;
  /** The place among people's edits of the edit that set it. For a value of the last quiet point, the place of that point. */
  readonly order: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Losses {
  readonly violations: readonly string[];
  /** Values lost between the program's last read and its write (M8). They can't be avoided, and are counted. */
  readonly unseen: number;
}

/** A3: every lost value gave way to a person or to the rules of merging, or is in the conflict list. */
export function checkLosses(story: Story): Losses {
  const unexplained = story.now.live.flatMap((record) =>
    heldBy(story, record).filter((held) => isGone(story, held) && !isExplained(story, held)),
  );
  const [unseen, lost] = [unexplained.filter((held) => wasUnseen(story, held)), unexplained.filter((held) => !wasUnseen(story, held))];
  return {
    unseen: unseen.length,
    violations: [
      ...lost.map(
        ({ record, field, value }) =>
          `A3 ${keyOf(record)} has lost ${field} ${JSON.stringify(value)}, now ${JSON.stringify(record.values.get(field))}`,
      ),
      ...story.facts.active.flatMap((link) => wrongOutcomes(story, link)),
    ],
  };
}

function heldBy(story: Story, record: SeenRecord): readonly Held[] {
  const { before, people } = story;
  const then = recordIn(before.world, record.side, record.entity, record.id);
  // A value that comes back with a record that was away may have given way to an earlier value (U6).
  const wasAway = !before.world.live.some((one) => keyOf(one) === keyOf(record));
  const order = wasAway ? 0 : before.order;
  const standing = [...(then?.values ?? [])].flatMap(([field, value]): Held[] =>
    value === null ? [] : [{ record, field, value, order, fromMs: before.atMs, toMs: before.atMs }],
  );
  const said = people.sayings
    .filter((saying) => keyOf(saying) === keyOf(record) && saying.order > before.order && !saying.stood)
    .flatMap(({ field, value, order, fromMs, toMs }): Held[] => (value === null ? [] : [{ record, field, value, order, fromMs, toMs }]));
  return [...standing, ...said];
}

function isGone({ people }: Story, { record, field, value, order }: Held): boolean {
  if (record.values.get(field) === value) return false;
  return !people.sayings.some(
    (saying) => keyOf(saying) === keyOf(record) && saying.field === field && saying.order > order && saying.replaced.includes(value),
  );
}

const isExplained = (story: Story, held: Held): boolean =>
  isKept(story, held) ||
  flowsAgainst(story, held) ||
  gaveWay(story, held) ||
  isSideEffect(story, held) ||
  isSurprise(story, held.record, held.field);

/** True if the value is in the conflict list, or was kept when the two records were first linked. */
function isKept({ facts }: Story, { record: { side, id, entity }, field, value }: Held): boolean {
  return facts.conflicts.some((conflict) => {
    if (conflict.kind === 'drift' || conflict.entity !== entity || conflict.field !== field || conflict[`${side}Id`] !== id) return false;
    return (
      canonicalOf(
        facts.runs.find((run) => run.id === conflict.run),
        conflict,
        side,
      ) === value
    );
  });
}

/** True if the field has been the destination of a one-way direction, now or before. */
const flowsAgainst = ({ facts }: Story, { record: { side, entity }, field }: Held): boolean =>
  facts.runs.some(({ mapping }) =>
    mapping.fields.some((one) => one.entity === entity && one.key === field && one.direction === (side === 'officernd' ? '←' : '→')),
  );

/**
 * A person has changed this value on the other side, or here after it had come back. Sooner or later the change came through (M3).
 * People's edits of another record that was linked with the same one count as well: before a merge they came through there (U3).
 */
function gaveWay(story: Story, { record, field, value, order }: Held): boolean {
  const partners = partnersOf(story, record.side, record.entity, record.id);
  const siblings = new Set([...partners].flatMap((id) => [...partnersOf(story, otherSide(record.side), record.entity, id)]));
  const concerned = story.people.sayings.filter(
    (saying) =>
      saying.entity === record.entity &&
      saying.field === field &&
      (saying.order > order || (order === story.before.order && hasDrifted(story, saying))) &&
      (saying.side === record.side ? saying.id === record.id || siblings.has(saying.id) : partners.has(saying.id)),
  );
  const successors = new Set<Canonical>([folded(value), ...(field === 'email' ? emailsOf(story, record, partners) : [])]);
  let moved = false;
  for (const saying of concerned) {
    if (!saying.replaced.some((old) => successors.has(folded(old))) && !writtenMeanwhile(story, saying, saying)) continue;
    successors.add(folded(saying.value));
    moved = true;
  }
  return moved && successors.has(folded(record.values.get(field) ?? null));
}

/** M2: spelling is no difference, so either side may have had its own. */
const folded = (value: Canonical): Canonical =>
  value === null ? null : value.normalize('NFKC').toLowerCase().split(/\s+/).join(' ').trim();

/** M2: the e-mails that a record's partners had. An additional one of a contact agrees with the first one of its member. */
const emailsOf = ({ before }: Story, { side, entity }: SeenRecord, partners: ReadonlySet<string>): readonly Canonical[] =>
  [...partners].flatMap((id) => recordIn(before.world, otherSide(side), entity, id)?.values.get('email') ?? []);

/**
 * The value was there at the last quiet point, while the other side still had the older one. So the direction was against it (M5). After a
 * change of the direction it may be applied.
 */
const hasDrifted = ({ before }: Story, { side, entity, id, field, value }: Saying): boolean =>
  recordIn(before.world, side, entity, id)?.values.get(field) === value;

/** M11: a vendor itself sets probability and close date when the stage or the status changes. */
const isSideEffect = ({ schedule }: Story, { record: { entity }, field }: Held): boolean =>
  entity === 'opportunity' &&
  (field === 'probability' || (field === 'startDate' && schedule.settings.hubspot['closeDateOnClose'] === true));

/** S1: a vendor has cleared the field with another write. It is lost on both sides, and the report must name it. */
const isSurprise = ({ twists, facts }: Story, { entity }: { readonly entity: Entity }, field: string): boolean =>
  twists.some((twist) => twist.name === 'side effect of a write' && twist.entity === entity && isWithin(erasedField(twist), field)) &&
  facts.runs.some((run) =>
    toldBy(run).surprises.some((one) => one.entity === entity && (isWithin(one.field, field) || isWithin(field, one.field))),
  );

const isWithin = (whole: string, field: string): boolean => field === whole || field.startsWith(`${whole}.`);

const wasUnseen = (story: Story, { record, fromMs, toMs }: Held): boolean => unseenBetween(story, record, { fromMs, toMs });

/**
 * For a link that has stood since the last quiet point, where both sides agreed. A field that nobody changed is as it was. A field that one
 * side changed has its last value. Of two changes the later stands, or OfficeRnD's where no run came between (M3, M4).
 */
function wrongOutcomes(story: Story, link: Link): readonly string[] {
  const { before, now, facts, people } = story;
  if (!before.links.some(({ id }) => id === link.id)) return [];
  const at = (world: Story['now'], side: Side): SeenRecord | undefined => recordIn(world, side, link.entity, link[`${side}Id`]);
  const [o0, h0, o1, h1] = [at(before.world, 'officernd'), at(before.world, 'hubspot'), at(now, 'officernd'), at(now, 'hubspot')];
  if (o0 === undefined || h0 === undefined || o1 === undefined || h1 === undefined) return [];
  // A record that was deleted and restored in between may have had another link.
  if (people.passings.some((passing) => passing.order > before.order && (passing.id === link.hubspotId || passing.id === link.officerndId)))
    return [];
  return [...o0.values.keys()].flatMap((field) => {
    if (
      !hasBase(story, link, field) ||
      !alwaysBothWays(story, link, field) ||
      o0.values.get(field) !== h0.values.get(field) ||
      o1.values.get(field) !== h1.values.get(field)
    )
      return [];
    if (link.entity === 'opportunity' && (field === 'probability' || field === 'startDate' || field === 'status')) return [];
    const said = (side: Side): readonly Saying[] =>
      people.sayings.filter(
        (saying) =>
          saying.side === side &&
          saying.entity === link.entity &&
          saying.id === link[`${side}Id`] &&
          saying.field === field &&
          saying.order > before.order,
      );
    const legal = legalOutcomes(o0.values.get(field) ?? null, said('officernd'), said('hubspot'));
    const value = o1.values.get(field) ?? null;
    if (isSurprise(story, link, field) || legal.has(value) || facts.failures.some(({ subject }) => subject === link.id)) return [];
    if ([...said('officernd'), ...said('hubspot')].some((saying) => unseenBetween(story, saying, saying))) return [];
    return [`M3 link ${link.id} has ${JSON.stringify(value)} in ${field}, not one of ${JSON.stringify([...legal])}`];
  });
}

function legalOutcomes(base: Canonical, officernd: readonly Saying[], hubspot: readonly Saying[]): ReadonlySet<Canonical> {
  const [o, h] = [officernd.at(-1), hubspot.at(-1)];
  if (o === undefined || h === undefined) return new Set([o?.value ?? h?.value ?? (o === undefined && h === undefined ? base : null)]);
  const isNew = o.value !== base && [...officernd.slice(0, -1), ...hubspot].every(({ value }) => value !== o.value);
  return o.order > h.order && isNew ? new Set([o.value]) : new Set([o.value, h.value]);
}

/** Whether the link's field had a base when the round began (B1, B3, D3). */
function hasBase({ before, facts, isFresh }: Story, { entity }: Link, field: string): boolean {
  if (isFresh) return false;
  const isIt = (one: FieldMapping): boolean => one.entity === entity && one.key === field;
  const was = before.run?.mapping.fields.find(isIt);
  return facts.runs.every(({ mapping }) => mapping.fields.find(isIt)?.hubspot.join() === was?.hubspot.join());
}

function alwaysBothWays({ facts }: Story, { entity }: Link, field: string): boolean {
  return facts.runs.every(({ mapping }) =>
    mapping.fields.some((one) => one.entity === entity && one.key === field && one.direction === '↔'),
  );
}
