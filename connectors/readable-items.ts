import { z } from 'zod';

/**
 * A list of definitions. One that can't be read counts as not there: most of them nobody has mapped, and a mapped one pauses (V3). Several of
 * which none can be read are of another form than the vendor's (V4).
 */
export const readableItems = <T>(item: z.ZodType<T>) =>
  z.array(z.unknown()).transform((items, context): readonly T[] => {
    const readable = items.flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    });
    if (readable.length > 0 || items.length <= 1) return readable;
    context.addIssue({ code: 'custom', message: 'no definition in this list can be read' });
    return z.NEVER;
  });

/** A text that only people read; blank where a definition has none. */
export const wording = z.string().catch('');

/** Texts of a definition, such as the values of a choice. A number counts as a text; anything else is left out. */
export const wordings = z
  .array(z.unknown())
  .catch([])
  .transform((items) => items.flatMap((item) => (typeof item === 'string' || typeof item === 'number' ? [String(item)] : [])));

/** A yes of a definition; anything else is a no. */
export const isTrue = z.boolean().catch(false);
