import type { FieldChange, OperationKind } from '../../domain/operation';
import type { Entity } from '../../domain/entity';
import { LEFT } from '../../domain/undoing';
import { everyItem } from '../../store/paging';
import type { FoundRun } from '../runs/find-run';
import { readOperations } from '../runs/run-report';
import type { PlannedOperation } from '../runs/run-report';
import { sentenceOf } from './sentences';

/** Something that a run was asked to take back, and left as it is. */
export interface LeftUndone {
  readonly entity: Entity;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  /** The field, with both sides' present values; null for a link. */
  readonly change: FieldChange | null;
  readonly kind: OperationKind;
  /** Short and stable, for programs. */
  readonly why: string;
  readonly sentence: string;
}

/** The operations of a run that takes back, and all that it leaves. A preview's have not been done. */
export interface UndoListing {
  readonly operations: readonly PlannedOperation[];
  readonly left: readonly LeftUndone[];
}

/** Reads both from the run's journal. */
export async function undoListing(found: FoundRun): Promise<UndoListing> {
  const { run, store } = found;
  const [operations, left] = await Promise.all([
    readOperations(found, { states: ['planned', 'held', 'calling', 'applied'] }),
    everyItem((request) => store.operations.page(run.id, { state: 'failed', reasons: LEFT }, request)),
  ]);
  return {
    operations,
    left: left.map(({ entity, officerndId, hubspotId, fields, kind, error }) => ({
      entity,
      officerndId,
      hubspotId,
      change: fields[0] ?? null,
      kind,
      why: error ?? 'unknown',
      sentence: sentenceOf(error),
    })),
  };
}
