import type { MongoClient } from 'mongodb';
import { PREVIEW_VALID_DAYS } from '../domain/listed-effect';
import { budgetsSpec, createBudgets } from './budgets';
import { createCallLedger } from './call-ledger';
import { createCanaries } from './canaries';
import {
  PREVIEW_PREFIX,
  collectionsOfPair,
  collectionsWithPreview,
  copiedIntoPreview,
  decisionsOfPeople,
  keptOfPreviews,
} from './collections';
import { createComparisons } from './comparisons';
import { CONCERNS } from './concerns';
import { createConflicts } from './conflicts';
import { readDatabaseFacts } from './database-facts';
import { createErasures } from './erasures';
import { createExports } from './exports';
import { createDecisions } from './decisions';
import { createFailures } from './failures';
import { createGaps } from './gaps';
import { createInbox, tenantsWaiting } from './inbox';
import { createFeeds, feedsSpec } from './feeds';
import { createKept } from './kept';
import { createLeases, leasesSpec } from './leases';
import { createLetThrough } from './let-through';
import { createLimits, limitsSpec } from './limits';
import { createLinks } from './links';
import { createObservations } from './observations';
import { createOperations } from './operations';
import { createPairs, pairsSpec } from './pairs';
import { prepareDatabase } from './prepare';
import { createProposals } from './proposals';
import { createReviews } from './reviews';
import { createRuns, runsSpec } from './runs';
import { LONGEST_RUN_DAYS } from './scope';
import type { Scope, StoredDocument } from './scope';
import { createSecondWriters } from './second-writers';
import { createSnapshots, SAVED_AT } from './snapshots';
import type { Store, TenantStore } from './store';
import { createSuppressions } from './suppressions';
import { createTenants } from './tenants';
import { createVerdicts } from './verdicts';

export interface MongoStoreDeps {
  /** A connected client. The store closes it. */
  readonly client: MongoClient;
  readonly databaseName: string;
  /** How long history with personal data is kept, in days: operations and conflicts of runs that are over, closed reviews. */
  readonly historyDays: number;
  readonly now: () => Date;
}

const DAY_MS = 24 * 60 * 60_000;
/** The copies that a preview works on. Its list of operations lives as long as it can be applied. */
const SANDBOX_DAYS = 1;

/** The store on a MongoDB database. */
export function createMongoStore({ client, databaseName, historyDays, now }: MongoStoreDeps): Store {
  const db = client.db(databaseName, CONCERNS);
  const inDays = (days: number): Date => new Date(now().getTime() + days * DAY_MS);
  const transaction: Scope['transaction'] = (work) =>
    client.withSession((session) => session.withTransaction(() => work(session), CONCERNS));
  const realScope = (tenant: string, days = historyDays): Scope => ({
    tenant,
    collection: <Stored extends StoredDocument>(name: string) => db.collection<Stored>(name),
    historyExpiry: () => inDays(days),
    journalExpiry: () => inDays(days + LONGEST_RUN_DAYS),
    expiry: () => null,
    endedRunExpiry: () => null,
    now,
    transaction,
  });
  const previewScope = (tenant: string): Scope => ({
    tenant,
    collection: <Stored extends StoredDocument>(name: string) => db.collection<Stored>(`${PREVIEW_PREFIX}${name}`),
    historyExpiry: () => inDays(PREVIEW_VALID_DAYS),
    journalExpiry: () => inDays(SANDBOX_DAYS),
    expiry: () => inDays(SANDBOX_DAYS),
    endedRunExpiry: () => inDays(PREVIEW_VALID_DAYS),
    now,
    transaction,
  });
  const previewsOf = (tenant: string): Pick<TenantStore, 'preview' | 'startPreview'> => {
    const scopes = { real: realScope(tenant), preview: previewScope(tenant) };
    const preview = () => ({ ...verbsOf(scopes.preview), ...previewsOf(tenant) });
    return {
      preview,
      startPreview: async () => {
        await copyForPreview(scopes);
        return preview();
      },
    };
  };
  const names = collectionsOfPair.map(({ name }) => name);
  const ofTenants = [pairsSpec, limitsSpec, budgetsSpec, leasesSpec, feedsSpec].map(({ name }) => name);
  const ofPreviews = collectionsWithPreview.map(({ name }) => `${PREVIEW_PREFIX}${name}`);
  return {
    tenants: createTenants(db, [...ofTenants, ...names, ...ofPreviews]),
    pairs: createPairs(db, names),
    kept: createKept(
      db,
      decisionsOfPeople.map(({ name }) => name),
    ),
    limits: createLimits(db),
    budgets: createBudgets(db, now),
    forTenant: (tenant, options) => ({ ...verbsOf(realScope(tenant, options?.historyDays)), ...previewsOf(tenant) }),
    tenantsWaiting: (since) => tenantsWaiting(db, since),
    prepare: () => prepareDatabase(db),
    inspect: () => readDatabaseFacts(db),
    close: () => client.close(),
  };
}

const verbsOf = (scope: Scope): Omit<TenantStore, 'preview' | 'startPreview'> => ({
  observations: createObservations(scope),
  links: createLinks(scope),
  comparisons: createComparisons(scope),
  snapshots: createSnapshots(scope),
  operations: createOperations(scope),
  conflicts: createConflicts(scope),
  reviews: createReviews(scope),
  proposals: createProposals(scope),
  verdicts: createVerdicts(scope),
  failures: createFailures(scope),
  suppressions: createSuppressions(scope),
  decisions: createDecisions(scope),
  runs: createRuns(scope),
  callLedger: createCallLedger(scope),
  canaries: createCanaries(scope),
  secondWriters: createSecondWriters(scope),
  exports: createExports(scope),
  erasures: createErasures(scope),
  inbox: createInbox(scope),
  gaps: createGaps(scope),
  leases: createLeases(scope),
  feeds: createFeeds(scope),
  letThrough: createLetThrough(scope),
});

/**
 * Empties the preview's collections, then copies inside the server: no document comes to this process. The lists of earlier previews stay:
 * they can still be applied.
 */
async function copyForPreview({ real, preview }: { readonly real: Scope; readonly preview: Scope }): Promise<void> {
  const { tenant } = real;
  const ended = preview
    .collection<EndedPreview>(runsSpec.name)
    .find({ tenant, 'report.binds': { $exists: true } }, { projection: { id: 1 } });
  const kept = (await ended.toArray()).map(({ id }) => id);
  for (const { name } of collectionsWithPreview) {
    const field = keptOfPreviews.get(name);
    await preview.collection(name).deleteMany({ tenant, ...(field !== undefined && { [field]: { $nin: kept } }) });
  }
  const expiresAt = preview.expiry();
  for (const { name } of copiedIntoPreview) {
    const copied = real
      .collection(name)
      .aggregate([
        { $match: { tenant } },
        { $set: { expiresAt } },
        { $unset: SAVED_AT },
        { $merge: { into: preview.collection(name).collectionName, on: '_id', whenMatched: 'replace' } },
      ]);
    await copied.toArray();
  }
}

interface EndedPreview extends StoredDocument {
  readonly id: string;
}
