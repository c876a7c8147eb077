import type { ClientSession, Collection, Document } from 'mongodb';

/** The version of the documents that this program writes; `migrations.ts` brings older ones here. */
export const SCHEMA_VERSION = 2;

/** What every document of a tenant has. */
export interface StoredDocument {
  /** The tenant and the document's name within it, so that looking up by name needs no other index. */
  readonly _id: string;
  readonly schemaVersion: number;
  readonly tenant: string;
  /** From then on MongoDB may remove the document; null keeps it. */
  readonly expiresAt: Date | null;
}

/** One tenant's part of the database: the real one, or its twin for previews. */
export interface Scope {
  readonly tenant: string;
  /** The collection of that name, or its twin. The caller names the type of its documents, which the validator keeps true. */
  readonly collection: <Stored extends StoredDocument>(name: string) => Collection<Stored>;
  /** When history that is written now expires. */
  readonly historyExpiry: () => Date;
  /** When everything else that is written now expires: never, but in a preview. */
  readonly expiry: () => Date | null;
  readonly now: () => Date;
  /** Changes that are whole or not at all. The work may be repeated. */
  readonly transaction: <T>(work: (session: ClientSession) => Promise<T>) => Promise<T>;
}

/** The `_id` of what has this name within the tenant. */
export const idIn = ({ tenant }: Pick<Scope, 'tenant'>, name: string): string => `${tenant}/${name}`;

/** The parts that all documents have in common. */
export const headerOf = (scope: Scope, name: string, expiresAt: Date | null): StoredDocument => ({
  _id: idIn(scope, name),
  schemaVersion: SCHEMA_VERSION,
  tenant: scope.tenant,
  expiresAt,
});

/** A value inside an update pipeline, where a text that starts with `$` would be read as a field. */
export const literal = (value: unknown): Document => ({ $literal: value });

/** Literals for all values of an object. */
export const literals = (values: object): Document =>
  Object.fromEntries(Object.entries(values).map(([name, value]: [string, unknown]) => [name, literal(value)]));
