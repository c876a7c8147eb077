import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../shared/json';
import { textAt, type Collection, type Row } from './collection';
import { OfficerndApiError } from './errors';
import type { ListQuery } from './query';

/**
 * A page begins after (`next`) or ends before (`prev`) the row with this `seq`. The number of the next page's first row, or of that row, is
 * `start`.
 */
const cursorSchema = z.strictObject({ seq: z.int(), start: z.int().positive() });
type Cursor = z.infer<typeof cursorSchema>;
/** A cursor as callers get it, with the time at which it was made. */
const givenSchema = cursorSchema.extend({ at: z.int() });

/** How old a cursor may become. */
interface CursorAge {
  readonly nowMs: number;
  /** Null means that cursors never expire. */
  readonly lifetimeMs: number | null;
}

/** One page of a list in the vendor's form. Reading a whole list page by page passes over its rows once. */
export function listPage(
  collection: Collection,
  query: ListQuery,
  show: (fields: JsonObject) => JsonObject,
  age: CursorAge,
): { readonly body: JsonValue; readonly ids: readonly string[] } {
  if (query.cursor !== undefined) refuseExpired(query.cursor.text, age);
  const page = query.sort === undefined ? pageInOrder(collection, query) : pageSorted(collection, query, query.sort);
  const results = page.rows.map((row) => selected(show(row.fields), query.select));
  const body = {
    rangeStart: results.length === 0 ? 0 : page.start,
    rangeEnd: results.length === 0 ? 0 : page.start + results.length - 1,
    results,
    ...(page.next === undefined ? {} : { cursorNext: encoded(page.next, age) }),
    ...(page.prev === undefined ? {} : { cursorPrev: encoded(page.prev, age) }),
  };
  return { body, ids: page.rows.map(({ id }) => id) };
}

/** The answer to a count call. It has a count per group when the query asks for groups. */
export function countRows(collection: Collection, query: ListQuery): JsonValue {
  const rows = (query.candidates ?? collection.rows()).filter(({ fields }) => query.matches(fields));
  if (query.countBy === undefined) return { total: rows.length };
  const counts = new Map<string | null, number>();
  for (const { fields } of rows) {
    const key = textAt(fields, query.countBy) ?? null;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { total: rows.length, groups: [...counts].map(([key, count]) => ({ key, count })) };
}

interface Page {
  readonly rows: readonly Row[];
  /** The number of the first row among all matching rows, counted from 1. */
  readonly start: number;
  readonly next: Cursor | undefined;
  readonly prev: Cursor | undefined;
}

function pageInOrder(collection: Collection, { candidates, matches, limit, cursor }: ListQuery): Page {
  const rows = candidates ?? collection.rows();
  const from = cursor === undefined ? undefined : decoded(cursor.text);
  if (cursor?.direction === 'prev' && from !== undefined) {
    const end = positionAfter(rows, from.seq - 1, collection, candidates);
    const { taken, more } = scan(rows, end - 1, -1, limit, matches);
    const page = taken.reverse();
    const start = Math.max(1, from.start - page.length);
    return { rows: page, start, next: edge(page.at(-1), start + page.length), prev: more ? edge(page[0], start) : undefined };
  }
  const begin = from === undefined ? 0 : positionAfter(rows, from.seq, collection, candidates);
  const start = from?.start ?? 1;
  const { taken, more } = scan(rows, begin, 1, limit, matches);
  return {
    rows: taken,
    start,
    next: more ? edge(taken.at(-1), start + taken.length) : undefined,
    prev: start > 1 ? edge(taken[0], start) : undefined,
  };
}

function pageSorted(collection: Collection, query: ListQuery, sort: (a: JsonObject, b: JsonObject) => number): Page {
  const rows = (query.candidates ?? collection.rows())
    .filter(({ fields }) => query.matches(fields))
    .sort((a, b) => sort(a.fields, b.fields) || a.seq - b.seq);
  const from = query.cursor === undefined ? undefined : decoded(query.cursor.text);
  const start = from === undefined ? 1 : query.cursor?.direction === 'prev' ? Math.max(1, from.start - query.limit) : from.start;
  const page = rows.slice(start - 1, query.cursor?.direction === 'prev' ? (from?.start ?? 1) - 1 : start - 1 + query.limit);
  const end = start + page.length;
  return {
    rows: page,
    start,
    next: end <= rows.length ? edge(page.at(-1), end) : undefined,
    prev: start > 1 ? edge(page[0], start) : undefined,
  };
}

const positionAfter = (rows: readonly Row[], seq: number, collection: Collection, candidates: readonly Row[] | undefined): number =>
  candidates === undefined ? collection.positionAfter(seq) : rows.filter((row) => row.seq <= seq).length;

function scan(
  rows: readonly Row[],
  begin: number,
  step: 1 | -1,
  limit: number,
  matches: (fields: JsonObject) => boolean,
): { taken: Row[]; more: boolean } {
  const taken: Row[] = [];
  for (let index = begin; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row === undefined || !matches(row.fields)) continue;
    if (taken.length === limit) return { taken, more: true };
    taken.push(row);
  }
  return { taken, more: false };
}

const edge = (row: Row | undefined, start: number): Cursor | undefined => (row === undefined ? undefined : { seq: row.seq, start });

const encoded = (cursor: Cursor, { nowMs }: CursorAge): string =>
  Buffer.from(JSON.stringify({ ...cursor, at: nowMs } satisfies z.infer<typeof givenSchema>)).toString('base64');

const NO_JSON = 'Unexpected token in JSON at position 0';

/** A cursor that was changed breaks the vendor's own JSON parsing. The answer is 500 with the engine's message. */
function decoded(text: string): z.infer<typeof givenSchema> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return givenSchema.parse(value);
  } catch (error) {
    throw new OfficerndApiError(500, error instanceof SyntaxError ? error.message : NO_JSON);
  }
}

/** An expired cursor gets 500 too. The vendor's wording is not known. */
function refuseExpired(text: string, { nowMs, lifetimeMs }: CursorAge): void {
  if (lifetimeMs !== null && nowMs - decoded(text).at > lifetimeMs) throw new OfficerndApiError(500, NO_JSON);
}

/** Unknown fields are ignored. `_id` is always included. */
function selected(fields: JsonObject, select: readonly string[] | undefined): JsonObject {
  if (select === undefined) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name === '_id' || select.includes(name)));
}
