import { isHeldElsewhere } from '../../connectors/errors';
import { groupBy } from '../../domain/group-by';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { shareKey } from '../../domain/match';
import { isNoFailure } from '../../domain/plan-create';
import { isVendorTrouble } from '../../domain/vendor-trouble';
import { isWaitingFor } from '../../domain/rulings';
import type { Failure, StoredFailure } from '../../store/failures';
import { heldAmong } from '../brakes';
import { linkedParents, pageOfUnlinked, sharingKey } from './candidates';
import { decideCreations, operationOf } from './creation';
import type { CreateDecision } from './creation';
import { takenHashes } from './holders';
import { noteNotCreated } from './note-outcomes';
import { isOver, unfinishedOf } from './late-effect';
import { LINK_SUBJECT, linkIdFailure, standingRefusal } from './link-property';
import { isEverythingLinked } from '../observe/shortcuts';
import type { SliceWork, StepResult } from '../slice/run-slice';

const PAGE = 500;

/** Phase 2, planning: plans the creation of each HubSpot record that has no link and no open review, or reports why not (L6–L10). */
export async function planCreatesStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  if (cursor === null && (await isEverythingLinked(work))) return { cursor: null, counters: {} };
  const { unlinked, next } = await pageOfUnlinked(work, { after: cursor, limit: PAGE });
  if (unlinked.length === 0) return { cursor: next, counters: {} };
  const ids = unlinked.map(({ id }) => id);
  const [rulings, reviews, suppressed, failures] = await Promise.all([
    work.rulings(),
    store.reviews.ofRun(run.id, entity, { hubspotIds: ids, officerndIds: [] }),
    suppressedAmong(work, unlinked),
    store.failures.bySubjects(entity, 'link', [...ids, LINK_SUBJECT]),
  ]);
  const naming = groupBy(reviews, ({ hubspotIds }) => hubspotIds);
  const unmatched = unlinked.filter(({ id }) => !(naming.get(id) ?? []).some((review) => isWaitingFor(review, id, rulings)));
  const wanted = unmatched.filter(({ id }) => rulings.isToBeCreated(id) || !(suppressed.has(id) || rulings.isSetAside('hubspot', id)));
  const planned = await decideCreations(work, await withoutHeld(work, wanted));
  await noteNotCreated(work, planned, unlinked, reviews);
  const tried = new Set(planned.filter(isTried).map(({ observation }) => observation.id));
  const idle = failures.filter(({ subject }) => subject !== LINK_SUBJECT && !tried.has(subject)).map(({ subject }) => subject);
  if (idle.length > 0) await store.failures.clear(entity, 'link', idle);
  const fresh = await withoutRefused(work, planned, failures);
  const { creations, waiting: late } = await sendable(
    work,
    fresh.filter(({ plan }) => plan.kind === 'create'),
    failures,
  );
  await store.operations.plan(
    run.id,
    creations.flatMap((creation) => operationOf(work, creation, rulings.isToBeCreated(creation.observation.id) ? 'D1' : 'L6')),
  );
  await store.failures.record(
    run.id,
    fresh.flatMap((decision) => failureOf(decision)),
    work.now(),
  );
  return { cursor: next, counters: { skipped: unmatched.length - creations.length - late, waiting: late } };
}

/** Leaves out records that an earlier failure still keeps from being sent. */
async function withoutRefused(
  work: SliceWork,
  planned: readonly CreateDecision[],
  failures: readonly StoredFailure[],
): Promise<readonly CreateDecision[]> {
  const standing = failures.filter(isStillRefused);
  const refused = new Set(standing.map(({ subject, dataHash }) => `${subject} ${dataHash}`));
  const held = new Set(standing.filter(({ reason }) => isHeldElsewhere(reason)).map(({ subject }) => subject));
  const hashes = await takenHashes(
    work,
    planned.filter(({ observation }) => held.has(observation.id)),
  );
  return planned.filter(
    ({ observation: { id }, dataHash }) => !refused.has(`${id} ${dataHash}`) && !refused.has(`${id} ${hashes.get(id) ?? ''}`),
  );
}

/**
 * The creations that may be sent now, and how many wait for the outcome of an earlier run's attempt (L12). The records of those may come to
 * be at any time, and are adopted then (L2). While OfficeRnD refuses the link id, none may be sent, and each run says so (L6).
 */
async function sendable(
  work: SliceWork,
  creations: readonly CreateDecision[],
  failures: readonly StoredFailure[],
): Promise<{ readonly creations: readonly CreateDecision[]; readonly waiting: number }> {
  const { store, run, input } = work;
  if (creations.length === 0) return { creations, waiting: 0 };
  const refusal = standingRefusal(failures, work);
  if (refusal !== null) {
    await store.failures.record(run.id, [linkIdFailure(work, refusal.reason)], work.now());
    return { creations: [], waiting: 0 };
  }
  const ids = creations.map(({ observation }) => observation.id);
  const unfinished = await unfinishedOf(work, input.entity, ids);
  const sent = creations.filter(({ observation: { id } }) => {
    const earlier = unfinished.get(id);
    return earlier === undefined || earlier.run === run.id || isOver(work, earlier);
  });
  return { creations: sent, waiting: creations.length - sent.length };
}

/** U4: leaves out records whose creation depends on a link that a brake holds. They are decided after the approval. */
async function withoutHeld(work: SliceWork, records: readonly Observation[]): Promise<readonly Observation[]> {
  const { store, run } = work;
  if (records.length === 0 || (await store.operations.count(run.id, { phase: 'unlink', state: 'held' })) === 0) return records;
  return withoutChildrenOfHeld(work, await withoutMatchesOfHeld(work, records));
}

/** A company or member that may be gone from OfficeRnD (U5) can't take new records, and the records would be wrong without it. */
async function withoutChildrenOfHeld(work: SliceWork, records: readonly Observation[]): Promise<readonly Observation[]> {
  const linked = await linkedParents(work, records);
  const [companies, members] = await Promise.all([
    heldAmong(work, [...new Set(linked.companies.values())], 'company'),
    heldAmong(work, [...new Set(linked.members.values())], 'member'),
  ]);
  return records.filter(
    ({ parents }) =>
      !parents.companies.some((id) => companies.has(linked.companies.get(id) ?? '')) &&
      !parents.members.some((id) => members.has(linked.members.get(id) ?? '')),
  );
}

/**
 * Leaves out records that share a key with an OfficeRnD record whose unlinking is held. That happens when a list was deleted in HubSpot and
 * imported again: the two may be the same person or company. Matching decides after the approval (L3).
 */
async function withoutMatchesOfHeld(work: SliceWork, records: readonly Observation[]): Promise<readonly Observation[]> {
  const found = await Promise.all((['email', 'name'] as const).map((key) => sharingKey(work, 'officernd', key, records)));
  const matches = found.flat();
  const { isToBeCreated } = await work.rulings();
  const heldIds = await heldAmong(work, [...new Set(matches.map(({ id }) => id))]);
  const held = matches.filter(({ id }) => heldIds.has(id));
  return records.filter(({ id, keys }) => isToBeCreated(id) || !held.some((match) => shareKey(keys, match.keys)));
}

/**
 * U5: returns the suppressed ones of these records. A merge lifts no suppression: the surviving record is suppressed in place of the merged
 * one. From then on, a person can ask for the survivor (`orsync retry`).
 */
async function suppressedAmong({ store, run, input, now }: SliceWork, records: readonly Observation[]): Promise<ReadonlySet<HubSpotId>> {
  const { entity } = input;
  const suppressed = await store.suppressions.among(
    entity,
    records.flatMap(({ id, mergedIds }) => [id, ...mergedIds]),
  );
  const survivors = records.filter(({ mergedIds }) => mergedIds.some((id) => suppressed.has(id)));
  if (survivors.length === 0) return suppressed;
  const survivorIds = new Set(survivors.map(({ id }) => id));
  await store.suppressions.add(entity, [...survivorIds], run.id, now());
  await store.suppressions.remove(
    entity,
    survivors.flatMap(({ mergedIds }) => mergedIds.filter((id) => !survivorIds.has(id))),
  );
  return new Set([...suppressed, ...survivorIds]);
}

/**
 * Whether an earlier failure keeps a record from being sent. A refusal does while data and configuration are the same (L6). Trouble of the
 * vendor does only once it has parked the record (A4).
 */
const isStillRefused = ({ retryRequested, parked, reason }: StoredFailure): boolean =>
  !retryRequested && (parked || !isVendorTrouble(reason));

function failureOf({ observation, plan, dataHash }: CreateDecision): readonly Failure[] {
  if (plan.kind === 'create' || isNoFailure(plan.reason)) return [];
  return [{ entity: observation.entity, subject: observation.id, phase: 'link', field: null, reason: plan.reason, dataHash }];
}

/** Whether the record can fail. One that waits for a person, or that the tenant does not want created, cannot. */
const isTried = ({ plan }: CreateDecision): boolean => plan.kind === 'create' || !isNoFailure(plan.reason);
