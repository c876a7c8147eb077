import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { tooMany } from './refusal';

/** Requests are counted over this time, so that a short burst is no offence. */
const WINDOW_MS = 10_000;
/** All addresses together may send as much as this many of them. */
const ALL_TIMES = 4;
/** Addresses that are remembered; an older one begins anew. */
const MOST_ADDRESSES = 5_000;

/** Limits the requests of each address and of all together, before anything else of them is looked at. */
export async function addRates(app: FastifyInstance, perSecond: number): Promise<void> {
  await app.register(rateLimit, { global: false, cache: MOST_ADDRESSES, timeWindow: WINDOW_MS });
  const max = (perSecond * WINDOW_MS) / 1_000;
  const checks = [
    app.createRateLimit({ max, keyGenerator: ({ ip }) => ip }),
    app.createRateLimit({ max: max * ALL_TIMES, keyGenerator: () => 'all' }),
  ];
  app.addHook('onRequest', async (request) => {
    for (const check of checks) {
      const limit = await check(request);
      if (!limit.isAllowed && limit.isExceeded) throw tooMany(limit.ttlInSeconds);
    }
  });
}
