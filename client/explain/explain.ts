import { basisOf } from '../../config/proposal-basis';
import { parseTenantConfig } from '../../config/tenant-file';
import type { Entity } from '../../domain/entity';
import type { ConsideredPair } from '../../domain/explain/candidates';
import type { LostValue } from '../../domain/explain/facts';
import type { ExplainedField } from '../../domain/explain/fields';
import { explainLink } from '../../domain/explain/linked';
import type { NotedReason } from '../../domain/explain/linked';
import { linkStory } from '../../domain/explain/link-story';
import type { LinkEvent } from '../../domain/explain/link-story';
import { recordName } from '../../domain/record-name';
import { explainUnlinked } from '../../domain/explain/unlinked';
import type { ExplainedUnlinked } from '../../domain/explain/unlinked';
import type { Reason } from '../../domain/explain/words';
import type { Observation } from '../../domain/observation';
import type { Review } from '../../domain/review';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { Run } from '../../store/runs';
import type { Store, TenantStore } from '../../store/store';
import { shownDecision } from '../decisions/shown-decision';
import type { ShownDecision } from '../decisions/shown-decision';
import { findRecord } from './find-record';
import type { NamedRecord, Subject } from './find-record';
import { findKnownRun, heldNowAmong, listedEffects } from './known-run';
import type { RunTrouble } from './known-run';
import { linkFacts, shownFailure } from './link-facts';
import type { Records } from './link-facts';
import { unlinkedFacts } from './match-facts';

/** Why a record is as it is: everything that is known of it, and what the next run does about it. */
export interface Explanation {
  readonly tenant: string;
  readonly entity: Entity;
  readonly state: 'linked' | 'unlinked';
  /** Null for a side without a record. */
  readonly officernd: NamedSide | null;
  readonly hubspot: NamedSide | null;
  /** The HubSpot id that was named, where it has been merged into this record. */
  readonly mergedFrom: string | null;
  /** The run whose configuration it goes by, whether the records were read just now, and why the newest run has not come to its end. */
  readonly asOf: {
    readonly run: string;
    readonly isLive: boolean;
    readonly hasOtherConfiguration: boolean;
    readonly trouble: RunTrouble | null;
  };
  /** How its links came about, and every change of them, oldest first. */
  readonly story: readonly LinkEvent[];
  /** Whether the link shows on the OfficeRnD record (L14). */
  readonly shownLink: (Reason & { readonly shown: string | null }) | null;
  readonly fields: readonly ExplainedField[];
  readonly notes: readonly NotedReason[];
  /** Of a record without a link: the candidates that were considered. */
  readonly candidates: readonly ConsideredPair[];
  /** Of a record without a link: what the next run does about it. */
  readonly verdict: ExplainedUnlinked['verdict'] | null;
  readonly reviews: readonly Review[];
  readonly failures: readonly ReturnType<typeof shownFailure>[];
  /** The newest values that gave way (M2, M4), newest first. */
  readonly lost: readonly (Omit<LostValue, 'at'> & { readonly at: string })[];
  /** U5: whether the HubSpot record is not created again. */
  readonly isSuppressed: boolean;
  /** D1: what people have decided about the record, and what became of it; without what was withdrawn. */
  readonly decisions: readonly ShownDecision[];
}

interface NamedSide {
  readonly id: string;
  readonly name: string | null;
}

/** Reads both records of a subject as they are now. It writes nothing. */
export type LookLive = (subject: Pick<Subject, 'entity' | 'officerndId' | 'hubspotId'>, mapping: TenantMapping) => Promise<Records>;

/** Values that gave way and are shown of each kind. */
const LOST = 20;

/** Explains a record from what is stored, or with a fresh look at it. Throws `RecordNotFoundError`. Null before the first run. */
export async function explainIn(
  store: Store,
  tenant: string,
  named: NamedRecord,
  { look, now }: { readonly look?: LookLive; readonly now: Date },
): Promise<Explanation | null> {
  const kept = store.forTenant(tenant);
  const { entity } = named;
  const known = await findKnownRun(kept, entity);
  if (known === null) return null;
  const { run } = known;
  const subject = await findRecord(kept, tenant, named);
  const { officerndId, hubspotId, link, mergedFrom } = subject;
  const records = look === undefined ? await recordsOf(kept, subject) : await look(subject, run.mapping);
  const ids = idsOf(subject, records);
  const [links, operations, listed, decisions, hasOtherConfiguration] = await Promise.all([
    kept.links.livesOf(entity, ids),
    kept.operations.ofRecords(entity, ids),
    listedEffects(kept, entity, ids),
    kept.decisions.ofRecords(entity, ids),
    isConfiguredAnew(store, tenant, run),
  ]);
  const held = heldNowAmong(listed, known);
  const common = {
    tenant,
    entity,
    officernd: officerndId === null ? null : { id: officerndId, name: nameOf(records.officernd) },
    hubspot: hubspotId === null ? null : { id: hubspotId, name: nameOf(records.hubspot) },
    mergedFrom,
    asOf: { run: run.id, isLive: look !== undefined, hasOtherConfiguration, trouble: known.trouble },
    story: linkStory(links, operations),
    decisions: decisions.filter(({ withdrawn }) => withdrawn === null).map(shownDecision),
  };
  if (link !== null) {
    const [facts, reviews, lost] = await Promise.all([
      linkFacts(kept, { tenant, link, records, known, held, operations }),
      kept.reviews.ofRecords(entity, { officerndIds: [link.officerndId], hubspotIds: [link.hubspotId] }),
      lostValues(kept, link.id),
    ]);
    const failures = facts.failures.map(shownFailure);
    return {
      ...common,
      state: 'linked',
      ...explainLink(facts),
      candidates: [],
      verdict: null,
      reviews,
      failures,
      lost,
      isSuppressed: false,
    };
  }
  const record = records.hubspot ?? records.officernd;
  const facts = await unlinkedFacts(kept, { tenant, entity, record, hubspotId, known, held, now });
  const own = (review: Review): boolean => review.officerndIds.includes(officerndId ?? '') || review.hubspotIds.includes(hubspotId ?? '');
  return {
    ...common,
    state: 'unlinked',
    shownLink: null,
    fields: [],
    notes: [],
    ...explainUnlinked(facts),
    reviews: facts.reviews.filter(own),
    failures: facts.creation.failures.map(shownFailure),
    lost: [],
    isSuppressed: facts.creation.isSuppressed,
  };
}

/** The ids under which the past of a record is found: its own, and those that were merged into it. */
export const idsOf = ({ officerndId, hubspotId, mergedFrom }: Subject, { hubspot }: Pick<Records, 'hubspot'>) => ({
  officerndIds: officerndId === null ? [] : [officerndId],
  hubspotIds: [
    ...new Set([...(hubspotId === null ? [] : [hubspotId]), ...(mergedFrom === null ? [] : [mergedFrom]), ...(hubspot?.mergedIds ?? [])]),
  ],
});

/** Both records as they were read last. */
export async function recordsOf({ observations }: TenantStore, { entity, officerndId, hubspotId }: Subject): Promise<Records> {
  const [officernd, hubspot] = await Promise.all([
    observations.byIds(null, 'officernd', entity, officerndId === null ? [] : [officerndId]),
    observations.byIds(null, 'hubspot', entity, hubspotId === null ? [] : [hubspotId]),
  ]);
  return { officernd: officernd.get(officerndId ?? '') ?? null, hubspot: hubspot.get(hubspotId ?? '') ?? null };
}

const nameOf = (record: Observation | null): string | null => (record === null ? null : recordName(record));

/** Whether the tenant file has changed since the run, so that the next run may decide otherwise. */
async function isConfiguredAnew({ tenants }: Store, tenant: string, { basis }: Run): Promise<boolean> {
  const stored = await tenants.get(tenant);
  if (stored === null || basis === undefined) return false;
  return basisOf(parseTenantConfig(stored.config, `tenant ${tenant}`), stored).configuration !== basis.configuration;
}

async function lostValues({ conflicts }: TenantStore, linkId: string): Promise<Explanation['lost']> {
  const found = await Promise.all((['conflict', 'first-link'] as const).map((kind) => conflicts.newestOfLink(linkId, kind, LOST)));
  return found
    .flat()
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .map(({ kind, run, at, field, rule, base, officernd, hubspot }) => ({
      kind,
      run,
      at: at.toISOString(),
      field,
      rule,
      base,
      officernd,
      hubspot,
    }));
}
