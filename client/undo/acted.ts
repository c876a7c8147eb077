import type { TenantStore } from '../../store/store';
import type { SyncTicket } from '../../workflows/api';
import { actorOf } from '../actor';

/** The person or program that asks for something, and why. */
export interface Actor {
  /** @default ORSYNC_ACTOR, else the system's user */
  readonly by: string;
  readonly note: string;
}

/** The run fact that says who asked for the run. */
const ASKED_BY = 'asked-by';

/** Records who asked for a run, and when. Of a request that is queued, the run ahead of it keeps the note. */
export async function noteActor(
  { runs }: TenantStore,
  { runId, outcome }: SyncTicket,
  { by = actorOf(), note }: Partial<Actor>,
): Promise<void> {
  const name = outcome === 'queued' ? `${ASKED_BY}/next` : ASKED_BY;
  await runs.setFact(runId, name, { by, at: new Date().toISOString(), note: note ?? null });
}
