import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import { ConfigurationError } from './configuration-error';
import { problemsOf, settingErrors } from './schema-messages';
import type { TenantConfig } from './tenant-config';
import { tenantSchema } from './tenant-schema';

/** Far more than any tenant needs; a larger file is some other file. */
export const MAX_TENANT_FILE_BYTES = 1_048_576;

/**
 * Reads a tenant file, YAML or JSON. Throws one `ConfigurationError` that lists everything that is wrong; no message repeats a value of the
 * file.
 * @param fileName stands in the message
 */
export function parseTenantFile(text: string, fileName: string): TenantConfig {
  if (Buffer.byteLength(text) > MAX_TENANT_FILE_BYTES) {
    throw fileError(`this file is larger than ${MAX_TENANT_FILE_BYTES / 1024} KiB; is it a tenant file?`, fileName);
  }
  const lines = new LineCounter();
  const document = parseDocument(withoutByteOrderMark(text), { lineCounter: lines, prettyErrors: false });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw fileError(`line ${lines.linePos(error.pos[0]).line} ${complaintOf(error.code)}`, fileName);
  if (!isMap(document.contents)) throw fileError('this is not a tenant file: it must hold settings such as "tenant: acme"', fileName);
  keepOrderOfStatuses(document);
  return parseTenantConfig(plainValue(document, fileName), fileName);
}

/** Checks a configuration that is an object already, such as a stored one. Throws as `parseTenantFile` does. */
export function parseTenantConfig(value: unknown, source: string): TenantConfig {
  const result = tenantSchema.safeParse(value, { error: settingErrors });
  if (result.success) return result.data;
  throw new ConfigurationError(problemsOf(result.error), source);
}

const fileError = (message: string, fileName: string): ConfigurationError => new ConfigurationError([{ setting: '', message }], fileName);

const withoutByteOrderMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** Aliases that multiply without end are refused by the library. */
function plainValue(document: Document, fileName: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw fileError('this file repeats parts of itself by reference (& and *) in a way that cannot be read; write them out', fileName);
  }
}

/**
 * Of several stages for one status the first counts, but a JavaScript object puts keys that look like numbers first, as the ids of
 * HubSpot's own stages do: so the table becomes a list while its order is known.
 */
function keepOrderOfStatuses(document: Document): void {
  const path = ['opportunities', 'statuses'];
  const table: unknown = document.hasIn(path) ? document.getIn(path, true) : undefined;
  if (!isMap(table) || !table.items.every(({ key }) => isScalar(key))) return;
  const pairs = table.items.map(({ key, value }) => ({ stage: key, status: value }));
  document.setIn(path, document.createNode(pairs));
}

const complaints: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'repeats a setting that stands in the same group already',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  BAD_INDENT: 'is indented in a way that does not fit the lines before it',
  MULTIPLE_DOCS: 'starts a second document; give each tenant a file of its own',
  MISSING_CHAR: 'lacks a closing quote or bracket, or a comma or colon',
};

/** The library's own sentences may quote the file, and with it a secret. */
const complaintOf = (code: ErrorCode): string => complaints[code] ?? 'is not valid YAML or JSON';
