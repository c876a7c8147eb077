import type { Entity, Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';

/**
 * Facts of a run about fields of which a vendor says nothing (V1, V2). They belong to the run whose reading is the newest complete one, so
 * that incremental runs after it know them, too.
 */
const nameOf = (side: Side, entity: Entity, key: string): string => `unread/${side}/${entity}/${key}`;

type Reading = { readonly store: TenantStore; readonly run: Pick<Run, 'id' | 'generation'> };

/** Notes that records of a run say nothing of a field. */
export const noteUnreadField = ({ store, run }: Reading, side: Side, entity: Entity, key: string): Promise<void> =>
  store.runs.setFact(side === 'officernd' ? run.generation : run.id, nameOf(side, entity, key), true);

/** V2: OfficeRnD's paths of which its newest complete listing says nothing, though their values were known. */
export async function unreadPathsOf({ store, run }: Reading, fields: readonly FieldMapping[]): Promise<ReadonlySet<string>> {
  const facts = await store.runs.facts(run.generation);
  return new Set(fields.filter(({ entity, key }) => facts[nameOf('officernd', entity, key)] === true).map(({ officernd }) => officernd));
}

/** An incremental reading knows the records that it does not read as the run before did: with the fields of which they say nothing. */
export async function carryUnreadFields({ store, run }: { readonly store: TenantStore; readonly run: Run }, side: Side, entity: Entity) {
  const after = run.reading.kind === 'incremental' ? run.reading.after : undefined;
  if (after === undefined) return;
  const prefix = nameOf(side, entity, '');
  for (const name of Object.keys(await store.runs.facts(after))) if (name.startsWith(prefix)) await store.runs.setFact(run.id, name, true);
}
