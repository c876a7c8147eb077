import type { TenantStore } from '../../store/store';
import { aVerdict } from './builders';
import { NOW } from './test-store';

/** Verdicts that no query asks for. */
export const noiseVerdicts = ({ verdicts }: TenantStore, hashes: readonly string[]): Promise<void> =>
  verdicts.put(hashes.map((hash) => aVerdict({ hash, verdict: 'waiting', brake: 'create' })));

/** Calls each verb that tells how a tenant stands, or decides about a part of a list, for the test of the indexes. */
export async function callStanding(tenant: TenantStore): Promise<void> {
  const { observations, operations, conflicts, reviews, failures, proposals, runs, verdicts } = tenant;
  const [page, next] = [
    { after: null, limit: 10 },
    { after: '0', limit: 10 },
  ];
  await observations.byIds(null, 'hubspot', 'member', ['101']);
  await operations.plan('run-9', [], 'failed', 'rejected');
  await operations.page('run-9', { phase: 'unlink', entity: 'member', states: ['held', 'failed'], officerndIds: ['o1'] }, page);
  await operations.count('run-9', { kinds: ['create'], state: 'failed', error: 'rejected' });
  for (const request of [page, next]) {
    await conflicts.pageOfKind('run-1', 'drift', request);
    await reviews.standing(request);
    await failures.standing(request);
    await verdicts.page('rejected', request);
  }
  await failures.requestRetry({ entity: 'member', phase: 'link', reason: 'no-name', field: null });
  await proposals.idsFrom('d', 2);
  await runs.idsFrom('run', 2);
  await verdicts.put([aVerdict()]);
  await verdicts.of('unlink', 'member');
  await verdicts.rejectedAmong(['h1']);
  await verdicts.any();
  await verdicts.seen('run-1', ['h1']);
  await verdicts.endUnseen('run-1', ['company'], NOW);
  await verdicts.end(['h1']);
}

/** Leases and feeds that no query asks for. */
export async function noiseFeeds({ leases, feeds }: TenantStore, names: readonly string[]): Promise<void> {
  for (const name of names) await feeds.place(name, (await leases.takeLease(name, 'noise', 1)) ?? 0);
}

/** Calls each verb of leases and feeds, for the test of the indexes. */
export async function callFeeds({ leases, feeds }: TenantStore): Promise<void> {
  const term = (await leases.takeLease('journal', 'one', 60_000)) ?? 0;
  await leases.takeLease('journal', 'two', 60_000);
  await feeds.place('journal', term);
  await feeds.place('journal', 0);
  await feeds.setPlace('journal', 'a', term);
  await feeds.noteLook('journal', term, { at: NOW });
  await feeds.standings();
  await leases.giveUp('journal', 'one');
}
