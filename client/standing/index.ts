import type { Client } from '@temporalio/client';
import { ConfigurationError } from '../../config/configuration-error';
import type { Part } from '../../domain/part-of-list';
import type { Hint } from '../../domain/hints/hint';
import type { Verdict } from '../../domain/verdict';
import type { Store } from '../../store/store';
import type { Progress } from '../../workflows/api';
import { actorOf } from '../actor';
import { createHintReceiver } from '../hints/receive';
import { leaveRequest } from '../runs/ask';
import type { SyncDemand } from '../runs/ask';
import type { RunUnderWay } from '../runs/find-run';
import { failureGroups } from './failures';
import type { FailureFilter, ShownFailureGroup } from './failures';
import { readStatus } from './read-status';
import { rejectedNow, rejectIn, withdrawRejections } from './reject';
import type { RejectedProposals } from './reject';
import { retryIn } from './retry';
import type { RetryDemand, Retried } from './retry';
import { readSchedule } from './shown-schedule';
import type { ShownSchedule } from './shown-schedule';
import type { TenantStatus } from './status';

export interface RejectOptions {
  /** Only this part of the list. @default all of it */
  readonly part?: Part;
  /** The person or program that rejects. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
  readonly note?: string;
}

/** Verbs of a `SyncClient` about how a tenant stands, and about what waits for a person. All but `leave` and `schedule` need the store. */
export interface StandingVerbs {
  /**
   * Everything that a person needs to act: the run, what waits and for whom, what is out of step. Names and values in it are for the screen of
   * who asks.
   */
  readonly status: (tenant: string, options?: { readonly onSilence?: () => void }) => Promise<TenantStatus>;
  /** The tenant's own Temporal Schedule; null where there is none. Needs no store. */
  readonly schedule: (tenant: string) => Promise<ShownSchedule | null>;
  /** The failures that stand, by vendor, code and field, with examples. */
  readonly failures: (tenant: string, filter?: FailureFilter) => Promise<readonly ShownFailureGroup[]>;
  /** Makes the next run try failures again: all, those of entities or records, or a group. Null for a group that is not there. */
  readonly retry: (tenant: string, demand?: RetryDemand) => Promise<Retried | null>;
  /**
   * Rejects a proposal, all that a run ended with, or a part of it (P2). No run does these effects or proposes them again until something about
   * them has changed. Throws `ApprovalRefusedError`.
   * @param id of the proposal or of the run, or its beginning; null for the only proposal that waits
   */
  readonly reject: (tenant: string, id: string | null, options?: RejectOptions) => Promise<RejectedProposals>;
  /** The effects that are rejected now. */
  readonly rejected: (tenant: string) => Promise<readonly Verdict[]>;
  /** Takes rejections back, so that the next run proposes these effects again. Returns how many. */
  readonly withdrawRejections: (tenant: string, part: Part, options?: Omit<RejectOptions, 'part'>) => Promise<number>;
  /**
   * Leaves a request for a sync with Temporal, without waiting for a worker: it is carried out as soon as one runs. Returns the id of the run
   * that has it. Throws while a cancelled run has not ended, since that one would lose it.
   */
  readonly leave: (demand: SyncDemand) => Promise<string>;
  /** T1: says that records may have changed. They are read again and kept in step within seconds, once the tenant has had its first sync. */
  readonly hint: (tenant: string, hints: readonly Hint[]) => Promise<void>;
}

export interface StandingDeps extends RunUnderWay {
  readonly temporal: Client;
  readonly store: Store | undefined;
  readonly queuePrefix: string;
}

/** The verbs of a client for one namespace and one store. */
export function createStandingVerbs({ store: given, progress, ...sources }: StandingDeps): StandingVerbs {
  const storeOf = (): Store => {
    if (given === undefined) throw new Error('This client has no store, and this is kept there; give createSyncClient a store.');
    return given;
  };
  const recordOf = ({ by = actorOf(), note }: Omit<RejectOptions, 'part'>) => ({ by, note: note ?? null, at: new Date() });
  return {
    status: (tenant, { onSilence } = {}) => {
      const quietly = async (of: string): Promise<Progress | null> => {
        try {
          return await progress(of);
        } catch (error) {
          // A person has to correct this, such as a missing key. Anything else means that no worker answers.
          if (error instanceof ConfigurationError) throw error;
          onSilence?.();
          return null;
        }
      };
      return readStatus({ ...sources, store: storeOf(), progress: quietly }, tenant);
    },
    schedule: (tenant) => readSchedule(sources.temporal, tenant, sources.queuePrefix),
    failures: (tenant, filter) => failureGroups(storeOf(), tenant, filter),
    retry: (tenant, demand = {}) => retryIn(storeOf().forTenant(tenant), demand),
    reject: async (tenant, id, { part, ...said } = {}) => {
      const isUnderWay = id !== null && (await sources.runningId(tenant)) === id;
      return rejectIn(storeOf(), tenant, { id, isUnderWay }, recordOf(said), part);
    },
    rejected: (tenant) => rejectedNow(storeOf().forTenant(tenant)),
    withdrawRejections: (tenant, part, said = {}) => withdrawRejections(storeOf().forTenant(tenant), part, recordOf(said)),
    leave: (demand) => leaveRequest(sources.temporal, sources.queuePrefix, demand),
    hint: async (tenant, hints) => {
      const receiver = createHintReceiver({ store: storeOf(), temporal: sources.temporal, prefix: sources.queuePrefix });
      await receiver.receive(tenant, 'person', hints);
      await receiver.flush();
    },
  };
}
