import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
import { ConfigurationError } from './configuration-error';
import type { ConfigurationProblem } from './configuration-error';
import { problemsOf, settingErrors } from './schema-messages';
import type { TenantConfig } from './tenant-config';
import { tenantSchema } from './tenant-schema';
import { hasTooManyEntries, oversizeIn, TOO_MANY } from './tenant-size';
import { onlyUnknownSettings, withoutSettings } from './unknown-settings';

/** Far more than any tenant needs: a larger file is not a tenant file. */
export const MAX_TENANT_FILE_BYTES = 1_048_576;

/**
 * Reads a tenant file, YAML or JSON. Throws one `ConfigurationError` that lists all problems. No message repeats a value of the file.
 * @param fileName for the message
 */
export function parseTenantFile(text: string, fileName: string): TenantConfig {
  const { config, problems } = readTenantFile(text, fileName);
  if (problems.length > 0) throw new ConfigurationError(problems, fileName);
  return config;
}

/** A tenant file that may have settings which do not exist: `config` is what it says without them. */
export interface ReadTenantFile {
  readonly config: TenantConfig;
  /** One for each of these settings. The file can't be used with them, but they hide nothing else that is wrong. */
  readonly problems: readonly ConfigurationProblem[];
}

/** The same for a check, which goes on where only settings that do not exist are wrong. */
export function readTenantFile(text: string, fileName: string): ReadTenantFile {
  const value = valueOf(text, fileName);
  const oversize = oversizeIn(value);
  if (oversize !== null) throw new ConfigurationError([oversize], fileName);
  const result = tenantSchema.safeParse(value, { error: settingErrors });
  if (result.success) return { config: result.data, problems: [] };
  const problems = problemsOf(result.error);
  const unknown = onlyUnknownSettings(result.error);
  const rest = unknown === null ? null : tenantSchema.safeParse(withoutSettings(value, unknown), { error: settingErrors });
  if (rest?.success === true) return { config: rest.data, problems };
  throw new ConfigurationError(problems, fileName);
}

function valueOf(text: string, fileName: string): unknown {
  if (Buffer.byteLength(text) > MAX_TENANT_FILE_BYTES) {
    throw fileError(`this file is larger than ${MAX_TENANT_FILE_BYTES / 1024} KiB; is it a tenant file?`, fileName);
  }
  if (hasTooManyEntries(text)) throw fileError(TOO_MANY, fileName);
  const lines = new LineCounter();
  const { document, repeated } = documentOf(withoutByteOrderMark(text), lines, fileName);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw fileError(`line ${lines.linePos(error.pos[0]).line} ${complaintOf(error.code)}`, fileName);
  if (repeated !== null) throw fileError(`line ${lines.linePos(repeated).line} ${complaintOf('DUPLICATE_KEY')}`, fileName);
  if (!isMap(document.contents)) throw fileError('this is not a tenant file: it must hold settings such as "tenant: acme"', fileName);
  keepOrderOfStatuses(document);
  return plainValue(document, fileName);
}

/** Checks a configuration that is already an object, such as a stored one. Throws as `parseTenantFile` does. */
export function parseTenantConfig(value: unknown, source: string): TenantConfig {
  const oversize = oversizeIn(value);
  if (oversize !== null) throw new ConfigurationError([oversize], source);
  const result = tenantSchema.safeParse(value, { error: settingErrors });
  if (result.success) return result.data;
  throw new ConfigurationError(problemsOf(result.error), source);
}

/** A stored configuration; null for one that this release can't use. A command about other tenants goes on without it (A4). */
export function usableTenantConfig(value: unknown): TenantConfig | null {
  try {
    return parseTenantConfig(value, '');
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

/**
 * The document, and the place of a repeated key. The library's own search for such keys takes time by the square of their number, so it is
 * left out.
 */
function documentOf(
  text: string,
  lineCounter: LineCounter,
  fileName: string,
): { readonly document: ReturnType<typeof parseDocument>; readonly repeated: number | null } {
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
    return { document, repeated: repeatedKeyIn(document) };
  } catch {
    throw fileError('in this file, groups stand in each other too deep to be read', fileName);
  }
}

/** The place of a key that its group has already; null if there is none. */
function repeatedKeyIn(document: Document): number | null {
  let place: number | null = null;
  visit(document, {
    Map: (_key, { items }) => {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (known.has(key.value)) {
          place = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        known.add(key.value);
      }
      return undefined;
    },
  });
  return place;
}

const fileError = (message: string, fileName: string): ConfigurationError => new ConfigurationError([{ setting: '', message }], fileName);

const withoutByteOrderMark = (text: string): string => text.replace(/^\uFEFF/, '');

/** The document as plain objects. The library refuses aliases that multiply without end. */
function plainValue(document: Document, fileName: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw fileError('this file repeats parts of itself by reference (& and *) in a way that cannot be read; write them out', fileName);
  }
}

/**
 * Turns the table of statuses into a list, to keep its order: of several stages for one status, the first counts. A JavaScript object would
 * move keys that look like numbers to the front, and ids of HubSpot stages can be numbers.
 */
function keepOrderOfStatuses(document: Document): void {
  const path = ['opportunities', 'statuses'];
  const table: unknown = document.hasIn(path) ? document.getIn(path, true) : undefined;
  if (!isMap(table) || !table.items.every(({ key }) => isScalar(key))) return;
  const pairs = table.items.map(({ key, value }) => ({ stage: key, status: value }));
  document.setIn(path, document.createNode(pairs));
}

const complaints: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'repeats a setting of the same group',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  BAD_INDENT: 'is indented in a way that does not fit the lines before it',
  MULTIPLE_DOCS: 'starts a second document; give each tenant a file of its own',
  MISSING_CHAR: 'lacks a closing quote or bracket, or a comma or colon',
};

/** Replaces the library's own messages, which may quote the file and a secret in it. */
const complaintOf = (code: ErrorCode): string => complaints[code] ?? 'is not valid YAML or JSON';
