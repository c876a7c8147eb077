import type { Entity } from './entity';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { JsonValue } from './json';
import { asLabel } from './printable';
import { canonical } from './values';
import { isBlank, isList } from './values/blank';

type JsonObject = Readonly<Record<string, JsonValue>>;

/** A write to an OfficeRnD record, and the record after it. */
export interface ComparedWrite {
  readonly entity: Entity;
  /** The record as it was read right before the write (M8); null for a creation. */
  readonly before: JsonObject | null;
  /** The body of the request. An object in it was sent whole (M9). */
  readonly body: JsonObject;
  readonly after: JsonObject;
}

/** The meaning of values. */
export interface ValueFacts {
  /** The fields of the entity. */
  readonly fields: readonly FieldMapping[];
  readonly context: ValueContext;
}

/**
 * S1: the fields in which a record is not as it should be after a write, by key where they are mapped, else by path. A field that was not sent
 * must be as before. A value that was sent must be there, though a vendor may have rewritten it (M7).
 */
export function surprisesOf(write: ComparedWrite, { fields, context }: ValueFacts): readonly string[] {
  const byPath = new Map(fields.map((field) => [field.officernd, field]));
  const [before, sent, after] = [flat(write.before ?? {}), flat(write.body), flat(write.after)];
  const isSame = (path: string, one: JsonValue, other: JsonValue): boolean => {
    const field = byPath.get(path);
    return field === undefined
      ? comparable(one) === comparable(other)
      : canonical(field, 'officernd', one, context) === canonical(field, 'officernd', other, context);
  };
  const isSurprise = (path: string): boolean => {
    const [was, wanted, is] = [before.get(path) ?? null, sent.get(path) ?? null, after.get(path) ?? null];
    const isChange = isSent(path, write.body) && !isSame(path, was, wanted);
    if (isChange) return !isSame(path, wanted, is) && (isSame(path, was, is) || isBlank(is));
    return write.before !== null && !mayChange(path, write) && !isSame(path, was, is);
  };
  const paths = new Set([...before.keys(), ...sent.keys(), ...after.keys()]);
  return [...new Set([...paths].filter(isSurprise).map((path) => byPath.get(path)?.key ?? asLabel(path)))].toSorted();
}

/** The values of a record by path. An object's parts have a path each. */
const flat = (body: JsonObject): ReadonlyMap<string, JsonValue> =>
  new Map(
    Object.entries(body).flatMap(([head, value]): [string, JsonValue][] =>
      isObject(value) ? Object.entries(value).map(([rest, part]) => [`${head}.${rest}`, part]) : [[head, value]],
    ),
  );

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !isList(value);

const headOf = (path: string): string => path.split('.', 1)[0] ?? path;

const isSent = (path: string, body: JsonObject): boolean => Object.hasOwn(body, headOf(path));

/** Set by OfficeRnD with every write. */
const STAMPS = new Set(['_id', 'createdAt', 'createdBy', 'modifiedAt', 'modifiedBy']);
/** OfficeRnD computes these statuses, at any time. */
const COMPUTED: Readonly<Record<Entity, readonly string[]>> = {
  company: ['status', 'calculatedStatus'],
  member: ['status', 'calculatedStatus'],
  opportunity: [],
};

/** Whether OfficeRnD may change a field that was not sent: its own stamps and states, and side effects of what was sent (M11). */
function mayChange(path: string, { entity, body }: ComparedWrite): boolean {
  if (STAMPS.has(path) || COMPUTED[entity].includes(path) || path === 'properties.hubspot_sync_errors') return true;
  return entity === 'opportunity' && path === 'probability' && Object.hasOwn(body, 'status');
}

/** A text that is equal for equal values. Blanks are one value, and the order of an object's keys does not matter. */
function comparable(value: JsonValue): string {
  if (isBlank(value)) return '';
  if (isList(value)) return `[${value.map(comparable).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.entries(value).filter(([, part]) => !isBlank(part));
  return `{${parts
    .map(([key, part]) => `${JSON.stringify(key)}:${comparable(part)}`)
    .toSorted()
    .join(',')}}`;
}
