import { z } from 'zod';

/**
 * The place of a difference in a vendor's answer, `results.3.properties.*`, for messages. Only names of the schema are in it: any other key
 * comes from the vendor, and could be anything (A6).
 */
export function knownPath(schema: z.ZodType, error: z.ZodError): string {
  const names = namesIn(schema);
  return (error.issues[0]?.path ?? []).map((part) => (typeof part === 'number' || names.has(String(part)) ? String(part) : '*')).join('.');
}

/** All names of fields in a schema, at whatever depth. */
function namesIn(schema: z.ZodType): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if (part instanceof z.ZodObject) for (const name of Object.keys(part.shape)) names.add(name);
    const inner: readonly unknown[] = Object.values(part instanceof z.ZodType ? part.def : part);
    for (const one of inner) visit(one);
  };
  visit(schema);
  return names;
}
