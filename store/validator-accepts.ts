import { stableJson } from '../domain/stable-json';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Whether the validator `existing` accepts all documents that a program writes whose own validator is `own`. Fields that `own` does not name
 * are fields of other releases: this program never writes them. False where it can't be told.
 */
export function acceptsWritesOf(own: unknown, existing: unknown): boolean {
  if (!isObject(own) || !isObject(existing)) return false;
  if (stableJson(own) === stableJson(existing)) return true;
  const names = Object.keys(existing);
  return names.length === 1 && names[0] === '$jsonSchema' && accepts(existing['$jsonSchema'], own['$jsonSchema']);
}

/** Whether every value of `narrow` is one of `wide`. */
function accepts(wide: unknown, narrow: unknown): boolean {
  if (!isObject(wide) || !isObject(narrow)) return false;
  if (stableJson(wide) === stableJson(narrow)) return true;
  const { anyOf: alternatives, ...rest } = narrow;
  if (Array.isArray(alternatives)) return alternatives.every((one: unknown) => accepts(wide, isObject(one) ? { ...rest, ...one } : one));
  return Object.keys(wide).every((keyword) => allows(keyword, wide, narrow));
}

/** Whether one keyword of `wide` refuses no value of `narrow`. */
function allows(keyword: string, wide: Schema, narrow: Schema): boolean {
  const [wanted, given] = [wide[keyword], narrow[keyword]];
  switch (keyword) {
    case 'anyOf':
      return listOf(wanted).some((one) => accepts(one, narrow));
    case 'bsonType':
      return given !== undefined && isWithin(given, wanted);
    case 'enum':
      return given !== undefined && isWithin(given, wanted);
    case 'required':
      return isWithin(wanted, given ?? []);
    case 'minimum':
      return typeof wanted === 'number' && typeof given === 'number' && given >= wanted;
    case 'items':
      return accepts(wanted, given);
    case 'properties':
      return (
        isObject(wanted) && isObject(given) && Object.keys(given).every((name) => !(name in wanted) || accepts(wanted[name], given[name]))
      );
    case 'additionalProperties':
      // One that refuses unknown fields is never wide enough for a release that lets them through.
      return stableJson(wanted) === stableJson(given) && isWithin(namesIn(narrow['properties']), namesIn(wide['properties']));
    default:
      return stableJson(wanted) === stableJson(given);
  }
}

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isWithin = (some: unknown, all: unknown): boolean => listOf(some).every((one) => listOf(all).includes(one));

const namesIn = (properties: unknown): readonly string[] => (isObject(properties) ? Object.keys(properties) : []);
