import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { basesOfCreated, basesOfFound } from '../../domain/creation-bases';
import { pairId } from '../../domain/link';
import type { FieldChange } from '../../domain/operation';
import type { StoredOperation } from '../../store/operations';
import type { CreateDecision } from './creation';
import { LINK_SUBJECT } from './link-property';
import { officerndObserver } from '../observe/records';
import type { SliceWork } from '../slice/run-slice';

/** A creation in the journal, with the decision that it carries out. */
export interface JournalledCreation {
  readonly operation: StoredOperation;
  readonly decision: CreateDecision;
}

/** A creation that OfficeRnD has a record for. */
export interface CreatedRecord extends JournalledCreation {
  readonly record: OfficerndRecord;
  /** The fields that OfficeRnD was sent, without those that it has refused (M10). */
  readonly sent: readonly FieldChange[];
  /** Whether OfficeRnD was asked for the record, since the creation may have happened, rather than answered with it (L12). */
  readonly isFound: boolean;
}

/**
 * Stores the results of creations: first the records, then the bases that both sides now share (M7), then the links. The state `applied`
 * comes last, so that an attempt after a crash completes them again.
 */
export async function completeCreates(work: SliceWork, made: readonly CreatedRecord[]): Promise<void> {
  if (made.length === 0) return;
  const { store, run, input, fields, context } = work;
  const { entity } = input;
  const observe = officerndObserver(work, entity);
  const pairs = made.map(({ decision, record, sent, isFound }) => ({
    hubspot: decision.observation,
    officernd: observe(record),
    sent,
    isFound,
  }));
  await store.observations.record(
    run.generation,
    pairs.map(({ officernd }) => officernd),
  );
  const snapshots = pairs.map(
    ({ officernd, hubspot, sent, isFound }) =>
      [
        pairId(entity, officernd.id, hubspot.id),
        isFound ? basesOfFound(fields, officernd, sent, context) : basesOfCreated(fields, officernd, hubspot, sent, context),
      ] as const,
  );
  await store.snapshots.save(new Map(snapshots), entity);
  await work.crashPoint('create-snapshot');
  // Readings and bases are ordered by their fence. Links and the journal are not, so a host may not have stood still before these.
  await work.assertOwnerCached();
  const now = work.now().toISOString();
  await store.links.activate(
    pairs.map(({ officernd, hubspot }) => ({
      entity,
      officerndId: officernd.id,
      hubspotId: hubspot.id,
      origin: 'created',
      run: run.id,
      linkedAt: now,
      pairedAt: now,
    })),
  );
  await work.crashPoint('create-applied');
  await work.assertOwnerCached();
  // OfficeRnD takes the link id, as soon as it has taken one (L6).
  const subjects = [...pairs.map(({ hubspot }) => hubspot.id), ...(pairs.every(({ isFound }) => isFound) ? [] : [LINK_SUBJECT])];
  await store.failures.clear(entity, 'link', subjects);
  await endOperations(
    work,
    made.map(({ operation }) => operation),
    'applied',
  );
}

/** Notes how operations have ended. */
export const endOperations = (
  work: SliceWork,
  operations: readonly StoredOperation[],
  state: 'applied' | 'failed',
  error?: string,
): Promise<void> =>
  work.store.operations.setState(
    work.run.id,
    operations.map(({ id }) => id),
    state,
    error,
  );
