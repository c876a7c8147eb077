import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, parseJson } from '../shared/json';
import { invalid, type HubSpotApiError } from './api-error';

/** 400 for a body that HubSpot's JSON mapper refuses, with the place in the text. */
export const malformedBody = (problem: string, line = 1, column = 1): HubSpotApiError =>
  invalid(`Invalid input JSON on line ${line}, column ${column}: ${problem}`);

/** Parses a body with a schema. Throws a 400 in the mapper's words. `describe` may return better words for the problem. */
export function parseRequestBody<T>(schema: z.ZodType<T>, raw: string, describe?: (body: JsonValue) => string | undefined): T {
  const json = parseText(raw);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const problem = describe?.(json) ?? problemAt(json, path);
  throw malformedBody(
    problem,
    1,
    columnOf(
      raw,
      path.map(String).findLast((part) => !/^\d+$/.test(part)),
    ),
  );
}

function parseText(raw: string): JsonValue {
  if (raw.trim() === '') throw malformedBody('No content to map due to end-of-input', 1, 0);
  try {
    return parseJson(raw);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? raw.length);
    const before = raw.slice(0, at).split('\n');
    throw malformedBody(`Unexpected character or end of input`, before.length, (before.at(-1)?.length ?? 0) + 1);
  }
}

function problemAt(json: JsonValue, path: readonly PropertyKey[]): string {
  let value: JsonValue | undefined = json;
  for (const part of path) {
    if (isJsonObject(value)) value = value[String(part)];
    else if (isJsonArray(value)) value = value[Number(part)];
    else value = undefined;
  }
  const name = path.map(String).join('.');
  if (value === undefined) return `Some required fields were not set: [${String(path.at(-1) ?? 'body')}]`;
  return `Cannot deserialize value of type \`${name || 'request'}\` from ${kindOf(value)}`;
}

function kindOf(value: JsonValue): string {
  if (isJsonArray(value)) return 'Array value (token `JsonToken.START_ARRAY`)';
  if (isJsonObject(value)) return 'Object value (token `JsonToken.START_OBJECT`)';
  return value === null ? 'null' : `${typeof value} value "${String(value)}"`;
}

const columnOf = (raw: string, key: string | undefined): number => (key === undefined ? 1 : Math.max(1, raw.indexOf(`"${key}"`) + 1));
