import { otherSide } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { fieldsOf } from '../../domain/explain/facts';
import type { HeldEffect, LinkedFacts, LinkLife, PastFailure, PastOperation } from '../../domain/explain/facts';
import { LINK_PATH, linkIdOf } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { canonical, rawOf } from '../../domain/values';
import type { StoredFailure } from '../../store/failures';
import { againstHash, recordHash, valueHash } from '../../store/refusal-hashes';
import { surpriseFact, unreadOf } from '../../store/report-facts';
import type { TenantStore } from '../../store/store';
import type { KnownRun } from './known-run';

/** The two records of a link: as they were read last, or as they are now. */
export type Records = Readonly<Record<Side, Observation | null>>;

interface LinkQuestion {
  readonly tenant: string;
  readonly link: LinkLife;
  readonly records: Records;
  readonly known: KnownRun;
  readonly held: readonly HeldEffect[];
  readonly operations: readonly PastOperation[];
}

/** Reads what decides about the fields of a link. */
export async function linkFacts(
  store: TenantStore,
  { tenant, link, records, known, held, operations }: LinkQuestion,
): Promise<LinkedFacts> {
  const { run } = known;
  const { entity, id, officerndId } = link;
  const [snapshots, updates, unlinks, facts, factsOfReading] = await Promise.all([
    store.snapshots.byLinkIds([id]),
    store.failures.bySubjects(entity, 'update', [id]),
    store.failures.bySubjects(entity, 'unlink', [officerndId]),
    store.runs.facts(run.id),
    store.runs.facts(run.generation),
  ]);
  const fields = fieldsOf(run.mapping, entity);
  const hidden = unreadOf([factsOfReading]).filter((one) => one.side === 'officernd' && one.entity === entity);
  const prefix = surpriseFact(entity, '');
  return {
    tenant,
    link,
    ...records,
    snapshot: snapshots.get(id) ?? {},
    mapping: run.mapping,
    unreadPaths: new Set(hidden.flatMap(({ field }) => fields.find(({ key }) => key === field)?.officernd ?? [])),
    failures: [
      ...updates.map((failure) => ({ ...failure, stands: standsInUpdate(failure, { link, records, known }) })),
      ...unlinks.map((failure) => ({ ...failure, stands: failure.parked })),
    ],
    held,
    operations,
    surprises: Object.entries(facts).flatMap(([name, ids]) =>
      name.startsWith(prefix) && Array.isArray(ids) && ids.includes(officerndId) ? [name.slice(prefix.length)] : [],
    ),
  };
}

/** M10: whether what failed would be sent again. It is the same test that a run makes. */
function standsInUpdate(
  failure: StoredFailure,
  { link, records, known: { run } }: Pick<LinkQuestion, 'link' | 'records' | 'known'>,
): boolean {
  const { officernd, hubspot } = records;
  const { field: key, side, against, dataHash } = failure;
  if (officernd === null || hubspot === null) return false;
  const both = { officernd, hubspot };
  const field = fieldsOf(run.mapping, link.entity).find((one) => one.key === key);
  if (side !== undefined && against !== undefined && against !== againstHash(both[side], run.mappingHash, field?.options ?? null))
    return false;
  if (key === null) return dataHash === recordHash(both);
  if (side === undefined) return false;
  if (key === LINK_PATH) return dataHash === valueHash(side, key, linkIdOf(run.mapping.portalId, link.hubspotId));
  if (field === undefined) return false;
  const from = otherSide(side);
  const { timeZone, statuses, currency = null } = run.mapping;
  return dataHash === valueHash(side, key, canonical(field, from, rawOf(field, from, both[from].values), { timeZone, statuses, currency }));
}

/** The part of a stored failure that people see. */
export const shownFailure = ({ phase, field, reason, said, runs, parked, retryRequested }: PastFailure) => ({
  phase,
  field,
  reason,
  said: said ?? null,
  runs,
  parked,
  retryRequested,
});
