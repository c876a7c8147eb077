import type { Entity } from '../../domain/entity';
import type { UndoneRun, Undoing } from '../../domain/undoing';
import type { NamedConflict } from '../../store/conflicts';
import type { Store } from '../../store/store';
import type { SyncRequest, SyncTicket } from '../../workflows/api';
import type { AskOptions } from '../runs/until-answered';
import { noteActor } from './acted';
import type { Actor } from './acted';
import { conflictsOf, namedConflicts, takeableIn } from './conflicts';
import type { ConflictFilter } from './conflicts';
import { requireUndoable, withHubSpotId } from './undoable';

export interface UndoOptions extends AskOptions, Partial<Actor> {
  /** Called when a cancelled run has to end first. */
  readonly onCancelled?: () => void;
  /** Writes nothing, and reports what an undo would do and leave. */
  readonly preview?: boolean;
}

/** The values to take back (D2): by the ids of their conflicts, or those of a run, or of a field of a run. */
export type TakeBackDemand =
  | { readonly conflicts: readonly string[] }
  | { readonly run?: string; readonly entity?: Entity; readonly field?: string };

/** Undoing runs (X1–X3), and taking back values that gave way (D2). Both are runs of their own. */
export interface UndoVerbs {
  /**
   * Starts or queues a run that takes back what a run did; or joins the one that does. Values that have changed since are left, and
   * listed in its report. Throws `UndoRefusedError`. Needs the store.
   */
  readonly undo: (tenant: string, what: UndoneRun, options?: UndoOptions) => Promise<SyncTicket>;
  /**
   * Starts or queues a run that writes values that gave way to both sides. Throws `UndoRefusedError`, also for a field that flows one way
   * only. Needs the store.
   */
  readonly takeBack: (tenant: string, what: TakeBackDemand, options?: UndoOptions) => Promise<SyncTicket>;
  /** The values that gave way in a run, by default in the newest, and the differences that stay. Needs the store. */
  readonly conflicts: (tenant: string, filter?: ConflictFilter) => Promise<readonly NamedConflict[]>;
}

interface UndoDeps {
  readonly store: Store | undefined;
  readonly request: (
    demand: Pick<SyncRequest, 'tenant' | 'mode' | 'entities' | 'undoes'>,
    options: Omit<UndoOptions, 'preview' | keyof Actor>,
  ) => Promise<SyncTicket>;
}

/** The verbs for one client. */
export function createUndoVerbs({ store, request }: UndoDeps): UndoVerbs {
  const storeOf = (tenant: string) => {
    if (store === undefined) throw new Error('This client has no store, and runs are kept there; give createSyncClient a store.');
    return store.forTenant(tenant);
  };
  const ask = async (
    tenant: string,
    undoes: Undoing,
    entities: readonly Entity[],
    { preview = false, by, note, ...options }: UndoOptions,
  ): Promise<SyncTicket> => {
    const ticket = await request({ tenant, mode: preview ? 'preview' : 'incremental', entities, undoes }, options);
    const kept = preview ? storeOf(tenant).preview() : storeOf(tenant);
    await noteActor(kept, ticket, { ...(by !== undefined && { by }), ...(note !== undefined && { note }) });
    return ticket;
  };
  return {
    undo: async (tenant, what, options = {}) => {
      const kept = storeOf(tenant);
      const undone = await requireUndoable(kept, tenant, what);
      const entities = what.entity === undefined ? undone.entities : [what.entity];
      return ask(tenant, await withHubSpotId(kept, what, entities), entities, options);
    },
    takeBack: async (tenant, what, options = {}) => {
      const kept = storeOf(tenant);
      const found = 'conflicts' in what ? await namedConflicts(kept, tenant, what.conflicts) : await takeableIn(kept, tenant, what);
      const entities = [...new Set(found.map(({ entity }) => entity))];
      return ask(tenant, { conflicts: found.map(({ id }) => id) }, entities, options);
    },
    conflicts: (tenant, filter = {}) => conflictsOf(storeOf(tenant), filter),
  };
}
