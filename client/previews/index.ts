import type { Entity } from '../../domain/entity';
import type { Store } from '../../store/store';
import type { SyncRequest, SyncTicket } from '../../workflows/api';
import { actorOf } from '../actor';
import type { AskOptions } from '../runs/until-answered';
import { applyIn } from './apply';

export interface ApplyOptions extends AskOptions {
  /** The person or program that asks. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
  readonly note?: string;
  /** Called when a cancelled run has to end first. */
  readonly onCancelled?: () => void;
}

/** The result of applying a preview: the run that carries it out; for `queued`, a run ahead of it. */
export interface ApplyOutcome extends SyncTicket {
  readonly preview: string;
  /** The number of effects that the preview lists. Each field of an update is one. */
  readonly effects: number;
}

/** Verbs for previews. */
export interface PreviewVerbs {
  /**
   * Carries out what a preview lists, as far as it would still be planned the same, and nothing else. Starts a run, joins the one that does
   * so already, or queues it. Throws `ApprovalRefusedError` where the preview is stale, has expired or was carried out. Needs the store.
   * @param preview the run id of the preview
   */
  readonly apply: (tenant: string, preview: string, options?: ApplyOptions) => Promise<ApplyOutcome>;
}

interface PreviewVerbsDeps {
  readonly store: Store | undefined;
  readonly request: (
    demand: { readonly tenant: string; readonly entities: readonly Entity[] },
    options: AskOptions & Pick<ApplyOptions, 'onCancelled'>,
    more: Pick<SyncRequest, 'applies'>,
  ) => Promise<SyncTicket>;
}

/** The verbs for previews of one client. */
export const createPreviewVerbs = ({ store, request }: PreviewVerbsDeps): PreviewVerbs => ({
  apply: async (tenant, preview, { by = actorOf(), note, ...options } = {}) => {
    if (store === undefined) throw new Error('This client has no store, and previews are kept there; give createSyncClient a store.');
    const { effects } = await applyIn(store, tenant, preview, { by, note: note ?? null, at: new Date() });
    // The run takes the preview's entities. A worker of an older release knows of no preview, and then does nothing.
    return { preview, effects, ...(await request({ tenant, entities: [] }, options, { applies: preview })) };
  },
});
