import { inParallel } from '../../connectors/in-parallel';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { officerndResourceOf } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import type { VendorError } from '../../connectors/errors';
import { observationHash } from '../../store/content-hash';
import { officerndObserver, readHubSpot } from '../observe/records';
import { reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import type { LinkState } from './link-state';
import type { SliceWork } from '../slice/run-slice';

/** A record that was to be read again and is not there, or could not be read (A4). */
export type NotSeen = { readonly state: LinkState } & ({ readonly kind: 'gone' } | { readonly kind: 'failed'; readonly reason: string });

/** A link with its source record as it is now. */
export type SourceRead = NotSeen | { readonly kind: 'seen'; readonly state: LinkState };

/**
 * M6, M8: reads the source records of erasures again: the side that is not written. A value that was blank in the listing may have been filled since.
 */
export function readSources(
  work: SliceWork,
  target: Side,
  states: readonly LinkState[],
  calls: RecordCalls,
): Promise<readonly SourceRead[]> {
  return target === 'officernd' ? readHubSpotAgain(work, states) : readOfficerndSources(work, states, calls);
}

/** Reads the HubSpot records of links again, and returns each link with its record as it is now. */
export async function readHubSpotAgain(
  work: SliceWork,
  states: readonly LinkState[],
  call: Parameters<typeof readHubSpot>[4] = {},
): Promise<readonly Exclude<SourceRead, { kind: 'failed' }>[]> {
  const ids = states.map(({ link }) => link.hubspotId);
  const found = await readHubSpot(work, work.input.entity, ids, new Map(states.map(({ hubspot }) => [hubspot.id, hubspot])), call);
  return states.map((state) => {
    const hubspot = found.get(state.link.hubspotId);
    return hubspot?.id === state.link.hubspotId ? { kind: 'seen', state: { ...state, hubspot } } : { kind: 'gone', state };
  });
}

async function readOfficerndSources(work: SliceWork, states: readonly LinkState[], calls: RecordCalls): Promise<readonly SourceRead[]> {
  const resource = officerndResourceOf[work.input.entity];
  const reads = await inParallel(states, async (state): Promise<SourceRead> => {
    const answer = await calls.make(() => work.officernd.readOne(resource, state.link.officerndId, { signal: work.signal }));
    return answer.kind === 'failed' ? failedRead(state, answer.error) : seenOrGone(work, state, answer.value);
  });
  await recordChanged(work, states, reads);
  return reads;
}

export const failedRead = (state: LinkState, error: VendorError): NotSeen => ({ kind: 'failed', state, reason: reasonOf(error) });

/** The link with its OfficeRnD record as it was read now. */
export const seenOrGone = (work: SliceWork, state: LinkState, record: OfficerndRecord | null): Exclude<SourceRead, { kind: 'failed' }> =>
  record === null
    ? { kind: 'gone', state }
    : { kind: 'seen', state: { ...state, officernd: officerndObserver(work, work.input.entity)(record) } };

/**
 * Stores OfficeRnD records that have changed since they were read, before anything is done about them. Bases are saved from this look, even
 * if nothing is written, the write is refused, or the attempt dies. Without the new values in the store, a later pass would take the old ones
 * for a change of OfficeRnD's. It would write them over HubSpot's (M3, A3). The other records, mostly all, are stored as they are.
 */
export async function recordChanged(
  work: SliceWork,
  states: readonly LinkState[],
  reads: readonly { readonly kind: string; readonly state: LinkState }[],
): Promise<void> {
  const known = new Set(states.map(({ officernd }) => observationHash(officernd)));
  const seen = reads.flatMap(({ kind, state }) => (kind === 'seen' ? [state.officernd] : []));
  await work.store.observations.record(
    work.run.generation,
    seen.filter((officernd) => !known.has(observationHash(officernd))),
  );
}
