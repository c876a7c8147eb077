import { withoutTrailingSlashes } from '../domain/trailing-slashes';
import { z } from 'zod';
import { fieldTypes } from '../domain/field-mapping';
import type { Direction } from '../domain/field-mapping';
import { isHttpUrl, isLoopbackUrl } from './urls';

/** A group of settings. It refuses unknown keys and names the known ones. */
export const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `there is no such setting here; known are ${Object.keys(shape).join(', ')}` : undefined,
  });

const MISSING = 'this setting is missing';
const QUOTES = 'this must be a text (put it in quotes)';

/** A text that YAML may have read as a number or as true/false. A number that YAML has rounded is refused. */
export const scalarText = z
  .union([z.string().min(1), z.int(QUOTES), z.boolean()], { error: (issue) => (issue.input === undefined ? MISSING : QUOTES) })
  .transform(String);

/** An address, kept without a trailing slash. */
export const httpUrl = z
  .string()
  .refine(isHttpUrl, {
    error:
      'this must be an address such as https://example.com, without user name and query (http:// only for this machine and its own network)',
  })
  .transform(withoutTrailingSlashes);

const arrows: Readonly<Record<'→' | '←' | '↔' | '->' | '<-' | '<->', Direction>> = {
  '→': '→',
  '←': '←',
  '↔': '↔',
  '->': '→',
  '<-': '←',
  '<->': '↔',
};

/** A direction, with OfficeRnD on the left. */
export const direction = z
  .enum(['→', '←', '↔', '->', '<-', '<->'], {
    error: (issue) =>
      `${issue.input === undefined ? `${MISSING}; give` : 'this must be'} → or -> (OfficeRnD to HubSpot), ← or <- (HubSpot to OfficeRnD), or ↔ or <-> (both)`,
  })
  .transform((arrow) => arrows[arrow]);

/** The types that an additional property can have. Only standard properties can be a name or a status. */
export const additionalType = z.enum(fieldTypes).exclude(['name', 'status']);

/** A variable with parts that commas divide; empty by default. */
export const commaList = (isPart: (part: string) => boolean, message: string) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every(isPart), message);

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this must be the name of an environment variable');
const SECRET_FORM = 'give { env: NAME } or { file: PATH }';

/** Where a secret stands, or the secret itself as a text, which `refuseLiteral` allows for loopback addresses only. */
export const secretRef = z.union([section({ env: variable }), section({ file: z.string().min(1) }), z.string().min(1)], {
  error: (issue) => (issue.input === undefined ? `${MISSING}; ${SECRET_FORM}` : SECRET_FORM),
});

/** Refuses a secret that stands in the file itself, unless it is sent to loopback addresses only. */
export function refuseLiteral<Schema extends z.ZodType>(schema: Schema, secret: readonly string[], urls: readonly string[]) {
  return schema.refine((value) => typeof at(value, secret) !== 'string' || urls.every((url) => isLoopbackUrl(at(value, [url]))), {
    path: [...secret],
    error: `a secret may not stand in the file itself, unless the address it is sent to is loopback; ${SECRET_FORM}`,
    when: isGroup,
  });
}

/**
 * As `when` of a check, lets it run although the group has other problems, so one reading lists them all. Such a check can't trust the
 * group's form: it uses `at`.
 */
export const isGroup = ({ value }: { readonly value: unknown }): boolean => typeof value === 'object' && value !== null;

/** Returns the value at a path inside a value of unknown form. */
export function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = new Map<string, unknown>(Object.entries(found)).get(key);
  }
  return found;
}
