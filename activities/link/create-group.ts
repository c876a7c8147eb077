import { inParallel } from '../../connectors/in-parallel';
import { isHeldElsewhere, VendorError } from '../../connectors/errors';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { JsonValue } from '../../domain/json';
import { reviewOf } from '../../domain/review';
import type { StoredOperation, UnfinishedCreate } from '../../store/operations';
import { reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import type { SliceWork } from '../slice/run-slice';
import { completeCreates, endOperations } from './complete-creates';
import type { CreatedRecord, JournalledCreation } from './complete-creates';
import type { CreateDecision } from './creation';
import { takenHashes } from './holders';
import { findCreated, isOver } from './late-effect';
import { linkIdFailure } from './link-property';
import { refusedLinkId, sendCreate } from './send-create';
import type { CreateAnswer } from './send-create';

/** After a longer wait for the limiter, the time of sending is noted again (L12). */
const LONGEST_UNNOTED_WAIT_MS = 5_000;

/** The facts that one step knows or finds out. */
export interface CreateSlice {
  readonly calls: RecordCalls;
  /** L6: OfficeRnD takes no link id for this entity, so nothing more is sent. */
  isLinkIdRefused: boolean;
  /** Creations that were refused for the first time in this run because another record holds a value (M10). */
  taken: number;
}

/** A creation that is to be sent, or was. */
export interface PendingCreation extends JournalledCreation {
  readonly values: Readonly<Record<string, JsonValue>>;
  /** The newest attempt whose outcome is unknown, of any run (L12). */
  readonly earlier: UnfinishedCreate | null;
}

/** Creates some records together: looks for those that may be there already, then sends the others. */
export async function createGroup(work: SliceWork, slice: CreateSlice, group: readonly PendingCreation[]): Promise<void> {
  await work.crashPoint('create-planned');
  await work.assertOwner();
  const made: (CreatedRecord & PendingCreation & CreateAnswer)[] = [];
  const begun = new Set<PendingCreation>();
  let marked: readonly PendingCreation[] = [];
  const attempt = async (): Promise<void> => {
    const looked = await inParallel(group, async (creation) => {
      const { answer, isAbsent } = await lookFor(work, creation, slice.calls);
      if (answer !== null) made.push({ ...creation, ...answer });
      return isAbsent ? [creation] : [];
    });
    const toSend = looked.flat();
    if (slice.isLinkIdRefused) {
      await endOperations(work, operationsOf(toSend), 'failed', LINK_ID_REFUSED);
      return;
    }
    await mark(work, toSend, 'calling');
    marked = toSend;
    await work.crashPoint('create-calling');
    await work.assertOwnerCached();
    await inParallel(toSend, async (creation) => {
      begun.add(creation);
      const answer = await sendOne(work, slice, creation);
      if (answer === null) return;
      await work.crashPoint('create-called');
      made.push({ ...creation, ...answer });
    });
  };
  await attempt().catch(async (error: unknown) => {
    // When the vendor wants a pause, or the run is ended, the records that were made are stored. After a lost right to write, or a failure
    // of the store, nothing is.
    if (!(error instanceof VendorError || work.signal.aborted)) throw error;
    await work.assertOwner();
    await completeCreates(work, made);
    const unsent = marked.filter((creation) => !begun.has(creation));
    await mark(work, unsent, 'planned');
    throw error;
  });
  await work.assertOwnerCached();
  await completeCreates(work, made);
  await endEarlier(work, made);
  await work.guard.check(made.flatMap(({ body, record }) => (body === undefined ? [] : [{ before: null, body, after: record }])));
}

const operationsOf = (creations: readonly JournalledCreation[]): readonly StoredOperation[] => creations.map(({ operation }) => operation);

const mark = ({ store, run }: SliceWork, creations: readonly JournalledCreation[], state: 'calling' | 'planned'): Promise<void> =>
  store.operations.setState(
    run.id,
    operationsOf(creations).map(({ id }) => id),
    state,
  );

/** Attempts of earlier runs that are settled now. */
async function endEarlier({ store, run }: SliceWork, made: readonly PendingCreation[]): Promise<void> {
  for (const { earlier } of made)
    if (earlier !== null && earlier.run !== run.id) await store.operations.setState(earlier.run, [earlier.id], 'failed', 'superseded');
}

/**
 * L12: looks for the record of an earlier attempt. A record that is there is linked. One that is not there counts as absent only when the
 * attempt can't take effect any more; until then its creation waits. Without an attempt it is absent.
 */
async function lookFor(
  work: SliceWork,
  { decision: { observation }, operation, earlier }: PendingCreation,
  calls: RecordCalls,
): Promise<{ readonly answer: CreateAnswer | null; readonly isAbsent: boolean }> {
  if (earlier === null) return { answer: null, isAbsent: true };
  const isTimeOver = isOver(work, earlier);
  const outcome = await calls.make(() => findCreated(work, observation, { isTimeOver }));
  // Nothing is known, so nothing is sent.
  if (outcome.kind === 'failed') return { answer: null, isAbsent: false };
  const [record, ...others] = outcome.value;
  if (record === undefined) return { answer: null, isAbsent: isTimeOver };
  if (others.length > 0) {
    await reportSeveral(work, observation.id, outcome.value, operation);
    return { answer: null, isAbsent: false };
  }
  return { answer: { record, sent: earlier.fields, isFound: true }, isAbsent: false };
}

/** L12, L2: two records carry one link id, so a person decides, as in any later run. */
async function reportSeveral(
  work: SliceWork,
  hubspotId: string,
  records: readonly OfficerndRecord[],
  operation: StoredOperation,
): Promise<void> {
  const { store, run, input, now } = work;
  const officerndIds = records.map(({ id }) => id);
  const review = reviewOf({ entity: input.entity, kind: 'ambiguous', rule: 'L2', officerndIds, hubspotIds: [hubspotId] });
  await store.reviews.open(run.id, [review], now());
  await endOperations(work, [operation], 'failed', 'ambiguous');
}

/** Sends a creation. Returns null when no record is known to be there, and notes why. */
async function sendOne(work: SliceWork, slice: CreateSlice, creation: PendingCreation): Promise<CreateAnswer | null> {
  const { operation, decision, earlier } = creation;
  const { calls } = slice;
  let markedAtMs = work.now().getTime();
  const noteSending = async (): Promise<void> => {
    if (work.now().getTime() - markedAtMs > LONGEST_UNNOTED_WAIT_MS) {
      await mark(work, [creation], 'calling');
      markedAtMs = work.now().getTime();
    }
  };
  const outcome = await calls.makeOnce(() =>
    sendCreate(work, creation, noteSending).catch(async (error: unknown) => {
      if (error instanceof VendorError && isWithoutEffect(error)) await mark(work, [creation], 'planned');
      throw error;
    }),
  );
  if (outcome.kind === 'done') return outcome.value;
  const { error } = outcome;
  if (error.details.mayHaveHappened === true) {
    // The record may be there already. If it is not, this proves nothing yet.
    const sent = { ...operation, sentAt: work.now() };
    const { answer } = await lookFor(work, { ...creation, earlier: sent }, calls);
    // A creation that has got no answer before is the record's own trouble, and parked at last (A4).
    if (answer === null && earlier !== null) await fail(work, decision, reasonOf(error), null);
    return answer;
  }
  const linkIdReason = refusedLinkId(error);
  if (linkIdReason !== null) {
    slice.isLinkIdRefused = true;
    await work.store.failures.record(work.run.id, [linkIdFailure(work, linkIdReason)], work.now());
    await endOperations(work, [operation], 'failed', LINK_ID_REFUSED);
    return null;
  }
  const reason = reasonOf(error);
  const held = isHeldElsewhere(reason) ? (await takenHashes(work, [decision])).get(decision.observation.id) : undefined;
  if (held !== undefined) slice.taken += 1;
  await fail(work, held === undefined ? decision : { ...decision, dataHash: held }, reason, operation);
  return null;
}

const LINK_ID_REFUSED = 'link-id-refused';

/** After these errors nothing can have happened, and the creation may be sent again. */
const isWithoutEffect = ({ kind, details }: VendorError): boolean =>
  details.mayHaveHappened !== true && (kind === 'rate-limited' || kind === 'unavailable');

/** Reports a record that was not created. Ends its operation when one is given: only where nothing can have happened. */
export async function fail(
  work: SliceWork,
  { observation, dataHash }: CreateDecision,
  reason: string,
  operation: StoredOperation | null,
): Promise<void> {
  const { store, run } = work;
  await store.failures.record(
    run.id,
    [{ entity: observation.entity, subject: observation.id, phase: 'link', field: null, reason, dataHash }],
    work.now(),
  );
  if (operation !== null) await endOperations(work, [operation], 'failed', reason);
}
