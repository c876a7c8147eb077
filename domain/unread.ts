import type { Entity } from './entity';
import type { FieldMapping } from './field-mapping';
import type { Snapshot } from './link';
import type { Observation } from './observation';

/** V1: whether a record says nothing of one of a field's properties. */
export function isUnreadIn(field: FieldMapping, { side, unread }: Pick<Observation, 'side' | 'unread'>): boolean {
  if (unread === undefined) return false;
  return side === 'officernd' ? unread.includes(field.officernd) : field.hubspot.some((name) => unread.includes(name));
}

/** HubSpot's properties without which a record can be neither matched nor created (V3). */
const ESSENTIAL: Readonly<Record<Entity, readonly string[]>> = {
  company: ['name'],
  member: ['firstname', 'lastname', 'email'],
  opportunity: ['dealname', 'pipeline', 'dealstage'],
};

/** V3: whether too little is known of a HubSpot record to link it by a key or to create it: another one could be meant. */
export const lacksEssentials = ({ entity, unread = [] }: Pick<Observation, 'entity' | 'unread'>): boolean =>
  ESSENTIAL[entity].some((name) => unread.includes(name));

/** The mapped fields that records say nothing of, by key, each once. */
export const unreadFields = (fields: readonly FieldMapping[], observations: readonly Observation[]): readonly string[] => [
  ...new Set(
    observations
      .filter(({ unread }) => unread !== undefined)
      .flatMap((observation) =>
        fields.filter((field) => field.entity === observation.entity && isUnreadIn(field, observation)).map(({ key }) => key),
      ),
  ),
];

/** The bag of an OfficeRnD path: `properties` of `properties.VAT`. Null for a field of the record itself. */
const bagOf = (path: string): string | null => (path.includes('.') ? path.slice(0, path.indexOf('.')) : null);

/**
 * V2: the bags of an OfficeRnD record that may hold a value which the listing does not show. Its base is then not blank, or unknown.
 * OfficeRnD may replace a bag by what a write sends, and a value that was not read can't be sent. So nothing of such a bag is written.
 * @param snapshot the bases of the record's link; empty where there is none
 */
export const bagsWithHiddenValue = (
  fields: readonly FieldMapping[],
  snapshot: Snapshot,
  unreadPaths: ReadonlySet<string>,
): ReadonlySet<string> =>
  new Set(
    fields
      .filter(({ key, officernd }) => unreadPaths.has(officernd) && snapshot[key]?.officernd.canonical !== null)
      .flatMap(({ officernd }) => bagOf(officernd) ?? []),
  );

/** Whether an OfficeRnD path lies in one of these bags. */
export const isInBag = (path: string, bags: ReadonlySet<string>): boolean => bags.has(bagOf(path) ?? '');
