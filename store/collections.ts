import { budgetsSpec } from './budgets';
import { callLedgerSpec } from './call-ledger';
import { canariesSpec } from './canaries';
import { conflictsSpec } from './conflicts';
import { erasuresSpec } from './erasures';
import { decisionsSpec } from './decisions';
import { failuresSpec } from './failures';
import { feedsSpec } from './feeds';
import { fencesSpec } from './fences';
import { gapsSpec } from './gaps';
import { heldEffectsSpec } from './held-effects';
import { inboxSpec } from './inbox';
import { leasesSpec } from './leases';
import { letThroughSpec } from './let-through';
import { limitsSpec } from './limits';
import { linksSpec } from './link-document';
import { observationsSpec } from './observation-document';
import { operationsSpec } from './operations';
import { pairsSpec } from './pairs';
import { proposalsSpec } from './proposals';
import { reviewsSpec } from './reviews';
import { runFactsSpec } from './run-facts';
import { runsSpec } from './runs';
import type { CollectionSpec } from './schema';
import { snapshotsSpec } from './snapshots';
import { suppressionsSpec } from './suppressions';
import { tenantsSpec } from './tenants';
import { verdictsSpec } from './verdicts';

/** Collections that exist twice: for real runs, and with `PREVIEW_PREFIX` for previews. */
export const collectionsWithPreview: readonly CollectionSpec[] = [
  observationsSpec,
  linksSpec,
  snapshotsSpec,
  operationsSpec,
  conflictsSpec,
  reviewsSpec,
  failuresSpec,
  suppressionsSpec,
  decisionsSpec,
  runsSpec,
  fencesSpec,
  runFactsSpec,
  callLedgerSpec,
  canariesSpec,
  verdictsSpec,
];

/** The names of previews' collections begin with this. */
export const PREVIEW_PREFIX = 'preview_';

/** A preview begins with copies of these collections; its other collections begin empty. */
export const copiedIntoPreview: readonly CollectionSpec[] = [
  linksSpec,
  snapshotsSpec,
  suppressionsSpec,
  decisionsSpec,
  reviewsSpec,
  failuresSpec,
  canariesSpec,
  verdictsSpec,
];

/** The collections of a preview that outlive the next one, each with the field that names its run. They hold its list and its report. */
export const keptOfPreviews: ReadonlyMap<string, string> = new Map([
  [runsSpec.name, 'id'],
  [operationsSpec.name, 'run'],
  [conflictsSpec.name, 'run'],
]);

/** All collections that hold what a tenant keeps and what belongs to its pair (B1). A preview holds nothing for approval. */
export const collectionsOfPair: readonly CollectionSpec[] = [
  ...collectionsWithPreview,
  proposalsSpec,
  heldEffectsSpec,
  erasuresSpec,
  inboxSpec,
  gapsSpec,
  letThroughSpec,
];

/** Decisions about records. They are kept for a while when the tenant is removed (D3). */
export const decisionsOfPeople: readonly CollectionSpec[] = [suppressionsSpec, decisionsSpec];

/** Every collection of the database. */
export const allCollections: readonly CollectionSpec[] = [
  tenantsSpec,
  pairsSpec,
  limitsSpec,
  budgetsSpec,
  leasesSpec,
  feedsSpec,
  ...collectionsOfPair,
  ...collectionsWithPreview.map((spec) => ({ ...spec, name: `${PREVIEW_PREFIX}${spec.name}` })),
];
