import { z } from 'zod';
import { propertyOf } from './apply-worlds';
import { linkId } from './sight';
import type { SeenHubSpot, SeenOfficernd, SeenWorld } from './stage';

/** A world after a list of operations, computed from the list alone. The run must have made the same of the vendors' records. */

const change = z.object({ field: z.string(), officernd: z.unknown(), hubspot: z.unknown(), rule: z.string(), action: z.string() });
const listed = z.object({
  phase: z.string(),
  entity: z.string(),
  kind: z.string(),
  officerndId: z.string().nullable(),
  hubspotId: z.string().nullable(),
  reason: z.string(),
  fields: z.array(change),
});
export const previewSchema = z.looseObject({ runId: z.string(), state: z.string(), operations: z.array(listed) });
export const appliedSchema = z.looseObject({
  runId: z.string(),
  state: z.string(),
  applied: z.looseObject({ effects: z.number(), done: z.number() }),
  notDone: z.array(listed.extend({ why: z.string() })),
});
type Listed = z.output<typeof listed>;

/** The effects of a list: each field of an update, and everything else whole. */
export const effectsIn = (operations: readonly Listed[]): readonly Listed[] =>
  operations.flatMap((one) => {
    const effect = { ...one, officerndId: one.officerndId?.startsWith('preview-') === true ? null : one.officerndId };
    return one.phase === 'update' ? one.fields.map((field) => ({ ...effect, fields: [field] })) : [effect];
  });

/** A name by which equal effects of two lists are found. */
export const nameOf = ({ kind, officerndId, hubspotId, fields, reason }: Listed): string =>
  JSON.stringify([kind, officerndId, hubspotId, reason, fields.map(({ field, officernd, hubspot }) => [field, officernd, hubspot])]);

/** Records by id, each with its values. */
export type Records = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Both vendors' records: the fields that people edit, the names and the link ids. A new record has the name of its HubSpot record. */
export function recordsIn(world: SeenWorld, known: ReadonlySet<string>): Records {
  const { companies, members } = world.officernd;
  const officernd = [...companies, ...members].map((record) => {
    const linked = textOf(record.properties['hubspot_link_id']);
    return [known.has(record._id) || linked === null ? record._id : `new ${linked}`, officerndValues(record)] as const;
  });
  const hubspot = [...world.hubspot.companies, ...world.hubspot.contacts].map((record) => [record.id, hubspotValues(record)] as const);
  return new Map([...officernd, ...hubspot]);
}

export const idsIn = ({ officernd: { companies, members } }: SeenWorld): ReadonlySet<string> =>
  new Set([...companies, ...members].map(({ _id }) => _id));

function officerndValues(record: SeenOfficernd): Readonly<Record<string, unknown>> {
  const address = z.looseObject({ city: z.unknown() }).catch({ city: null }).parse(record['address']);
  return {
    name: record.name,
    description: textOf(record['description']),
    phone: textOf(record['phone']),
    'address.city': textOf(address.city),
    [LINK]: textOf(record.properties['hubspot_link_id']),
  };
}

const hubspotValues = ({ properties, archived }: SeenHubSpot): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.values(propertyOf).map((name) => [name, textOf(properties[name])])),
  archived: archived === true,
});

/** The name under which a record's link id stands. */
export const LINK = 'properties.hubspot_link_id';
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The records after these effects. */
export function after(before: Records, effects: readonly Listed[]): Records {
  const records = new Map(before);
  const set = (id: string, values: Readonly<Record<string, unknown>>): unknown => records.set(id, { ...records.get(id), ...values });
  for (const { kind, officerndId, hubspotId, fields, reason } of effects) {
    const own = officerndId ?? `new ${linkId(hubspotId ?? '')}`;
    const [field] = fields;
    if (kind === 'unlink' && reason !== 'U5') set(own, { [LINK]: null });
    if (kind === 'create') set(own, created(hubspotId ?? '', fields));
    if (kind === 'updateOfficernd' && field !== undefined) set(own, { [field.field]: textOf(field.hubspot) });
    if (kind === 'updateHubspot' && field !== undefined)
      set(hubspotId ?? '', { [propertyOf[field.field] ?? field.field]: textOf(field.officernd) });
  }
  return records;
}

const created = (hubspotId: string, fields: Listed['fields']): Readonly<Record<string, unknown>> => {
  const valueOf = (name: string): string | null => {
    const value = fields.find(({ field }) => field === name)?.hubspot;
    return Array.isArray(value) ? value.filter((part) => textOf(part) !== null).join(' ') : textOf(value);
  };
  const values = ['name', 'description', 'phone', 'address.city'].map((name) => [name, valueOf(name)] as const);
  return { ...Object.fromEntries(values), [LINK]: linkId(hubspotId) };
};
