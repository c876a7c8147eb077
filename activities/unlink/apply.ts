import { inParallel } from '../../connectors/in-parallel';
import type { Entity } from '../../domain/entity';
import { LINK_PATH } from '../../domain/ids';
import type { HubSpotId } from '../../domain/ids';
import type { Link, RetireReason } from '../../domain/link';
import { pairId } from '../../domain/link';
import { bagsWithHiddenValue, isInBag } from '../../domain/unread';
import type { Failure } from '../../store/failures';
import type { StoredOperation } from '../../store/operations';
import { clearLinkId } from './clear-link-id';
import { takeBackLink } from './take-back-link';
import { nextPart, readPart } from '../slice/cursor';
import { hashOf } from '../../store/content-hash';
import { readHubSpot } from '../observe/records';
import { createRecordCalls, reasonOf } from '../slice/calls-per-record';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { unreadPathsOf } from '../slice/unread-facts';

const PAGE = 100;
/** Ends come first: a record that is still in a link can't enter another one (L13). */
const parts = ['ends', 'beginnings'] as const;
const kindsOf = { ends: ['unlink'], beginnings: ['relink', 'link'] } as const;

/**
 * Phase 1, applying: carries out the planned operations, each of which may be repeated. Where OfficeRnD refuses a change, the link stays
 * and the failure is reported. It holds back no other record (A4).
 */
export async function applyUnlinksStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { part, after } = readPart(cursor, parts);
  const filter = { phase: 'unlink', entity: input.entity, state: 'planned', kinds: kindsOf[part] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after, limit: PAGE });
  const [restored, failures, unwritable] = await Promise.all([
    unlinksOfRestored(work, items),
    loadUnlinkFailures(work, items),
    unlinksWithHiddenValue(work, items),
  ]);
  const calls = createRecordCalls(work.signal);
  const applyOne = async (operation: StoredOperation): Promise<void> => {
    const setEnd = (isDone: boolean, error?: string) =>
      store.operations.setState(run.id, [operation.id], isDone ? 'applied' : 'failed', error);
    if (restored.has(operation.id)) return setEnd(false, 'no-longer-true');
    if (operation.reason === 'D1') await endByHand(work, operation);
    if (failures.isParked(operation)) return setEnd(false, 'parked');
    if (unwritable.has(operation.id)) return setEnd(false, 'unread');
    await work.crashPoint('unlink-planned');
    await work.assertOwner();
    const outcome = await calls.make(() => apply(work, operation));
    if (outcome.kind === 'failed') {
      await store.failures.record(run.id, [failures.failureOf(operation, reasonOf(outcome.error))], work.now());
      return setEnd(false, 'refused');
    }
    await work.crashPoint('unlink-applied');
    await work.assertOwnerCached();
    return setEnd(outcome.value, outcome.value ? undefined : 'link-taken');
  };
  let left = items;
  // S2: the first write to OfficeRnD goes alone.
  while (left.some(clearsLinkId) && !(await work.guard.isProven())) {
    const end = left.findIndex(clearsLinkId) + 1;
    await inParallel(left.slice(0, end), applyOne);
    left = left.slice(end);
  }
  await inParallel(left, applyOne);
  return { cursor: nextPart(part, next, parts), counters: {} };
}

/** Whether an operation writes to OfficeRnD. */
const clearsLinkId = ({ kind, reason }: StoredOperation): boolean => (kind === 'unlink' ? reason !== 'U5' : reason === 'X2');

/** Earlier failures to end the links of OfficeRnD records (A4). */
interface UnlinkFailures {
  /** Whether ten failures have parked the record. That lasts until it changes in OfficeRnD, or until somebody asks for it. */
  readonly isParked: (operation: StoredOperation) => boolean;
  readonly failureOf: (operation: StoredOperation, reason: string) => Failure;
}

async function loadUnlinkFailures(
  { store, run, input: { entity } }: SliceWork,
  operations: readonly StoredOperation[],
): Promise<UnlinkFailures> {
  const ids = operations.flatMap(({ officerndId }) => officerndId ?? []);
  const [past, hashes] = await Promise.all([
    store.failures.bySubjects(entity, 'unlink', ids),
    store.observations.hashesByIds(run.generation, 'officernd', entity, ids),
  ]);
  const parked = new Set(past.filter((failure) => failure.parked).map(({ subject, dataHash }) => `${subject} ${dataHash}`));
  const subjectOf = ({ officerndId }: StoredOperation): string => officerndId ?? '';
  const hashFor = (operation: StoredOperation): string => hashOf([operation.hubspotId, hashes.get(subjectOf(operation)) ?? null]);
  return {
    isParked: (operation) => parked.has(`${subjectOf(operation)} ${hashFor(operation)}`),
    failureOf: (operation, reason) => ({
      entity,
      subject: subjectOf(operation),
      phase: 'unlink',
      field: null,
      reason,
      dataHash: hashFor(operation),
    }),
  };
}

/** Returns the unlinks whose HubSpot record exists again. An approval may come days after the plan, so each id is read once more (U2). */
async function unlinksOfRestored(work: SliceWork, operations: readonly StoredOperation[]): Promise<ReadonlySet<string>> {
  const unlinks = operations.filter(({ kind, reason }) => kind === 'unlink' && (reason === 'U1' || reason === 'U7'));
  const found = await readHubSpot(
    work,
    work.input.entity,
    unlinks.flatMap(({ hubspotId }) => (hubspotId === null ? [] : [hubspotId])),
  );
  return new Set(unlinks.filter(({ hubspotId }) => hubspotId !== null && found.has(hubspotId)).map(({ id }) => id));
}

/**
 * Returns the unlinks whose OfficeRnD record holds a custom property that the listing hides, or may hold one (V2). Clearing the link id
 * sends the whole bag, and might erase it. The link stays until a run can read the property.
 */
async function unlinksWithHiddenValue(work: SliceWork, operations: readonly StoredOperation[]): Promise<ReadonlySet<string>> {
  const clearings = operations.filter(clearsLinkId);
  if (clearings.length === 0) return new Set();
  const unreadPaths = await unreadPathsOf(work, work.fields);
  if (unreadPaths.size === 0) return new Set();
  const linkIdOfOperation = ({ entity, officerndId, hubspotId }: StoredOperation): string =>
    pairId(entity, officerndId ?? '', hubspotId ?? '');
  const snapshots = await work.store.snapshots.byLinkIds(clearings.map(linkIdOfOperation));
  const isHidden = (operation: StoredOperation): boolean =>
    isInBag(LINK_PATH, bagsWithHiddenValue(work.fields, snapshots.get(linkIdOfOperation(operation)) ?? {}, unreadPaths));
  return new Set(clearings.filter(isHidden).map(({ id }) => id));
}

/** Carries out one operation. Returns false when a record has entered another link in the meantime (L13). */
async function apply(work: SliceWork, operation: StoredOperation): Promise<boolean> {
  const { kind, reason, entity, officerndId, hubspotId, id } = operation;
  const { store, run } = work;
  if (officerndId === null || hubspotId === null) throw new Error(`Operation ${kind} needs both records.`);
  if (reason === 'X2') {
    const isDone = await takeBackLink(work, operation, { entity, officerndId, hubspotId });
    if (isDone && kind === 'unlink') await forgetFailures(work, entity, officerndId, pairId(entity, officerndId, hubspotId));
    return isDone;
  }
  switch (kind) {
    case 'unlink': {
      const retired = pairId(entity, officerndId, hubspotId);
      if (reason === 'U5') await suppress(work, entity, hubspotId);
      else await clearLinkId(work, entity, officerndId, hubspotId);
      await work.crashPoint('unlink-called');
      await work.assertOwnerCached();
      await store.links.retire(retired, retireReason(reason), run.id);
      await forgetFailures(work, entity, officerndId, retired);
      return true;
    }
    case 'relink':
      return relink(work, id.slice('relink/'.length), { entity, officerndId, hubspotId });
    case 'link':
      return restore(work, { entity, officerndId, hubspotId });
    case 'create':
    case 'updateOfficernd':
    case 'updateHubspot':
      throw new Error(`Phase 1 plans no ${kind}.`);
  }
}

/** D1: ends a link at once. OfficeRnD may refuse to clear the id; later runs try that again, and the two are apart all the same. */
async function endByHand(work: SliceWork, { entity, officerndId, hubspotId }: StoredOperation): Promise<void> {
  const { store, run } = work;
  if (officerndId === null || hubspotId === null) return;
  const ended = pairId(entity, officerndId, hubspotId);
  await work.assertOwner();
  await store.links.retire(ended, 'by-hand', run.id);
  await store.failures.clear(entity, 'update', [ended]);
}

/** Forgets what failed for a link and what kept it from ending, as it has ended. */
async function forgetFailures({ store }: SliceWork, entity: Entity, officerndId: string, linkId: string): Promise<void> {
  await store.failures.clear(entity, 'unlink', [officerndId]);
  await store.failures.clear(entity, 'update', [linkId]);
}

/**
 * U5: keeps a HubSpot record from being created again. If it was merged away in the meantime, its survivor is suppressed too, which would
 * be created otherwise.
 */
async function suppress({ store, run, now }: SliceWork, entity: Entity, hubspotId: HubSpotId): Promise<void> {
  const survivors = await store.observations.byMergedIds(run.generation, entity, [hubspotId]);
  await store.suppressions.add(entity, [hubspotId, ...[...survivors.values()].map(({ id }) => id)], run.id, now());
}

type LinkPair = Pick<Link, 'entity' | 'officerndId' | 'hubspotId'>;

/** U6: links a restored HubSpot record again. */
async function restore({ store, run, now }: SliceWork, pair: LinkPair): Promise<boolean> {
  const pairedAt = now().toISOString();
  const { refused } = await store.links.activate([{ ...pair, origin: 'restored', run: run.id, linkedAt: pairedAt, pairedAt }]);
  return refused.length === 0;
}

/** U3: gives the pair its new name, and takes its base along. */
async function relink({ store, run, now, crashPoint }: SliceWork, oldId: string, pair: LinkPair): Promise<boolean> {
  const { entity, officerndId, hubspotId } = pair;
  const before = await store.links.activeByOfficerndIds(entity, [officerndId]);
  const base = (await store.snapshots.byLinkIds([oldId])).get(oldId);
  if (base !== undefined) await store.snapshots.save(new Map([[pairId(entity, officerndId, hubspotId), base]]), entity);
  await crashPoint('relink-snapshot');
  const pairedAt = now().toISOString();
  const linkedAt = before.get(officerndId)?.linkedAt ?? pairedAt;
  const isDone = await store.links.relink(oldId, { ...pair, origin: 'relinked', run: run.id, linkedAt, pairedAt });
  if (isDone) await store.failures.clear(entity, 'update', [oldId]);
  return isDone;
}

function retireReason(rule: string): RetireReason {
  switch (rule) {
    case 'U5':
      return 'officernd-deleted';
    case 'U3':
      return 'merged';
    case 'D1':
      return 'by-hand';
    default:
      return 'hubspot-deleted';
  }
}
