import { budgetsSpec } from './budgets';
import { callLedgerSpec } from './call-ledger';
import { conflictsSpec } from './conflicts';
import { failuresSpec } from './failures';
import { fencesSpec } from './fences';
import { limitsSpec } from './limits';
import { linksSpec } from './link-document';
import { observationsSpec } from './observation-document';
import { operationsSpec } from './operations';
import { reviewsSpec } from './reviews';
import { runFactsSpec } from './run-facts';
import { runsSpec } from './runs';
import type { CollectionSpec } from './schema';
import { snapshotsSpec } from './snapshots';
import { suppressionsSpec } from './suppressions';
import { tenantsSpec } from './tenants';

/** Collections that exist twice: for real, and with `PREVIEW_PREFIX` for previews. */
export const collectionsWithPreview: readonly CollectionSpec[] = [
  observationsSpec,
  linksSpec,
  snapshotsSpec,
  operationsSpec,
  conflictsSpec,
  reviewsSpec,
  failuresSpec,
  suppressionsSpec,
  runsSpec,
  fencesSpec,
  runFactsSpec,
  callLedgerSpec,
];

/** Stands before the name of a collection's twin. */
export const PREVIEW_PREFIX = 'preview_';

/** What a preview starts with; its other collections start empty. */
export const copiedIntoPreview: readonly CollectionSpec[] = [linksSpec, snapshotsSpec, suppressionsSpec, reviewsSpec, failuresSpec];

/** Every collection of the database. */
export const allCollections: readonly CollectionSpec[] = [
  tenantsSpec,
  limitsSpec,
  budgetsSpec,
  ...collectionsWithPreview,
  ...collectionsWithPreview.map((spec) => ({ ...spec, name: `${PREVIEW_PREFIX}${spec.name}` })),
];
