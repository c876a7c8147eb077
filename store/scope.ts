import type { ClientSession, Collection, Document } from 'mongodb';

/** The version of the documents that this program writes; `migrations.ts` brings older ones here. */
export const SCHEMA_VERSION = 2;

/**
 * A run may wait for people and limits for weeks. A run that was terminated never notes its end, so its journal expires this much later than
 * history.
 */
export const LONGEST_RUN_DAYS = 90;

/** The fields that all documents of a tenant have. */
export interface StoredDocument {
  /** The tenant and the document's name within it: a search by name needs no other index. */
  readonly _id: string;
  readonly schemaVersion: number;
  readonly tenant: string;
  /** MongoDB may remove the document after this time; null: never. */
  readonly expiresAt: Date | null;
}

/** One tenant's part of the database: the real one, or the one for previews. */
export interface Scope {
  readonly tenant: string;
  /** The collection of this name, or the preview's. The caller names the type of its documents, which the validator enforces. */
  readonly collection: <Stored extends StoredDocument>(name: string) => Collection<Stored>;
  /** When history that is over now will expire. */
  readonly historyExpiry: () => Date;
  /** When the journal of a run under way will expire, if nobody ever notes the run's end. */
  readonly journalExpiry: () => Date;
  /** When other data that is written now will expire: never (null), except in a preview. */
  readonly expiry: () => Date | null;
  /** When a run that is over now will expire: never (null), except a preview. */
  readonly endedRunExpiry: () => Date | null;
  readonly now: () => Date;
  /** Makes all changes of the work or none. The work may be called more than once. */
  readonly transaction: <T>(work: (session: ClientSession) => Promise<T>) => Promise<T>;
}

/** The `_id` of the document with this name within the tenant. */
export const idIn = ({ tenant }: Pick<Scope, 'tenant'>, name: string): string => `${tenant}/${name}`;

/** The fields that all documents have. */
export const headerOf = (scope: Scope, name: string, expiresAt: Date | null): StoredDocument => ({
  _id: idIn(scope, name),
  schemaVersion: SCHEMA_VERSION,
  tenant: scope.tenant,
  expiresAt,
});

/** A value inside an update pipeline, where MongoDB would read a text that begins with `$` as a field. */
export const literal = (value: unknown): Document => ({ $literal: value });

/** Literals for all values of an object. */
export const literals = (values: object): Document =>
  Object.fromEntries(Object.entries(values).map(([name, value]: [string, unknown]) => [name, literal(value)]));
