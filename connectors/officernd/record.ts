import type { JsonValue } from '../../domain/json';

type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * A record's value at a path: a top-level name, or `head.rest`, where `rest` is one key, however many dots and spaces it has
 * (`address.street`, `properties.Access Card Nr.`). Null where there is none.
 */
export function readPath(body: JsonObject, path: string): JsonValue | null {
  const { head, rest } = partsOf(path);
  const value = ownValue(body, head);
  return rest === undefined ? value : ownValue(objectOr(value), rest);
}

/**
 * The body of a PUT (or, with `current` null, of a POST) that makes these changes, by path. A part goes out with its whole object as it is
 * now (`properties` by M9, `address` for the same reason); no other field is in it (M9). To a new record, blanks are not sent at all.
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

/** Custom keys are free text: one such as `constructor` must not find what every object inherits. */
const ownValue = (object: JsonObject, key: string): JsonValue => (Object.hasOwn(object, key) ? (object[key] ?? null) : null);

/** An object as it is; anything else counts as an empty one, as an address that is `""` does. */
const objectOr = (value: JsonValue): JsonObject => (isObject(value) ? value : {});

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
