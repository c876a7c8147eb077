import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { VendorError } from '../../connectors/errors';
import type { BatchUpdateOptions, HubSpotUpdateOutcome } from '../../connectors/hubspot/connector';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { writeBody } from '../../connectors/officernd/record';
import { QUICK_TRIES, quickPauseMs } from '../../connectors/patience';
import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import { erasesOn } from '../../domain/erasure';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { observationHash } from '../../store/content-hash';
import { lookUpHubSpot } from '../observe/records';
import { beforeWrite } from '../slice/before-write';
import { lookThenWrite } from '../slice/look-then-write';
import type { LookedWrite, SeenTarget } from '../slice/look-then-write';
import type { ReadyWrite } from './link-state';
import type { SliceWork } from '../slice/run-slice';

/** The sending of writes. Each leaves after all waits, soon after a look at its record (M8), and while this attempt may write. */

/**
 * Returns a function that writes one OfficeRnD record as it was read, and that may be called again after a failure. For every later try the
 * record is read again: it may have changed, and the write that got no good answer may have happened. For an erasure its source is, too (M6).
 * A short pause that OfficeRnD asks for is thrown at once: other records are written first.
 */
export function officerndWriter(
  work: SliceWork,
  { state, plan, officerndRecord, look, place }: ReadyWrite & { readonly officerndRecord: OfficerndRecord },
): () => Promise<LookedWrite> {
  const body = writeBody(officerndRecord.body, plan.officerndChanges);
  let seen: SeenTarget | undefined = { record: officerndRecord, look, place };
  const isAsPlanned = async (record: OfficerndRecord): Promise<boolean> => {
    if (!isDeepStrictEqual(record.body, officerndRecord.body)) return false;
    return !erasesOn(plan, 'officernd') || (await unchangedAmong(work, [state.hubspot])).has(state.hubspot.id);
  };
  return async () => {
    const first = seen;
    seen = undefined;
    return lookThenWrite(work, {
      resource: officerndResourceOf[work.input.entity],
      id: state.link.officerndId,
      handsBackPauses: true,
      ...(first !== undefined && { seen: first }),
      bodyFor: async (record) => (record === officerndRecord || (await isAsPlanned(record)) ? body : null),
    });
  };
}

/**
 * Writes a batch of HubSpot records as they were read. A record that has changed, when they must be read again, is `unaccounted`. They are
 * read again when the look has grown too old, and soon after the connection broke.
 */
export async function sendBatch(work: SliceWork, targets: readonly ReadyWrite[]): Promise<ReadonlyMap<HubSpotId, HubSpotUpdateOutcome>> {
  const [first] = targets;
  if (first === undefined) return new Map();
  // A batch has one look, which all of its writes share.
  const { look, place } = first;
  const known = new Map(targets.map(({ state, plan }) => [state.hubspot.id, { observation: state.hubspot, plan }]));
  let broken = 0;
  const lookAgain: NonNullable<BatchUpdateOptions['lookAgain']> = async (ids, reason) => {
    if (reason instanceof VendorError) {
      broken += 1;
      // An erasure needs its source, too, which the next attempt reads.
      if (reason.details.broke !== true || broken >= QUICK_TRIES || targets.some(({ plan }) => erasesOn(plan, 'hubspot'))) return null;
      await sleep(quickPauseMs(broken, Math.random), undefined, { signal: work.signal });
    }
    const again = await work.hubspot.reserve({ signal: work.signal });
    look.again();
    // An erasure is planned afresh, with its source.
    const repeatable = ids.flatMap((id) => {
      const one = known.get(id);
      return one === undefined || erasesOn(one.plan, 'hubspot') ? [] : [one.observation];
    });
    const unchanged = await unchangedAmong(work, repeatable, { beforeSend: look.begin, place: again.look });
    return { unchanged, place: again.write };
  };
  return work.hubspot.batchUpdate(
    hubSpotObjectOf[work.input.entity],
    targets.map(({ state, plan }) => ({ id: state.link.hubspotId, properties: plan.hubspotChanges })),
    { signal: work.signal, beforeSend: beforeWrite(work, look), lookAgain, ...(place !== undefined && { place: place.write }) },
  );
}

/** Reads HubSpot records again, and returns the ids of those that are as they were. */
async function unchangedAmong(
  work: SliceWork,
  before: readonly Observation[],
  call: Parameters<typeof lookUpHubSpot>[4] = {},
): Promise<ReadonlySet<HubSpotId>> {
  const known = new Map(before.map((observation) => [observation.id, observation]));
  const found = await lookUpHubSpot(work, work.input.entity, [...known.keys()], known, call);
  return new Set(
    before
      .map(({ id }) => id)
      .filter((id) => {
        const [was, now] = [known.get(id), found.get(id)];
        return was !== undefined && now?.id === id && observationHash(now) === observationHash(was);
      }),
  );
}
