import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { AdminError } from './vendor';

/** Parses with a schema. Throws one AdminError that names every wrong place. */
export function checked<T>(schema: z.ZodType<T>, value: JsonValue): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => (issue.code === 'invalid_union' ? (issue.errors[0] ?? [issue]) : [issue]));
  throw new AdminError(issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; '));
}
