import { inParallel } from '../../connectors/in-parallel';
import type { VendorError } from '../../connectors/errors';
import type { WritePlace } from '../../connectors/limits';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { officerndResourceOf } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { erasesOn } from '../../domain/erasure';
import { planForSide, writesTo } from '../../domain/plan-update';
import type { Failure } from '../../store/failures';
import { planAfresh, planOf } from './compare';
import type { Judged } from './compare';
import type { RecordCalls } from '../slice/calls-per-record';
import { lookAtTarget } from '../slice/look-then-write';
import type { Look } from '../slice/looks';
import type { LinkState, ReadyWrite } from './link-state';
import type { SliceWork } from '../slice/run-slice';
import { unlessPaused } from '../slice/short-pause';
import { failedRead, readHubSpotAgain, readSources, recordChanged, seenOrGone } from './sources';
import type { NotSeen } from './sources';

export interface WriteTools extends Judged {
  readonly calls: RecordCalls;
}

/** The result of reading records again before a write. */
interface Targets {
  readonly ready: readonly ReadyWrite[];
  /** Nothing is left to write to this side, or a source must be read first (M6). These links are planned again. */
  readonly toReplan: readonly LinkState[];
  /** Records that could not be read (A4). */
  readonly failed: readonly Failure[];
  /** Links whose record is gone, or was merged into another. Phase 1 of the next run deals with them. */
  readonly gone: readonly string[];
  /** OfficeRnD wants a short pause before these are read. */
  readonly postponed: readonly Postponed[];
}

/** A link whose record was not read, or not written, because OfficeRnD wants a short pause. */
export interface Postponed {
  readonly state: LinkState;
  readonly refusal: VendorError;
}

/**
 * M8: takes the places of a write before its records are read again, so that no wait comes between. OfficeRnD takes one record a call: there
 * is a place for each record, as many as the limits let through now. HubSpot takes a batch, which has one place.
 */
export const takePlaces = async (work: SliceWork, side: Side, most: number): Promise<readonly WritePlace[]> =>
  side === 'hubspot' ? [await work.hubspot.reserve({ signal: work.signal })] : work.officernd.reserve(most, { signal: work.signal });

/**
 * M8: reads the records of one side that are about to be written once more, and plans afresh with what they hold now. Where a value would be
 * erased (M6), the source record is read again before.
 */
export async function readTargets(
  work: SliceWork,
  side: Side,
  { states, places }: { readonly states: readonly LinkState[]; readonly places: readonly WritePlace[] },
  tools: WriteTools,
): Promise<Targets> {
  const { past, calls } = tools;
  const isErasing = (state: LinkState): boolean => erasesOn(planOf(work, state, tools), side);
  const erasing = states.filter(isErasing);
  const sources = erasing.length === 0 ? [] : await readSources(work, side, erasing, calls);
  const seenSources = new Map(sources.flatMap((read) => (read.kind === 'seen' ? [[read.state.link.id, read.state] as const] : [])));
  const isOut = new Set(sources.flatMap(({ kind, state }) => (kind === 'seen' ? [] : [state.link.id])));
  const known = states.filter(({ link }) => !isOut.has(link.id)).map((state) => seenSources.get(state.link.id) ?? state);

  const ready: ReadyWrite[] = [];
  const toReplan: LinkState[] = [];
  const notSeen: NotSeen[] = sources.flatMap((read) => (read.kind === 'seen' ? [] : [read]));
  const reads = await lookAt(work, side, { states: known, places }, calls);
  const seen = reads.flatMap((read) => (read.kind === 'seen' ? [read] : []));
  notSeen.push(...reads.flatMap((read) => (read.kind === 'gone' || read.kind === 'failed' ? [read] : [])));
  const plans = await planAfresh(
    work,
    seen.map(({ state }) => state),
    tools,
  );
  const planned = new Map(plans.map(({ state, plan }) => [state.link.id, planForSide(plan, side)]));
  for (const { state, ...target } of seen) {
    const plan = planned.get(state.link.id);
    const lacksSource = plan !== undefined && erasesOn(plan, side) && !seenSources.has(state.link.id);
    if (plan !== undefined && writesTo(plan, side) && !lacksSource) ready.push({ ...target, state, plan });
    else toReplan.push(state);
  }
  return {
    ready,
    toReplan,
    failed: notSeen.flatMap((read) => (read.kind === 'failed' ? [past.ofRecord(read.state, read.reason)] : [])),
    gone: notSeen.flatMap(({ kind, state }) => (kind === 'gone' ? [state.link.id] : [])),
    postponed: reads.flatMap((read) => (read.kind === 'postponed' ? [read] : [])),
  };
}

type TargetRead =
  | NotSeen
  | ({ readonly kind: 'postponed' } & Postponed)
  | {
      readonly kind: 'seen';
      readonly state: LinkState;
      readonly officerndRecord: OfficerndRecord | null;
      readonly look: Look;
      readonly place: WritePlace | undefined;
    };

interface ToLookAt {
  readonly states: readonly LinkState[];
  readonly places: readonly WritePlace[];
}

const lookAt = (work: SliceWork, side: Side, targets: ToLookAt, calls: RecordCalls): Promise<readonly TargetRead[]> =>
  side === 'hubspot' ? lookAtHubSpot(work, targets) : lookAtOfficernd(work, targets, calls);

async function lookAtHubSpot(work: SliceWork, { states, places: [place] }: ToLookAt): Promise<readonly TargetRead[]> {
  const look = work.looks.next();
  const reads = await readHubSpotAgain(work, states, { beforeSend: look.begin, ...(place !== undefined && { place: place.look }) });
  return reads.map((read) => (read.kind === 'gone' ? read : { ...read, officerndRecord: null, look, place }));
}

async function lookAtOfficernd(work: SliceWork, { states, places }: ToLookAt, calls: RecordCalls): Promise<readonly TargetRead[]> {
  const targets = states.map((state, index) => ({ state, place: places[index] }));
  const reads = await inParallel(targets, ({ state, place }) => lookAtOne(work, { state, place }, calls));
  await recordChanged(work, states, reads);
  return reads;
}

async function lookAtOne(
  work: SliceWork,
  { state, place }: { readonly state: LinkState; readonly place: WritePlace | undefined },
  calls: RecordCalls,
): Promise<TargetRead> {
  const target = { resource: officerndResourceOf[work.input.entity], id: state.link.officerndId, handsBackPauses: true };
  const answer = await unlessPaused(calls.make(() => lookAtTarget(work, target, { place })));
  if (answer.kind === 'postponed') return { ...answer, state };
  if (answer.kind === 'failed') return failedRead(state, answer.error);
  const read = seenOrGone(work, state, answer.value.record);
  const { record: officerndRecord, look } = answer.value;
  return read.kind === 'gone' ? read : { ...read, officerndRecord, look, place: answer.value.place };
}
