import type { Entity } from '../../domain/entity';
import type { Store } from '../../store/store';
import { actorOf } from '../actor';
import { findRun } from '../runs/find-run';
import type { ExportKind } from './documents';
import { exportText } from './export-text';
import type { ExportFormat } from './export-text';
import { forgetIn, runUnderWay } from './forget';
import type { Certificate } from './forget';
import { configuredEntities } from '../configured-entities';
import { readLinkFile } from './link-file';
import { proposeLinks } from './propose-links';
import type { LinkImport } from './propose-links';

/** Files for people and other tools, and the erasure of one record. All of it needs the store. */
export interface ExportVerbs {
  /**
   * Links, operations, conflicts, reviews or failures as a text, in pieces of one page each, so that any number needs little memory.
   * @param options a format, by default CSV; and a run, by default everything. Of a run that is not stored there is nothing.
   */
  readonly export: (tenant: string, kind: ExportKind, options?: ExportOptions) => AsyncIterable<string>;
  /**
   * Makes proposals of the links in a file from another tool, CSV or one JSON object a line; `approve` has them made. Throws a
   * `ConfigurationError` that names each bad line.
   */
  readonly importLinks: (tenant: string, text: string, source?: string) => Promise<LinkImport>;
  /** Erases everything that is kept of one record. Refuses while a run is under way. Throws `ErasureRefusedError`. */
  readonly forget: (tenant: string, entity: Entity, id: string, options?: ForgetOptions) => Promise<Certificate>;
}

export interface ExportOptions {
  /** @default 'csv' */
  readonly format?: ExportFormat;
  readonly run?: string;
}

export interface ForgetOptions {
  /** Erase though the record is linked, or a creation of it has no answer yet. @default false */
  readonly evenSo?: boolean;
  /** The person or program that erases. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
}

interface ExportDeps {
  readonly store: Store | undefined;
  readonly isRunning: (tenant: string) => Promise<boolean>;
}

/** The verbs of exports, imports and erasures. */
export function createExportVerbs({ store, isRunning }: ExportDeps): ExportVerbs {
  const needed = (): Store => {
    if (store === undefined) throw new Error('This client has no store, which exports need; give createSyncClient a store.');
    return store;
  };
  return {
    export: (tenant, kind, { format = 'csv', run } = {}) => textOf(needed(), { tenant, kind, format, run: run ?? null }),
    importLinks: async (tenant, text, source = 'the file') => {
      const kept = needed();
      const links = readLinkFile(text, source, (await configuredEntities(kept, tenant)) ?? []);
      return proposeLinks(kept, tenant, links, new Date());
    },
    forget: async (tenant, entity, id, { evenSo = false, by = actorOf() } = {}) => {
      const kept = needed();
      if (await isRunning(tenant)) throw runUnderWay(tenant);
      return forgetIn(kept, { tenant, entity, id, evenSo }, { by, at: new Date() });
    },
  };
}

/** A preview's run has a store of its own. */
async function* textOf(store: Store, request: Parameters<typeof exportText>[1]): AsyncGenerator<string> {
  const kept = store.forTenant(request.tenant);
  const found = request.run === null ? null : await findRun(kept, request.run);
  yield* exportText(found?.store ?? kept, request);
}
