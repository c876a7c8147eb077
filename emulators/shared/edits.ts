import { z } from 'zod';
import type { Entity } from '../../domain/entity';

const jsonFields = z.record(z.string(), z.json());

const editSchema = z.strictObject({
  op: z.enum(['create', 'update', 'archive', 'delete', 'restore', 'merge']),
  type: z.string(),
  id: z.string().optional(),
  into: z.string().optional(),
  properties: jsonFields.optional(),
  fields: jsonFields.optional(),
  associations: z.record(z.string(), z.array(z.string())).optional(),
});

/** One change that a person makes in a vendor's screens (`POST /edits`). */
export type ScreenEdit = z.infer<typeof editSchema>;

/** The body of `POST /edits`: a list, or one edit alone. */
export const editsSchema = z.union([z.array(editSchema), editSchema.transform((edit) => [edit])]);

const entityNames: ReadonlyMap<string, Entity> = new Map<string, Entity>([
  ...['company', 'companies', 'team', 'teams'].map((name) => [name, 'company'] as const),
  ...['member', 'members', 'contact', 'contacts'].map((name) => [name, 'member'] as const),
  ...['opportunity', 'opportunities', 'deal', 'deals'].map((name) => [name, 'opportunity'] as const),
]);

/** The entity of a type name of either vendor, singular or plural. Undefined for any other name. */
export const entityOfType = (type: string): Entity | undefined => entityNames.get(type.toLowerCase());
