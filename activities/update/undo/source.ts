import { groupBy } from '../../../domain/group-by';
import { pairId } from '../../../domain/link';
import { fieldWritesOf, planUndo } from '../../../domain/plan-undo';
import type { FieldWrite, UndoPlan } from '../../../domain/plan-undo';
import type { UpdateInput } from '../../../domain/update-input';
import { planTakeBack } from '../../../domain/take-back';
import { isTakeBack } from '../../../domain/undoing';
import type { UndoneRun } from '../../../domain/undoing';
import type { NamedConflict } from '../../../store/conflicts';
import type { StoredOperation } from '../../../store/operations';
import type { Page } from '../../../store/paging';
import type { TenantStore } from '../../../store/store';
import { ofRecord } from '../../slice/undone-records';
import type { SliceWork } from '../../slice/run-slice';

/** The values to be taken back on one link. */
export interface Wanted {
  readonly linkId: string;
  readonly officerndId: string;
  readonly hubspotId: string;
  /** Plans it, for the records as they are now. */
  readonly plan: (input: UpdateInput) => UndoPlan;
  /** X1: what the run has written. Empty for values that gave way. */
  readonly writes: readonly FieldWrite[];
  /** D2: the values that gave way. */
  readonly conflicts: readonly NamedConflict[];
}

/** The values that a run takes back, page by page. A link comes once on a page, and perhaps on another with its other side. */
export type Source = (after: string | null) => Promise<Page<Wanted>>;

/** Operations of one page. OfficeRnD records are read one by one, so a small limit must allow this many. */
const PAGE = 60;

/** @param journal the tenant's store: a preview's own has no journal of earlier runs */
export function sourceOf(work: SliceWork, journal: TenantStore): Source {
  const { undoes } = work.run;
  if (undoes === undefined) return async () => ({ items: [], next: null });
  return isTakeBack(undoes) ? conflictSource(work, undoes.conflicts, journal) : runSource(work, undoes, journal);
}

function runSource(work: SliceWork, undoes: UndoneRun, journal: TenantStore): Source {
  const { entity } = work.input;
  const filter = { phase: 'update', entity, state: 'applied', ...ofRecord(undoes.id) } as const;
  let then: SliceWork['fields'] | null = null;
  return async (after) => {
    const { items, next } = await journal.operations.pageWithTimes(undoes.run, filter, { after, limit: PAGE });
    then ??= (await journal.runs.get(undoes.run))?.mapping.fields.filter((field) => field.entity === entity) ?? [];
    const fields = then;
    const whole = next === null ? items : withoutLastGroup(items);
    const groups = groupBy(whole, ({ officerndId, hubspotId }) => [pairId(entity, officerndId ?? '', hubspotId ?? '')]);
    const wanted = [...groups].map(([linkId, operations]): Wanted => {
      const [{ officerndId, hubspotId } = { officerndId: null, hubspotId: null }] = operations;
      const writes = operations
        .toSorted((one, other) => other.plannedAt.getTime() - one.plannedAt.getTime())
        .flatMap(({ fields: changes }) => fieldWritesOf(changes, fields, work.fields, work.context))
        .filter(({ field }) => undoes.field === undefined || field === undoes.field);
      const pair = { officerndId: officerndId ?? '', hubspotId: hubspotId ?? '' };
      return { ...pair, linkId, writes, conflicts: [], plan: (input) => planUndo(input, writes) };
    });
    return { items: wanted.filter(({ writes }) => writes.length > 0), next: next === null ? null : (whole.at(-1)?.id ?? null) };
  };
}

/** The side and the link of an operation: its id without the hash of what was written (activities/update/update-operations.ts). */
const groupOf = ({ id }: Pick<StoredOperation, 'id'>): string => id.slice(0, id.lastIndexOf('/'));

/** The next page has more of the last group. A group that fills a page is the only one on it. */
function withoutLastGroup<Item extends Pick<StoredOperation, 'id'>>(items: readonly Item[]): readonly Item[] {
  const last = items.at(-1);
  const others = last === undefined ? [] : items.filter((item) => groupOf(item) !== groupOf(last));
  return others.length === 0 ? items : others;
}

function conflictSource(work: SliceWork, ids: readonly string[], journal: TenantStore): Source {
  const sorted = [...new Set(ids)].toSorted();
  return async (after) => {
    const from = after === null ? 0 : sorted.findIndex((id) => id > after);
    const page = from === -1 ? [] : sorted.slice(from, from + PAGE);
    const found = (await journal.conflicts.byIds(page)).filter(({ entity, kind }) => entity === work.input.entity && kind !== 'drift');
    const groups = groupBy(found, ({ linkId }) => [linkId]);
    const items = [...groups].map(([linkId, conflicts]) => wantedOf(linkId, conflicts));
    return { items, next: from === -1 || from + PAGE >= sorted.length ? null : (page.at(-1) ?? null) };
  };
}

function wantedOf(linkId: string, conflicts: readonly NamedConflict[]): Wanted {
  const [{ officerndId, hubspotId } = { officerndId: '', hubspotId: '' }] = conflicts;
  const losses = conflicts.map(({ field, officernd, hubspot }) => ({ field, won: officernd, lost: hubspot }));
  return {
    linkId,
    officerndId,
    hubspotId,
    writes: [],
    conflicts,
    plan: (input) => planTakeBack(input, losses),
  };
}
