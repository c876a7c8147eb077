import type { HubSpotUpdateOutcome } from '../../connectors/hubspot/connector';
import { sides } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { FieldBase, Snapshot } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import { baseAfterUndo, basesWithSideEffects } from '../../domain/plan-undo';
import { baseAfterWrite, writesTo } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import { isUnreadIn } from '../../domain/unread';
import type { VendorError } from '../../connectors/errors';
import type { ConflictRecord } from '../../store/conflicts';
import { inParallel } from '../../connectors/in-parallel';
import { officerndObserver, readHubSpot } from '../observe/records';
import { reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import type { LookedWrite } from '../slice/look-then-write';
import type { OfficerndAnswer } from '../slice/write-guard';
import { conflictOf } from './compare';
import type { ReadyWrite, WriteOutcome, Written } from './link-state';
import { officerndWriter, sendBatch } from './send';
import { isBinding } from '../slice/listed-effects';
import type { SliceWork } from '../slice/run-slice';
import { unlessPaused } from '../slice/short-pause';
import type { Postponed } from './targets';
import { operationId, rewrittenBy, updateOperations } from './update-operations';

export interface RoundEnd {
  readonly written: readonly Written[];
  /** OfficeRnD wants a short pause before these are written. They are to be read again before. */
  readonly postponed: readonly Postponed[];
}

/**
 * Writes a batch of plans. The order makes a crash harmless at any point (A2):
 *
 * | step | stores or sends                                                      | after a crash, the next attempt                |
 * | ---- | -------------------------------------------------------------------- | ---------------------------------------------- |
 * | 1    | operations as `planned`, conflicts, bases of fields that agree (M1)  | plans the same writes with the same ids        |
 * | 2    | OfficeRnD's writes, record by record, and what it gave back          | sees both sides agree (M1)                     |
 * | 3    | the bases of these fields (M7)                                       | has only HubSpot's writes left                 |
 * | 4    | HubSpot's writes, in batches; reads them back                        | sees both sides agree (M1)                     |
 * | 5    | the bases of these fields (M7)                                       | has nothing to write, and notes the operations |
 * | 6    | operations as `applied` or `failed`                                  | has nothing to do                              |
 */
export async function writeRound(work: SliceWork, writes: readonly ReadyWrite[], calls: RecordCalls): Promise<RoundEnd> {
  const { store, run } = work;
  await work.assertOwner();
  const operations = writes.flatMap((write) => updateOperations(write.plan, isBinding(run)));
  await store.operations.plan(run.id, operations);
  await store.conflicts.record(writes.flatMap(({ plan }) => lossesOf(work, plan)));
  // Saved before the write: a side effect of it may end an agreement (M11), which a crash in between must not lose (A2).
  const agreed = writes.filter(({ plan }) => plan.snapshotChanged);
  await store.snapshots.save(new Map(agreed.map(({ plan }) => [plan.link.id, plan.snapshot])), work.input.entity);
  await work.crashPoint('update-planned');

  const { results: officernd, postponed } = await writeOfficernd(work, writes, calls);
  await work.crashPoint('update-officernd-called');
  const left = new Set(postponed.map(({ state }) => state.link.id));
  const ended = writes.filter(({ state }) => !left.has(state.link.id));
  const takenOver = ended.flatMap((before): (readonly [string, Snapshot])[] => {
    const result = officernd.get(before.state.link.id);
    if (result === undefined || (result.observation === undefined && !takesBack(before))) return [];
    return [[before.state.link.id, basesAfter(work, before, { officernd: result })]];
  });
  await store.snapshots.save(new Map(takenOver), work.input.entity);
  await work.crashPoint('update-officernd-snapshot');
  const hubspot = await writeHubSpot(work, ended);
  await work.crashPoint('update-hubspot-read');

  const written = ended.map((before): Written => {
    const { link } = before.state;
    const o = officernd.get(link.id);
    const h = hubspot.get(link.id);
    const after = { ...before.state, officernd: o?.observation ?? before.state.officernd, hubspot: h?.observation ?? before.state.hubspot };
    const results = { ...(o !== undefined && { officernd: o }), ...(h !== undefined && { hubspot: h }) };
    const outcomes = { ...(o !== undefined && { officernd: o.outcome }), ...(h !== undefined && { hubspot: h.outcome }) };
    return {
      before,
      after: { ...after, snapshot: basesAfter(work, before, results) },
      outcomes,
      ...(o?.answer !== undefined && { answer: o.answer }),
    };
  });
  // Links that were written to OfficeRnD alone have their bases stored already.
  const read = written.filter(({ after }) => hubspot.has(after.link.id));
  await store.snapshots.save(new Map(read.map(({ after }) => [after.link.id, after.snapshot])), work.input.entity);
  await work.crashPoint('update-applied');
  // The bases are ordered by their fence, the journal is not.
  await work.assertOwnerCached();
  for (const side of ['officernd', 'hubspot'] as const) {
    const idsOf = (...kinds: readonly WriteOutcome['kind'][]) =>
      written
        .filter(({ outcomes }) => kinds.some((kind) => kind === outcomes[side]?.kind))
        .map(({ before }) => operationId(before.plan, side));
    await store.operations.restate(run.id, rewrittenBy(work, side, written));
    await store.operations.setState(run.id, idsOf('written'), 'applied');
    await store.operations.setState(run.id, idsOf('refused', 'vanished'), 'failed', 'refused');
  }
  return { written, postponed };
}

interface SideResult {
  readonly outcome: WriteOutcome;
  readonly observation?: Observation;
  readonly answer?: OfficerndAnswer;
}

async function writeOfficernd(
  work: SliceWork,
  writes: readonly ReadyWrite[],
  calls: RecordCalls,
): Promise<{ readonly results: ReadonlyMap<string, SideResult>; readonly postponed: readonly Postponed[] }> {
  const targets = writes.flatMap((write) => {
    const { officerndRecord, plan } = write;
    return officerndRecord === null || !writesTo(plan, 'officernd') ? [] : [{ ...write, officerndRecord }];
  });
  if (targets.length === 0) return { results: new Map(), postponed: [] };
  await work.assertOwnerCached();
  const postponed: Postponed[] = [];
  const results = await inParallel(targets, async (target): Promise<[string, SideResult][]> => {
    const write = officerndWriter(work, target);
    const outcome = await unlessPaused(calls.make(async () => resultOf(work, await write())));
    if (outcome.kind === 'postponed') {
      postponed.push({ state: target.state, refusal: outcome.refusal });
      return [];
    }
    return [[target.state.link.id, outcome.kind === 'done' ? outcome.value : { outcome: refusal(outcome.error) }]];
  });
  // An answer may be long in coming. An attempt that was taken over meanwhile neither stores it nor builds on it.
  await work.assertOwnerCached();
  const all = results.flat();
  await work.store.observations.record(
    work.run.generation,
    all.flatMap(([, { observation }]) => observation ?? []),
  );
  return { results: new Map(all), postponed };
}

const wordsOf = ({ said }: { readonly said?: string }): { readonly said?: string } => (said === undefined ? {} : { said });
function resultOf(work: SliceWork, result: LookedWrite): SideResult {
  const observe = officerndObserver(work, work.input.entity);
  switch (result.kind) {
    case 'written':
      return { outcome: { kind: 'written' }, observation: observe(result.answer.after), answer: result.answer };
    case 'left':
      return result.record === null
        ? { outcome: { kind: 'vanished' } }
        : { outcome: { kind: 'unaccounted' }, observation: observe(result.record) };
  }
}

const refusal = (error: VendorError): WriteOutcome =>
  error.kind === 'not-found'
    ? { kind: 'vanished' }
    : { kind: 'refused', refusedFields: error.details.refusedFields ?? [], reason: reasonOf(error), ...wordsOf(error.details) };

async function writeHubSpot(work: SliceWork, writes: readonly ReadyWrite[]): Promise<ReadonlyMap<string, SideResult>> {
  const { entity } = work.input;
  const targets = writes.filter(({ plan }) => Object.keys(plan.hubspotChanges).length > 0);
  if (targets.length === 0) return new Map();
  const known = new Map(targets.map(({ state }) => [state.hubspot.id, state.hubspot]));
  await work.assertOwnerCached();
  const outcomes = await sendBatch(work, targets);
  await work.assertOwnerCached();
  await work.crashPoint('update-hubspot-called');
  const readBack = await readHubSpot(
    work,
    entity,
    targets.map(({ state }) => state.link.hubspotId),
    known,
  );
  return new Map(
    targets.map(({ state: { link } }) => [
      link.id,
      hubSpotResult(link.hubspotId, outcomes.get(link.hubspotId), readBack.get(link.hubspotId)),
    ]),
  );
}

function hubSpotResult(id: HubSpotId, outcome: HubSpotUpdateOutcome | undefined, observation: Observation | undefined): SideResult {
  if (observation === undefined || observation.id !== id) return { outcome: { kind: 'vanished' } };
  if (outcome?.kind === 'updated') return { outcome: { kind: 'written' }, observation };
  if (outcome?.kind === 'refused') return { outcome, observation };
  return { outcome: { kind: outcome?.kind === 'missing' ? 'vanished' : 'unaccounted' }, observation };
}

/**
 * M7: the bases after a write. The written side's is the value that it gave back, the other side's the value that was copied. If that one
 * has changed in the meantime, the next comparison finds it changed. A person may have done so, or another field's write (M11).
 */
function basesAfter(work: SliceWork, { state, plan }: ReadyWrite, results: { readonly [side in Side]?: SideResult }): Snapshot {
  const bases: Record<string, FieldBase> = { ...plan.snapshot };
  for (const { field: key, action, rule } of plan.changes) {
    const side = action === 'writeOfficernd' ? 'officernd' : action === 'writeHubspot' ? 'hubspot' : null;
    const field = work.fields.find((one) => one.key === key);
    if (side === null || field === undefined) continue;
    const result = results[side];
    if (result?.outcome.kind !== 'written' || result.observation === undefined) {
      const before = state.snapshot[key];
      // X1: the base went back before the value, which has not.
      if (rule === 'X1' && result?.outcome.kind === 'refused' && before !== undefined) bases[key] = before;
      continue;
    }
    const [officernd, hubspot] = side === 'officernd' ? [result.observation, state.hubspot] : [state.officernd, result.observation];
    // V1: what the vendor left out of the reading after the write is not blank. The next comparison finds both sides equal (M1).
    if (isUnreadIn(field, result.observation)) continue;
    const base = baseAfterWrite(field, officernd, hubspot, work.context);
    if (rule === 'X1') bases[key] = baseAfterUndo(side, base, bases[key]);
    // D2: until HubSpot has the value, too, a plain run may carry it over (M3).
    else if (rule !== 'D2' || side === 'hubspot' || base.officernd.canonical === base.hubspot.canonical) bases[key] = base;
  }
  return sides.reduce((all, side) => {
    const after = results[side]?.observation;
    return after === undefined ? all : basesWithSideEffects(all, { ...work, plan, side, before: state[side], after });
  }, bases);
}

/** Whether a write takes back what a run wrote (X1). */
const takesBack = ({ plan }: ReadyWrite): boolean => plan.changes.some(({ rule }) => rule === 'X1');

const lossesOf = (work: SliceWork, plan: UpdatePlan): readonly ConflictRecord[] =>
  plan.losses.map(({ kind, change }) => conflictOf(work, plan.link, kind, change));
