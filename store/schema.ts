import type { Document, IndexDescription } from 'mongodb';

/** A collection that `prepare` creates. */
export interface CollectionSpec {
  readonly name: string;
  /**
   * The types of the collection's own fields. All are required. Other fields are let through, because a later release may write them while
   * this one still works beside it.
   */
  readonly fields: Readonly<Record<string, FieldSchema>>;
  /** Fields that a document may lack: those that a later release has added. */
  readonly optional?: Readonly<Record<string, FieldSchema>>;
  readonly indexes: readonly IndexDescription[];
}

/** A part of a `$jsonSchema`. */
export type FieldSchema = Readonly<Document>;

/** Schemas of single fields. */
export const text: FieldSchema = { bsonType: 'string' };
export const textOrNull: FieldSchema = { bsonType: ['string', 'null'] };
export const count: FieldSchema = { bsonType: 'number', minimum: 0 };
export const flag: FieldSchema = { bsonType: 'bool' };
export const date: FieldSchema = { bsonType: 'date' };
export const dateOrNull: FieldSchema = { bsonType: ['date', 'null'] };
export const texts: FieldSchema = { bsonType: 'array', items: text };
/** `StoredJson`. */
export const json: FieldSchema = { bsonType: ['string', 'number', 'bool', 'null', 'array', 'object'] };
/** Another schema's values, or null. */
export const orNull = (field: FieldSchema): FieldSchema => ({ anyOf: [{ bsonType: 'null' }, field] });
export const oneOf = (values: readonly (string | null)[]): FieldSchema => ({ enum: values });
export const listOf = (items: FieldSchema): FieldSchema => ({ bsonType: 'array', items });
export const object = (
  fields: Readonly<Record<string, FieldSchema>>,
  optional: Readonly<Record<string, FieldSchema>> = {},
): FieldSchema => ({
  bsonType: 'object',
  required: Object.keys(fields),
  properties: { ...fields, ...optional },
});
/** `StoredEntry[]`. */
export const entries: FieldSchema = listOf(object({ k: text, v: json }));

/** Removes documents after their `expiresAt`. Documents without one stay. */
export const expiryIndex: IndexDescription = {
  name: 'expiry',
  key: { expiresAt: 1 },
  expireAfterSeconds: 0,
  partialFilterExpression: { expiresAt: { $type: 'date' } },
};

/** The validator of a collection. */
export const validatorOf = ({ fields, optional }: CollectionSpec): Document => ({
  $jsonSchema: object({ _id: text, schemaVersion: count, tenant: text, expiresAt: dateOrNull, ...fields }, optional),
});
