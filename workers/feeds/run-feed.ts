import type { Logger } from 'pino';
import type { HintReceiver } from '../../client/hints/receive';
import { VendorError } from '../../connectors/errors';
import { errorName } from '../../domain/printable';
import type { FeedStanding } from '../../store/feeds';
import type { Feed, FeedOutcome, FeedTenant, FeedTurn } from './feed';
import { pause } from './pause';

export interface RunFeedDeps {
  readonly receiver: HintReceiver;
  readonly log: Logger;
  /** This process, in leases. */
  readonly ownerId: string;
  readonly signal: AbortSignal;
}

/** A lease lasts this many looks. A process that has died is replaced after that time. */
const LEASE_LOOKS = 3;
/** The pause after failures doubles, up to this. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/** How often a stopped feed looks whether it may go on. It asks no vendor for that. */
const STOPPED_MS = 10 * 60_000;
/** A look that brings nothing new is noted at most this often, as it costs a write. */
const NOTE_EVERY_MS = 60_000;

/** Another process has taken the feed over. */
class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/** A feed whose lease this process has. */
interface Held {
  readonly term: number;
  standing: FeedStanding;
  notedAtMs: number;
}

/** Asks a feed until the signal aborts, whenever this process has its lease. Never rejects. */
export async function runFeed(feed: Feed, { tenant, store }: FeedTenant, { receiver, log, ownerId, signal }: RunFeedDeps): Promise<void> {
  const { source, everyMs } = feed;
  const { leases, feeds } = store;
  const leaseMs = LEASE_LOOKS * everyMs;
  let held: Held | null = null;
  let failures = 0;

  const take = async (): Promise<Held | null> => {
    const term = await leases.takeLease(source, ownerId, leaseMs);
    if (term === null) return null;
    if (held?.term === term) return held;
    const standing = await feeds.place(source, term);
    return standing === null ? null : { term, standing, notedAtMs: 0 };
  };

  const turnOf = (own: Held): FeedTurn => ({
    signal,
    place: own.standing.place,
    lastAt: own.standing.lastAt,
    tell: async (hints) => {
      if (hints.length > 0) await receiver.receive(tenant, source, hints);
    },
    fellBehind: async () => {
      log.warn({ tenant, feed: source }, 'the feed fell behind its vendor; a full run is asked for');
      await receiver.fellBehind(tenant, source);
    },
    moveTo: async (place) => {
      if (!(await feeds.setPlace(source, place, own.term))) throw new TakenOver('Another process has taken the feed over.');
      own.standing = { ...own.standing, place };
      // A look at many pages may last longer than the lease does.
      await leases.takeLease(source, ownerId, leaseMs);
    },
  });

  const note = async (own: Held, end: { readonly at: Date } | { readonly error: string }): Promise<void> => {
    const error = 'error' in end ? end.error : null;
    const isNew = error !== own.standing.lastError || Date.now() - own.notedAtMs >= NOTE_EVERY_MS;
    own.standing = { ...own.standing, lastError: error, ...('at' in end && { lastAt: end.at }) };
    if (!isNew) return;
    own.notedAtMs = Date.now();
    await feeds.noteLook(source, own.term, end);
  };

  /** One look, if this process has the lease. Returns the time until the next one. */
  const once = async (): Promise<number> => {
    held = await take();
    if (held === null) return everyMs;
    const outcome: FeedOutcome = await feed.look(turnOf(held));
    failures = 0;
    switch (outcome.kind) {
      case 'done':
        await note(held, { at: new Date() });
        return outcome.nextInMs ?? everyMs;
      case 'more':
        return 0;
      case 'stopped':
        if (held.standing.lastError !== outcome.message) log.warn({ tenant, feed: source }, outcome.message);
        await note(held, { error: outcome.message });
        return STOPPED_MS;
    }
  };

  const afterFailure = async (error: unknown): Promise<number> => {
    const own = held;
    held = null;
    if (signal.aborted || error instanceof TakenOver) return everyMs;
    failures += 1;
    const message = sentenceOf(error);
    log.warn({ tenant, feed: source, failures }, message);
    if (own !== null) await note(own, { error: message });
    // Another process may have better luck, such as another network.
    await leases.giveUp(source, ownerId);
    const asked = error instanceof VendorError ? (error.details.retryAfterMs ?? 0) : 0;
    return Math.max(asked, Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** (failures - 1)));
  };

  while (!signal.aborted) {
    const waitMs = await once().catch((error: unknown) => afterFailure(error).catch(() => everyMs));
    if (waitMs > 0) await pause(waitMs, signal);
  }
  await leases.giveUp(source, ownerId).catch(() => undefined);
}

/** A sentence without personal data: a vendor's errors are such. Of others only the kind is known to be safe (A6). */
function sentenceOf(error: unknown): string {
  if (error instanceof VendorError) return error.message;
  return `The feed met an unexpected failure (${errorName(error)}). It is tried again by itself.`;
}
