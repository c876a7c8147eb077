import type { JsonValue } from '../../domain/json';

type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * Returns a record's value at a path, or null. The path is a top-level name or `head.rest`, where `rest` is one key that may hold dots and
 * spaces (`address.street`, `properties.Access Card Nr.`).
 */
export function readPath(body: JsonObject, path: string): JsonValue | null {
  const { head, rest } = partsOf(path);
  const value = ownValue(body, head);
  return rest === undefined ? value : ownValue(objectOr(value), rest);
}

/**
 * Returns the body of a PUT (or, with `current` null, of a POST) that makes these changes, which are given by path. A change of a part of
 * an object sends the whole object as it is now (`properties`, `address`; M9). No other field is sent (M9). A new record gets no blank
 * values.
 */
export function writeBody(current: JsonObject | null, changes: JsonObject): Record<string, JsonValue> {
  const body = new Map<string, JsonValue>();
  for (const [path, value] of Object.entries(changes)) {
    if (current === null && value === null) continue;
    const { head, rest } = partsOf(path);
    if (rest === undefined) body.set(head, value);
    else body.set(head, { ...objectOr(body.get(head) ?? ownValue(current ?? {}, head)), [rest]: value });
  }
  return Object.fromEntries(body);
}

interface PathParts {
  readonly head: string;
  readonly rest: string | undefined;
}

function partsOf(path: string): PathParts {
  const dot = path.indexOf('.');
  return dot === -1 ? { head: path, rest: undefined } : { head: path.slice(0, dot), rest: path.slice(dot + 1) };
}

/** Custom keys are free text: a key such as `constructor` must not find an inherited member. */
const ownValue = (object: JsonObject, key: string): JsonValue => (Object.hasOwn(object, key) ? (object[key] ?? null) : null);

/** Returns an object as it is, and an empty one for any other value, such as an address that is `""`. */
const objectOr = (value: JsonValue): JsonObject => (isObject(value) ? value : {});

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
