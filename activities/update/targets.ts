import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { officerndResourceOf } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { planForSide, writesTo } from '../../domain/plan-update';
import { observationHash } from '../../store/content-hash';
import type { Failure } from '../../store/failures';
import { inParallel } from '../../connectors/in-parallel';
import { planAfresh } from './compare';
import type { Judged } from './compare';
import { officerndObserver, readHubSpot } from '../observe/records';
import { reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import type { LinkState, ReadyWrite } from './link-state';
import type { SliceWork } from '../slice/run-slice';

export interface WriteTools extends Judged {
  readonly calls: RecordCalls;
}

/** The result of reading records again before a write. */
interface Targets {
  readonly ready: readonly ReadyWrite[];
  /** An edit has left nothing to write to this side. These links are planned again. */
  readonly toReplan: readonly LinkState[];
  /** Records that could not be read (A4). */
  readonly failed: readonly Failure[];
  /** Links whose record is gone, or was merged into another. Phase 1 of the next run deals with them. */
  readonly gone: readonly string[];
}

/** M8: reads the records of one side that are about to be written once more, and plans afresh with what they hold now. */
export async function readTargets(work: SliceWork, side: Side, states: readonly LinkState[], tools: WriteTools): Promise<Targets> {
  const ready: ReadyWrite[] = [];
  const toReplan: LinkState[] = [];
  const failed: Failure[] = [];
  const gone: string[] = [];
  const reads = await look(work, side, states, tools);
  const seen = reads.flatMap(({ kind, state }) => (kind === 'seen' ? [state] : []));
  const plans = new Map((await planAfresh(work, seen, tools)).map(({ state, plan }) => [state.link.id, plan]));
  for (const read of reads) {
    switch (read.kind) {
      case 'gone':
        gone.push(read.state.link.id);
        break;
      case 'failed':
        failed.push(tools.past.ofRecord(read.state, read.reason));
        break;
      case 'seen': {
        const plan = plans.get(read.state.link.id);
        if (plan !== undefined && writesTo(plan, side))
          ready.push({ state: read.state, plan: planForSide(plan, side), officerndRecord: read.record });
        else toReplan.push(read.state);
      }
    }
  }
  return { ready, toReplan, failed, gone };
}

type TargetRead = { readonly state: LinkState } & (
  | { readonly kind: 'seen'; readonly record: OfficerndRecord | null }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly reason: string }
);

function look(work: SliceWork, side: Side, states: readonly LinkState[], tools: WriteTools): Promise<readonly TargetRead[]> {
  return side === 'hubspot' ? lookAtHubSpot(work, states) : lookAtOfficernd(work, states, tools);
}

async function lookAtHubSpot(work: SliceWork, states: readonly LinkState[]): Promise<readonly TargetRead[]> {
  const ids = states.map(({ link }) => link.hubspotId);
  const found = await readHubSpot(work, work.input.entity, ids, new Map(states.map(({ hubspot }) => [hubspot.id, hubspot])));
  return states.map((state): TargetRead => {
    const hubspot = found.get(state.link.hubspotId);
    return hubspot?.id === state.link.hubspotId ? { kind: 'seen', state: { ...state, hubspot }, record: null } : { kind: 'gone', state };
  });
}

/**
 * Stores records that have changed since they were read, before anything is done about them. Bases are saved from this look, even if
 * nothing is written, the write is refused, or the attempt dies. Without the new values in the store, a later pass would take the old ones
 * for a change of OfficeRnD's. It would write them over HubSpot's (M3, A3). The other records, mostly all, are stored as they are.
 */
async function lookAtOfficernd(work: SliceWork, states: readonly LinkState[], { calls }: WriteTools): Promise<readonly TargetRead[]> {
  const reads = await inParallel(states, (state) => lookAtOne(work, state, calls));
  const known = new Set(states.map(({ officernd }) => observationHash(officernd)));
  const seen = reads.flatMap(({ kind, state }) => (kind === 'seen' ? [state.officernd] : []));
  await work.store.observations.record(
    work.run.generation,
    seen.filter((officernd) => !known.has(observationHash(officernd))),
  );
  return reads;
}

async function lookAtOne(work: SliceWork, state: LinkState, calls: RecordCalls): Promise<TargetRead> {
  const { entity } = work.input;
  const answer = await calls.make(() =>
    work.officernd.readOne(officerndResourceOf[entity], state.link.officerndId, { signal: work.signal }),
  );
  if (answer.kind === 'failed') return { kind: 'failed', state, reason: reasonOf(answer.error) };
  if (answer.value === null) return { kind: 'gone', state };
  return { kind: 'seen', state: { ...state, officernd: officerndObserver(work, entity)(answer.value) }, record: answer.value };
}
