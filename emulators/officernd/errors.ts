import { STATUS_CODES } from 'node:http';
import type { JsonValue } from '../../domain/json';

/** A refusal, in the vendor's words. */
export class OfficerndApiError extends Error {
  constructor(
    readonly status: number,
    /** One sentence, or a list of all problems. */
    readonly said: string | readonly string[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof said === 'string' ? said : said.join('; '));
  }
}

/** The vendor's error body. 500 and the gateway's 504 carry no `error`. */
export function officerndErrorBody(status: number, said: string | readonly string[], timestamp: string, path: string): JsonValue {
  const error = status < 500 ? { error: status === 401 ? 'Unauthorized' : (STATUS_CODES[status] ?? 'Error') } : {};
  return { statusCode: status, message: said, ...error, timestamp, path };
}

/** 400 with one problem, or with a list of problems. */
export const badRequest = (problems: readonly string[]): OfficerndApiError =>
  new OfficerndApiError(400, problems.length === 1 ? (problems[0] ?? '') : problems);

export const unknownId = (id: string): OfficerndApiError => new OfficerndApiError(404, `Item with Id (${id}) was not found`);

/** The error of the vendor's database for an id that is not 24 hexadecimal digits. */
export const castError = (value: string, path: string): OfficerndApiError =>
  new OfficerndApiError(500, `Cast to ObjectId failed for value "${value}" (type string) at path "${path}" because of "BSONError"`);

export const isObjectId = (text: string): boolean => /^[0-9a-f]{24}$/i.test(text);
