import { undoneReasons } from '../../domain/preview-outcome';
import type { UndoneReason } from '../../domain/preview-outcome';
import { everyItem } from '../../store/paging';
import type { StoredOperation } from '../../store/operations';
import { UNDONE } from '../../store/undone';
import type { FoundRun } from '../runs/find-run';
import { asPlanned, inListOrder } from '../runs/run-report';
import type { PlannedOperation } from '../runs/run-report';

/** An effect that a preview lists, and that the run which applies it has not done. Its form is public (docs/commands.md). */
export interface NotDone extends PlannedOperation {
  readonly why: UndoneReason;
}

/** The listed effects that a run has not done, each with the reason. Empty while the run goes on. */
export async function notDoneIn({ run, store }: FoundRun): Promise<readonly NotDone[]> {
  const failed = await everyItem<StoredOperation>((request) => store.operations.page(run.id, { state: 'failed' }, request));
  return inListOrder(
    failed.flatMap((operation) => {
      const why = undoneReasons.find((reason) => reason === operation.error);
      return operation.id.startsWith(UNDONE) && why !== undefined ? [{ ...asPlanned(operation), why }] : [];
    }),
  );
}

/** The operations that a run has left, because the preview that it applies does not list them. */
export const unlistedIn = async ({ run, store }: FoundRun): Promise<readonly PlannedOperation[]> =>
  inListOrder((await everyItem<StoredOperation>((request) => store.operations.page(run.id, { state: 'held' }, request))).map(asPlanned));
