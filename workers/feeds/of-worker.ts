import { randomUUID } from 'node:crypto';
import type { Environment } from '../../config/environment';
import { processSecrets } from '../tenants/process-secrets';
import type { WorkerQueue } from '../../workflows/api';
import { startFeeds } from './index';
import type { FeedsDeps, RunningFeeds } from './index';
import { createJournalFeed } from './journal';
import { createOpportunitiesFeed } from './opportunities';

export interface WorkerFeedsDeps extends Pick<FeedsDeps, 'store' | 'tenants' | 'receiver' | 'log'> {
  readonly environment: Pick<Environment, 'feedEveryMs'>;
}

/** Starts the feeds in a worker that serves HubSpot's queue: it has HubSpot's secrets and a way to HubSpot. In other workers, none. */
export function startFeedsOfWorker(queues: readonly WorkerQueue[], { environment, ...deps }: WorkerFeedsDeps): RunningFeeds {
  if (!queues.includes('hubspot')) return { stop: () => Promise.resolve() };
  const every = environment.feedEveryMs;
  const timing = every === null ? {} : { everyMs: every };
  return startFeeds({
    ...deps,
    secrets: processSecrets(),
    ownerId: randomUUID(),
    makers: [createJournalFeed({ store: deps.store, log: deps.log, now: Date.now, ...timing }), createOpportunitiesFeed(timing)],
    ...(every !== null && { tenantsEveryMs: every }),
  });
}
