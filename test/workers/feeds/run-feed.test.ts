import { pino } from 'pino';
import { VendorError } from '../../../connectors/errors';
import type { FeedStanding } from '../../../store/feeds';
import type { TenantStore } from '../../../store/store';
import type { Feed, FeedTenant, FeedTurn } from '../../../workers/feeds/feed';
import { runFeed } from '../../../workers/feeds/run-feed';
import { poll } from '../../support/poll';

/** How a feed is asked again and again, with a store in memory that one owner has to itself. */

interface Kept {
  readonly noted: ({ readonly at: Date } | { readonly error: string })[];
  readonly givenUp: { count: number };
  readonly tenant: FeedTenant;
}

function keeping({ isTakenOver = () => false }: { readonly isTakenOver?: () => boolean } = {}): Kept {
  const noted: Kept['noted'] = [];
  const givenUp = { count: 0 };
  let term = 1;
  let standing: FeedStanding = { name: 'journal', place: null, lastAt: null, lastError: null };
  const store = {
    leases: {
      takeLease: async () => term,
      giveUp: async () => {
        givenUp.count += 1;
        term += 1;
      },
    },
    feeds: {
      place: async () => standing,
      setPlace: async (_name: string, place: string) => {
        if (isTakenOver()) return false;
        standing = { ...standing, place };
        return true;
      },
      noteLook: async (_name: string, _term: number, end: Kept['noted'][number]) => void noted.push(end),
    },
  } as unknown as TenantStore;
  return { noted, givenUp, tenant: { tenant: 'acme', store } as unknown as FeedTenant };
}

/** Asks until the feed has looked so often, and a look more has not begun. */
async function ask(
  look: (turn: FeedTurn, looks: number) => ReturnType<Feed['look']>,
  times: number,
  kept: Kept,
  everyMs = 1,
): Promise<readonly number[]> {
  const ending = new AbortController();
  const at: number[] = [];
  const log = pino({ level: 'silent' });
  const receiver = { receive: async () => undefined, fellBehind: async () => undefined, flush: async () => undefined };
  const feed: Feed = {
    source: 'journal',
    everyMs,
    look: async (turn) => {
      at.push(Date.now());
      try {
        return await look(turn, at.length);
      } finally {
        if (at.length >= times) ending.abort();
      }
    },
  };
  await runFeed(feed, kept.tenant, { receiver, log, ownerId: 'me', signal: ending.signal });
  return at;
}

test('a quiet feed is noted once a minute, not at each look', async () => {
  const kept = keeping();
  await ask(async () => ({ kind: 'done' }), 5, kept);
  expect(kept.noted).toEqual([{ at: expect.any(Date) as Date }]);
});

test('a failure is noted in one sentence, the lease is given up, and the recovery is noted at once', async () => {
  const kept = keeping();
  await ask(
    async (_turn, looks) => {
      if (looks === 2) throw new VendorError('unavailable', 'HubSpot is away.', { vendor: 'hubspot', route: 'GET x' });
      return { kind: 'done' };
    },
    4,
    kept,
  );
  expect(kept.noted).toEqual([{ at: expect.any(Date) as Date }, { error: 'HubSpot is away.' }, { at: expect.any(Date) as Date }]);
  // Once after the failure, and once at the end.
  expect(kept.givenUp.count).toBe(2);
});

test('A6 words of an unexpected failure are not repeated', async () => {
  const kept = keeping();
  await ask(
    async (_turn, looks) => {
      if (looks === 1) throw new TypeError('ann@example.com is no number');
      return { kind: 'done' };
    },
    2,
    kept,
  );
  expect(kept.noted[0]).toEqual({ error: 'The feed met an unexpected failure (TypeError). It is tried again by itself.' });
});

test('pauses after failures double, and a longer one that the vendor asks for is kept', async () => {
  const asked = new VendorError('rate-limited', 'Wait.', { vendor: 'hubspot', route: 'GET x', retryAfterMs: 200 });
  const at = await ask(
    async (_turn, looks) => {
      if (looks === 4) throw asked;
      if (looks < 4) throw new Error('no luck');
      return { kind: 'done' };
    },
    5,
    keeping(),
    20,
  );
  const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(pauses[1]).toBeGreaterThanOrEqual(38);
  expect(pauses[2]).toBeGreaterThanOrEqual(78);
  expect(pauses[3]).toBeGreaterThanOrEqual(198);
});

test('a look that lost its lease ends quietly: its successor tells the same', async () => {
  const kept = keeping({ isTakenOver: () => true });
  await ask(
    async ({ moveTo }) => {
      await moveTo('further');
      return { kind: 'done' };
    },
    2,
    kept,
  );
  expect(kept.noted).toEqual([]);
});

test('a feed with more to tell is asked again at once, and one that has stopped is left alone', async () => {
  const kept = keeping();
  const ending = new AbortController();
  let looks = 0;
  const feed: Feed = {
    source: 'journal',
    everyMs: 60_000,
    look: async () => {
      looks += 1;
      return looks < 3 ? { kind: 'more' } : { kind: 'stopped', message: 'Somebody has to act.' };
    },
  };
  const receiver = { receive: async () => undefined, fellBehind: async () => undefined, flush: async () => undefined };
  const run = runFeed(feed, kept.tenant, { receiver, log: pino({ level: 'silent' }), ownerId: 'me', signal: ending.signal });
  await poll('the stop', async () => (kept.noted.length > 0 ? true : undefined));
  ending.abort();
  await run;
  expect([looks, kept.noted]).toEqual([3, [{ error: 'Somebody has to act.' }]]);
});
