import { invalid } from './api-error';
import { parseInstant } from './instant';
import { objectTypeFacts, objectTypeOf, type ObjectType } from './object-type';
import { associated, type Portal } from './portal';
import { readValue } from './record-view';
import type { StoredRecord } from './record';
import type { SearchFilter } from './search-request';

export type RecordTest = (record: StoredRecord) => boolean;

/** The kinds of comparison, one of which each property has. */
type Comparison = 'number' | 'time' | 'option' | 'text';

/** Compiles one filter. A property that the type does not have matches nothing, and HubSpot gives no error. */
export function compileFilter(portal: Portal, type: ObjectType, filter: SearchFilter): RecordTest {
  const associationType = /^associations\.(.+)$/.exec(filter.propertyName)?.[1];
  if (associationType !== undefined) return associationTest(portal, objectTypeOf(associationType), filter);
  const comparison = comparisonOf(portal, type, filter.propertyName);
  if (comparison === undefined) return () => false;
  if (comparison === 'number' || comparison === 'time') return numericTest(portal, comparison, filter);
  return textTest(portal, comparison, filter);
}

function comparisonOf(portal: Portal, type: ObjectType, name: string): Comparison | undefined {
  if (name === 'hs_object_id') return 'number';
  if (name === 'createdate' || name === objectTypeFacts[type].modifiedProperty) return 'time';
  const definition = portal.properties[type].active(name);
  if (definition === undefined) return undefined;
  const kinds = {
    number: 'number',
    date: 'time',
    datetime: 'time',
    enumeration: 'option',
    bool: 'option',
    string: 'text',
    phone_number: 'text',
  } as const;
  return kinds[definition.type];
}

/** The value as a number; a time is in milliseconds. Values that are stored as numbers take a faster way. */
export function numberOf(portal: Portal, record: StoredRecord, name: string): number | undefined {
  if (name === 'hs_object_id') return record.numericId;
  if (name === 'createdate') return record.createdAtMs;
  if (name === objectTypeFacts[record.type].modifiedProperty) return record.updatedAtMs;
  const value = readValue(portal, record, name);
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? parseInstant(value) : number;
}

function numericTest(
  portal: Portal,
  comparison: 'number' | 'time',
  { propertyName, operator, value, highValue, values }: SearchFilter,
): RecordTest {
  const bound = (text: string | null | undefined): number => {
    const number = comparison === 'time' ? parseInstant(text ?? '') : Number(text ?? NaN);
    if (number === undefined || Number.isNaN(number)) throw invalid(`Invalid value for property ${propertyName}: ${text ?? ''}`);
    return number;
  };
  const test =
    (check: (actual: number) => boolean): RecordTest =>
    (record) => {
      const actual = numberOf(portal, record, propertyName);
      return actual !== undefined && check(actual);
    };
  switch (operator) {
    case 'HAS_PROPERTY':
      return test(() => true);
    case 'NOT_HAS_PROPERTY':
      return (record) => numberOf(portal, record, propertyName) === undefined;
    case 'IN':
      return test(oneOf((values ?? []).map(bound)));
    case 'NOT_IN':
      return test(not(oneOf((values ?? []).map(bound))));
    case 'EQ':
    case 'CONTAINS_TOKEN':
      return test(oneOf([bound(value)]));
    case 'NEQ':
    case 'NOT_CONTAINS_TOKEN':
      return test(not(oneOf([bound(value)])));
    case 'LT':
    case 'LTE':
    case 'GT':
    case 'GTE':
      return test(ordered(operator, bound(value)));
    case 'BETWEEN': {
      const [low, high] = [bound(value), bound(highValue)];
      return test((actual) => actual >= low && actual <= high);
    }
  }
}

function ordered<T extends number | string>(operator: 'LT' | 'LTE' | 'GT' | 'GTE', limit: T): (actual: T) => boolean {
  switch (operator) {
    case 'LT':
      return (actual) => actual < limit;
    case 'LTE':
      return (actual) => actual <= limit;
    case 'GT':
      return (actual) => actual > limit;
    case 'GTE':
      return (actual) => actual >= limit;
  }
}

function oneOf<T>(values: readonly T[]): (actual: T) => boolean {
  const set = new Set(values);
  return (actual) => set.has(actual);
}

const not =
  <T>(check: (actual: T) => boolean) =>
  (actual: T): boolean =>
    !check(actual);

/** Comparing texts ignores case; comparing options does not. The values of IN must be in lower case to match a text. */
function textTest(
  portal: Portal,
  comparison: 'option' | 'text',
  { propertyName, operator, value, highValue, values }: SearchFilter,
): RecordTest {
  const fold = (text: string): string => (comparison === 'text' ? text.toLowerCase() : text);
  const wanted = fold(value ?? '');
  const actualOf = (record: StoredRecord): string | undefined => readValue(portal, record, propertyName) ?? undefined;
  const test =
    (check: (actual: string) => boolean): RecordTest =>
    (record) => {
      const actual = actualOf(record);
      return actual !== undefined && check(fold(actual));
    };
  switch (operator) {
    case 'HAS_PROPERTY':
      return test(() => true);
    case 'NOT_HAS_PROPERTY':
      return (record) => actualOf(record) === undefined;
    case 'EQ':
      return test((actual) => actual === wanted || (comparison === 'option' && actual.split(';').includes(wanted)));
    case 'NEQ':
      return test((actual) => actual !== wanted);
    case 'IN':
      return test(overlaps(values ?? [], comparison));
    case 'NOT_IN':
      return test(not(overlaps(values ?? [], comparison)));
    case 'CONTAINS_TOKEN':
      return test(containsTokens(value ?? ''));
    case 'NOT_CONTAINS_TOKEN':
      return test(not(containsTokens(value ?? '')));
    case 'LT':
    case 'LTE':
    case 'GT':
    case 'GTE':
      return test(ordered(operator, wanted));
    case 'BETWEEN':
      return test((actual) => actual >= wanted && actual <= fold(highValue ?? ''));
  }
}

function overlaps(values: readonly string[], comparison: 'option' | 'text'): (actual: string) => boolean {
  const wanted = new Set(values);
  return (actual) => wanted.has(actual) || (comparison === 'option' && actual.split(';').some((part) => wanted.has(part)));
}

const tokensOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((token) => token !== '');

/** True if every token of the query is a token of the text. In the query, `*` means any letters. */
function containsTokens(query: string): (actual: string) => boolean {
  const wanted = tokensOf(query).map((token) => new RegExp(`^${token.split('*').join('.*')}$`, 'u'));
  return (actual) => {
    const tokens = tokensOf(actual.replaceAll('*', ' '));
    return wanted.length > 0 && wanted.every((pattern) => tokens.some((token) => pattern.test(token)));
  };
}

function associationTest(portal: Portal, to: ObjectType | undefined, { operator, value, values }: SearchFilter): RecordTest {
  if (to === undefined) return () => false;
  const wanted = new Set([...(values ?? []), ...(typeof value === 'string' ? [value] : [])]);
  const linked = (record: StoredRecord): boolean => associated(portal, record, to).some(({ id }) => wanted.has(id));
  if (operator === 'HAS_PROPERTY') return (record) => associated(portal, record, to).length > 0;
  return operator === 'EQ' || operator === 'IN' ? linked : not(linked);
}
