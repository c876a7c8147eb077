import { refusedInWords } from '../../connectors/errors';
import type { Side } from '../../domain/entity';
import type { Link } from '../../domain/link';
import type { UpdatePlan } from '../../domain/plan-update';
import type { Canonical } from '../../domain/values';
import { isVendorTrouble } from '../../domain/vendor-trouble';
import type { Failure, StoredFailure } from '../../store/failures';
import { recordHash, valueHash } from '../../store/refusal-hashes';
import type { SliceWork } from '../slice/run-slice';
import type { LinkState, ReadyWrite, Refusal, Written } from './link-state';
import { againstOf, isOfOther, namedParts, ofOther, ofPart, ofRecord, ofSearch, ofWhole, sentTo } from './refusal';
import { createSearches } from './searches';
import type { Searches } from './searches';

/** The failures of a page of links, in earlier runs and in this one (M10, A4). */
export interface PastFailures {
  /**
   * Whether a field is not sent to a side now. Either that side has refused just this value, or the field waits for its turn in a search.
   * A refused value is sent again when it, the refusing record or the definition changes, or when somebody asks.
   */
  readonly wasRefused: (state: LinkState, side: Side, field: string, value: Canonical) => boolean;
  /** Whether the link has a failure that has not been forgotten. */
  readonly hasFailed: (link: Link) => boolean;
  /** Whether the record has failed in this run, and nobody has asked for another try since. */
  readonly hasFailedNow: (link: Link) => boolean;
  /** Whether ten failures have parked the record. That lasts until its data change, or until somebody asks. */
  readonly isParked: (state: LinkState) => boolean;
  /** Whether any of the links has a value that was refused because another record holds it. */
  readonly areHeldElsewhere: () => boolean;
  readonly ofRecord: (state: LinkState, reason: string) => Failure;
  /** The failures that a refusal of the write `before` makes. None while a search for the refused field goes on. */
  readonly ofRefusal: (before: ReadyWrite, after: LinkState, side: Side, refusal: Refusal) => readonly Failure[];
  readonly searches: Searches;
  readonly note: (failures: readonly Failure[]) => Promise<void>;
  /** Stores how far searches have come, so that an attempt that is handed back loses nothing. `failed` are links that failed as a whole. */
  readonly noteSearches: (states: readonly LinkState[], failed: readonly string[]) => Promise<void>;
  /** Notes what refusals depend on, after this batch's own writes. Otherwise these would look like changes of the refusing record (A1). */
  readonly seal: (states: readonly LinkState[]) => Promise<void>;
  /** Forgets the failures of links that have been written after all. */
  readonly forgive: (written: readonly Written[]) => Promise<void>;
  /** Forgets the failures of links that need no write any more. Keeps those of refused values that still differ. */
  readonly forgetSettled: (plans: readonly UpdatePlan[]) => Promise<void>;
}

/** Chooses failures that are tried once more, whatever else they depend on. */
export type TriedAgain = (failure: StoredFailure) => boolean;

/** A refusal that may still hold. */
interface Known {
  readonly failure: Failure;
  /** Whether it holds for this batch. Decided once, by the record as it was before this batch's own writes; null until then. */
  holds: boolean | null;
}

/** Loads the failures of links. */
export async function loadPastFailures(
  work: SliceWork,
  linkIds: readonly string[],
  again: TriedAgain = () => false,
): Promise<PastFailures> {
  const { store, run, input } = work;
  const found = await store.failures.bySubjects(input.entity, 'update', linkIds);
  const notRetried = found.filter((failure) => !failure.retryRequested && !again(failure));
  const failing = new Set(found.map(({ subject }) => subject));
  const failedNow = new Set(
    notRetried
      .filter(({ field, lastRun, search }) => field === null && lastRun === run.id && search === undefined)
      .map(({ subject }) => subject),
  );
  const refused = new Map<string, Known>(
    notRetried
      .filter((failure) => failure.field !== null || isOfOther(failure))
      .map((failure) => [nameOf(failure), { failure, holds: null }]),
  );
  const parked = new Map(notRetried.filter((one) => one.field === null && one.parked).map(({ subject, dataHash }) => [subject, dataHash]));
  let areHeldElsewhere = found.some(({ heldElsewhere }) => heldElsewhere !== undefined);
  const searches = createSearches();
  const searched = new Set<string>();
  for (const { subject, side, search } of notRetried) {
    if (side === undefined || search === undefined) continue;
    searches.resume(subject, side, search);
    searched.add(subject);
  }

  const holds = (known: Known, state: LinkState): boolean => {
    const { side, field, against } = known.failure;
    known.holds ??= side === undefined || against === undefined || against === againstOf(work, state, side, field);
    return known.holds;
  };

  return {
    wasRefused: (state, side, field, value) => {
      if (searches.withholds(state.link.id, side, field)) return true;
      const known = refused.get(nameOf({ subject: state.link.id, field }));
      return known !== undefined && known.failure.dataHash === valueHash(side, field, value) && holds(known, state);
    },
    hasFailed: (link) => failing.has(link.id),
    hasFailedNow: (link) => failedNow.has(link.id),
    isParked: (state) => {
      const hash = recordHash(state);
      const whole = refused.get(nameOf({ subject: state.link.id, field: null }));
      return parked.get(state.link.id) === hash || (whole !== undefined && whole.failure.dataHash === hash && holds(whole, state));
    },
    areHeldElsewhere: () => areHeldElsewhere,
    ofRecord,
    searches,

    ofRefusal: (before, after, side, refusal) => {
      const sent = sentTo(before, side);
      const named = namedParts(work.fields, side, sent, refusal);
      const { refusedFields, reason } = refusal;
      if (named.length > 0) return named.map((part) => ofPart(work, before, side, part, refusal));
      if (refusedFields.length > 0) {
        searches.end(after.link.id);
        return [ofOther(work, after, side, refusal, refusedInWords(refusedFields))];
      }
      if (isVendorTrouble(reason) || sent.length === 0) return [ofRecord(after, reason)];
      const [only, ...others] = sent;
      const isSearched = searches.isUnderWay(after.link.id);
      if (only !== undefined && others.length === 0 && !isSearched) return [ofPart(work, before, side, only, refusal)];
      const step = searches.afterRefusal(after.link.id, side, sent);
      if (step === null) return [ofRecord(after, reason)];
      const ofFound = step.found === null ? [] : [ofPart(work, before, side, step.found, refusal)];
      if (step.kind === 'whole') return [...ofFound, ofWhole(work, after, side, refusal)];
      return step.kind === 'given-up' ? [...ofFound, ofRecord(after, reason)] : ofFound;
    },

    note: async (failures) => {
      for (const failure of failures) {
        failing.add(failure.subject);
        if (failure.heldElsewhere !== undefined) areHeldElsewhere = true;
        if (failure.field !== null || isOfOther(failure)) refused.set(nameOf(failure), { failure, holds: true });
      }
      await store.failures.record(run.id, failures, work.now());
    },

    noteSearches: async (states, failed) => {
      const underWay = states.flatMap((state): readonly Failure[] => {
        const found = searches.of(state.link.id);
        return found === null ? [] : [ofSearch(state, found.side, found.search)];
      });
      const over = states.flatMap(({ link: { id } }) => (searched.has(id) && !searches.isUnderWay(id) && !failed.includes(id) ? [id] : []));
      for (const { subject } of underWay) {
        searched.add(subject);
        failing.add(subject);
      }
      for (const id of over) searched.delete(id);
      await store.failures.record(run.id, underWay, work.now());
      await store.failures.clear(input.entity, 'update', over, [null]);
    },

    seal: async (states) => {
      const byLink = new Map(states.map((state) => [state.link.id, state]));
      const changed = [...refused.values()].flatMap(({ failure, holds: isHolding }): readonly Failure[] => {
        const state = byLink.get(failure.subject);
        if (isHolding !== true || state === undefined || failure.side === undefined) return [];
        const now = { ...failure, against: againstOf(work, state, failure.side, failure.field) };
        const sealed = failure.field === null ? { ...now, dataHash: recordHash(state) } : now;
        return sealed.against === failure.against && sealed.dataHash === failure.dataHash ? [] : [sealed];
      });
      await store.failures.restate(changed);
    },

    forgive: async (written) => {
      for (const { before, after } of written.filter((one) => failing.has(one.after.link.id))) {
        const fields = before.plan.changes.filter(({ action }) => action !== 'drift').map(({ field }) => field);
        for (const field of [null, ...fields]) refused.delete(nameOf({ subject: after.link.id, field }));
        await store.failures.clear(input.entity, 'update', [after.link.id], [null, ...fields]);
      }
    },

    forgetSettled: async (plans) => {
      for (const { link, refused: held } of plans.filter((plan) => failing.has(plan.link.id))) {
        const over = found.filter(({ subject, field }) => subject === link.id && (field === null || !held.includes(field)));
        if (over.length === 0) continue;
        await store.failures.clear(
          input.entity,
          'update',
          [link.id],
          over.map(({ field }) => field),
        );
      }
    },
  };
}

const nameOf = ({ subject, field }: Pick<Failure, 'subject' | 'field'>): string => `${subject} ${field ?? ''}`;
