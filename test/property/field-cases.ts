import type { Side } from '../../domain/entity';
import { sides } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { FieldBase, Link } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import { canonical, rawOf } from '../../domain/values';
import type { Ran } from './model-engine';
import { observe } from './model-observe';
import { activeLinks } from './model-store';
import type { Conflict } from './model-store';
import type { ModelRecord } from './model-vendors';
import type { World } from './model-world';

type Both<T> = Readonly<Record<Side, T>>;

/** One field of one link before and after a run, in canonical form. The laws of the merge are about such cases. */
export interface FieldCase {
  readonly link: Link;
  readonly field: FieldMapping;
  readonly base: FieldBase | undefined;
  readonly before: Both<string | null>;
  readonly after: Both<string | null>;
  readonly conflicts: readonly Conflict[];
  /** True if a vendor has changed it itself, because we wrote another field (M11), or has refused it (M10). */
  readonly disturbed: boolean;
}

/** All fields of all links that a run has merged, if both records existed before. */
export function fieldCases(ran: Ran): readonly FieldCase[] {
  const { before, after, run } = ran;
  return activeLinks(after.store).flatMap((link) => {
    // A relinked pair has its base under its former id. The laws of U3 cover it.
    if (link.origin === 'relinked') return [];
    const records = { before: recordsOf(before, link, run), after: recordsOf(after, link, run) };
    if (records.before === null || records.after === null) return [];
    const [old, now] = [records.before, records.after];
    const base = before.store.snapshots.get(link.id) ?? {};
    return run.mapping.fields
      .filter(({ entity }) => entity === link.entity)
      .map((field) => ({
        link,
        field,
        base: base[field.key],
        before: valuesOf(field, old, ran),
        after: valuesOf(field, now, ran),
        conflicts: ran.conflicts.filter(({ linkId, change }) => linkId === link.id && change.field === field.key),
        disturbed: field.key === 'phone' ? isBad(valuesOf(field, old, ran)) : hasSideEffects(ran, link, field),
      }));
  });
}

function recordsOf({ vendors }: World, { entity, officerndId, hubspotId }: Link, { mapping }: Ran['run']): Both<Observation> | null {
  const officernd = vendors.officernd[entity].get(officerndId);
  const hubspot = vendors.hubspot[entity].get(hubspotId);
  const see = (side: Side, record: ModelRecord) => observe(side, entity, record, mapping);
  return officernd === undefined || hubspot === undefined
    ? null
    : { officernd: see('officernd', officernd), hubspot: see('hubspot', hubspot) };
}

const valuesOf = (field: FieldMapping, records: Both<Observation>, { run }: Ran): Both<string | null> => ({
  officernd: canonical(field, 'officernd', rawOf(field, 'officernd', records.officernd.values), run.context),
  hubspot: canonical(field, 'hubspot', rawOf(field, 'hubspot', records.hubspot.values), run.context),
});

/** The run's writes to one of a link's records. */
export const writesTo = ({ run }: Ran, link: Link, side: Side) =>
  run.effects.flatMap((effect) => {
    const id = side === 'officernd' ? link.officerndId : link.hubspotId;
    return effect.kind === 'write' && effect.side === side && effect.entity === link.entity && effect.id === id ? [effect.changes] : [];
  });

const isBad = ({ officernd, hubspot }: Both<string | null>): boolean => officernd === 'bad' || hubspot === 'bad';

/** M11: true if a vendor may have changed the field because we wrote the stage or the status. */
export const hasSideEffects = (ran: Ran, link: Link, { key, entity }: FieldMapping): boolean =>
  entity === 'opportunity' &&
  (key === 'probability' || key === 'startDate') &&
  sides.some((side) => writesTo(ran, link, side).some((changes) => Object.hasOwn(changes, side === 'hubspot' ? 'dealstage' : 'status')));
