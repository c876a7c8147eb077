import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { EmulatorClock } from './clock';
import { createChannel, type FeedFaults } from './feed';
import type { SeededRandom } from './random';

/** How a vendor sends its webhooks: the part `push` of the body of `POST /feed`. */
export const pushSchema = z.strictObject({
  /** Where to; null: only to what is registered at the vendor. */
  url: z.url().nullable().default(null),
  /** The secret that signs requests to this address; null: the vendor's own. */
  secret: z.string().nullable().default(null),
  /** The share of events beside which somebody sends a forged one: wrongly signed, long ago, or without a signature. */
  forge: z.number().min(0).max(1).default(0),
  /** Requests under way at once. */
  mostAtOnce: z.int().positive().default(10),
  /** How long an answer may take, in real milliseconds. */
  answerMs: z.int().positive().default(5_000),
  /** The waits before a request that got no 2xx is repeated, in milliseconds of the emulator's clock. Then it is given up. */
  retryMs: z.array(z.number().nonnegative()).default([1, 2, 4, 8, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1_000)),
});
export type PushSettings = z.output<typeof pushSchema>;

/** Where a request goes, and what it is signed with. */
export interface PushTarget {
  readonly url: string;
  readonly secret: string;
}

export interface PushRequest {
  readonly body: string;
  /** The headers that carry the signature. */
  readonly signature: Readonly<Record<string, string>>;
}

export interface PushDeps<Event> {
  readonly clock: Pick<EmulatorClock, 'after'>;
  readonly random: SeededRandom;
  readonly faults: () => FeedFaults;
  readonly settings: () => PushSettings;
  /** The secret that signs requests to the address of the settings, unless they name another. */
  readonly ownSecret: () => string;
  /** The most events in one request. */
  readonly mostEvents: number;
  /** Signs at this real time, in milliseconds since 1970: receivers compare it with their own clocks. */
  readonly request: (events: readonly Event[], target: PushTarget, attempt: number, nowMs: number) => PushRequest;
}

/** Sends a vendor's webhooks. */
export interface Push<Event> {
  /** Sends an event to these targets, and to the address of `POST /feed`. */
  readonly tell: (event: Event, targets: readonly PushTarget[]) => void;
  /** The counts so far: `events` told, `requests` delivered, `refused` (another answer or none), `waiting` to be sent. */
  readonly figures: () => JsonValue;
  /** Forgets what waits. */
  readonly reset: () => void;
  /** Also breaks off what is under way. */
  readonly stop: () => void;
}

interface Job<Event> {
  readonly events: readonly Event[];
  readonly target: PushTarget;
  readonly attempt: number;
}

/** Events of this time share a request, in milliseconds of the emulator's clock. */
const GATHERED_MS = 20;
const TEN_MINUTES_MS = 600_000;

export function createPush<Event>({ clock, random, faults, settings, ownSecret, mostEvents, request }: PushDeps<Event>): Push<Event> {
  const stopping = new AbortController();
  const counts = { events: 0, requests: 0, refused: 0, givenUp: 0, forged: 0 };
  let gathered = new Map<string, { readonly target: PushTarget; readonly events: Event[] }>();
  let queue: Job<Event>[] = [];
  let underWay = 0;
  const channel = createChannel<{ readonly event: Event; readonly target: PushTarget }>({
    clock,
    random,
    faults,
    hear: ({ event, target }) => {
      counts.events += 1;
      if (gathered.size === 0) clock.after(GATHERED_MS, flush);
      const waiting = gathered.get(target.url) ?? { target, events: [] };
      waiting.events.push(event);
      gathered.set(target.url, waiting);
      if (random.next() < settings().forge) void forge(event, target);
    },
  });

  function flush(): void {
    for (const { target, events } of gathered.values())
      for (let from = 0; from < events.length; from += mostEvents)
        queue.push({ events: events.slice(from, from + mostEvents), target, attempt: 0 });
    gathered = new Map();
    sendMore();
  }

  function sendMore(): void {
    while (underWay < settings().mostAtOnce && !stopping.signal.aborted) {
      const job = queue.shift();
      if (job === undefined) return;
      underWay += 1;
      void send(job).finally(() => {
        underWay -= 1;
        sendMore();
      });
    }
  }

  async function send(job: Job<Event>): Promise<void> {
    const { events, target, attempt } = job;
    if (await post(target.url, request(events, target, attempt, Date.now()))) {
      counts.requests += 1;
      return;
    }
    if (stopping.signal.aborted) return;
    counts.refused += 1;
    const waitMs = settings().retryMs[attempt];
    if (waitMs === undefined) counts.givenUp += 1;
    else
      clock.after(waitMs, () => {
        queue.push({ ...job, attempt: attempt + 1 });
        sendMore();
      });
  }

  /** Nobody repeats a forged request. */
  async function forge(event: Event, target: PushTarget): Promise<void> {
    counts.forged += 1;
    const kind = Math.floor(random.next() * 3);
    const signedBy = kind === 0 ? { ...target, secret: `${target.secret} of another` } : target;
    const made = request([event], signedBy, 0, Date.now() - (kind === 1 ? TEN_MINUTES_MS : 0));
    await post(target.url, kind === 2 ? { ...made, signature: {} } : made);
  }

  async function post(url: string, { body, signature }: PushRequest): Promise<boolean> {
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(settings().answerMs)]);
      const headers = { 'content-type': 'application/json', ...signature };
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  const reset = (): void => {
    gathered = new Map();
    queue = [];
  };
  return {
    tell: (event, targets) => {
      const { url, secret } = settings();
      const named = url === null ? [] : [{ url, secret: secret ?? ownSecret() }];
      for (const target of [...targets, ...named]) channel.tell({ event, target });
    },
    figures: () => ({ ...counts, waiting: queue.length + underWay }),
    reset,
    stop: () => {
      reset();
      stopping.abort();
    },
  };
}
