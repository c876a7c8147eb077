import type { Entity } from '../../domain/entity';
import { recordIdIn } from '../../domain/ids';
import { asLabel } from '../../domain/printable';
import type { NamedConflict } from '../../store/conflicts';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import { idBeginningWith } from '../runs/by-beginning';
import { findRun } from '../runs/find-run';
import { UndoRefusedError } from './refused';

/** Chooses conflicts. All that is given must hold. */
export interface ConflictFilter {
  /** @default the newest run */
  readonly run?: string;
  readonly entity?: Entity;
  /** The key of a field: OfficeRnD's path. */
  readonly field?: string;
  /** The record's id on either side. */
  readonly id?: string;
}

/** Most values that one request takes back: the request names each of them. */
const MOST = 10_000;

/** The conflicts of a run that match. A preview's are those that a real run would have. */
export async function conflictsOf(kept: TenantStore, { run, ...filter }: ConflictFilter): Promise<readonly NamedConflict[]> {
  const found = await findRun(kept, run);
  if (found === null) return [];
  const all = await everyItem((request) => found.store.conflicts.page(found.run.id, request));
  return all.filter((one) => matches(one, filter));
}

/** Whether a conflict matches. */
export const matches = (
  { entity, field, officerndId, hubspotId }: NamedConflict,
  filter: Pick<ConflictFilter, 'entity' | 'field' | 'id'>,
): boolean =>
  (filter.entity === undefined || filter.entity === entity) &&
  (filter.field === undefined || filter.field === field) &&
  (filter.id === undefined || [officerndId, hubspotId].includes(recordIdIn(filter.id)));

/**
 * The conflicts with these ids, each given by a unique beginning. Throws `UndoRefusedError` for one that can't be taken back, and
 * `AmbiguousIdError`.
 */
export async function namedConflicts(kept: TenantStore, tenant: string, ids: readonly string[]): Promise<readonly NamedConflict[]> {
  const meant = new Set<string>();
  for (const beginning of new Set(ids)) {
    const id = await idBeginningWith(beginning, [kept.conflicts.idsFrom]);
    if (id === null)
      throw new UndoRefusedError(
        'unknown-conflict',
        `${tenant} has no conflict ${asLabel(beginning)}; "orsync conflicts ${tenant}" lists them with their ids.`,
      );
    meant.add(id);
  }
  const found = await kept.conflicts.byIds([...meant]);
  const directions = await directionsIn(kept);
  const [refused] = found.flatMap((one) => whyNot(one, directions) ?? []);
  if (refused !== undefined) throw refused;
  return found;
}

/** The conflicts of a run, or of one of its fields, that can be taken back. Throws `UndoRefusedError` where there is none. */
export async function takeableIn(kept: TenantStore, tenant: string, filter: Omit<ConflictFilter, 'id'>): Promise<readonly NamedConflict[]> {
  const run = filter.run ?? (await newestWithConflicts(kept));
  const all = run === null ? [] : await conflictsOf(kept, { ...filter, run });
  const directions = await directionsIn(kept);
  const judged = all.map((conflict) => ({ conflict, refusal: whyNot(conflict, directions) }));
  const good = judged.flatMap(({ conflict, refusal }) => (refusal === null ? [conflict] : []));
  const [refused] = judged.flatMap(({ refusal }) => refusal ?? []);
  if (good.length > MOST)
    throw new UndoRefusedError(
      'nothing',
      `${good.length} values are too many for one request; name a field, or fewer than ${MOST} of them.`,
    );
  if (good.length > 0) return good;
  throw refused ?? new UndoRefusedError('nothing', `No value that gave way matches; "orsync conflicts ${tenant}" lists them.`);
}

/** Runs that take something back have no conflicts. */
const newestWithConflicts = async (kept: TenantStore): Promise<string | null> => (await kept.runs.latestSync())?.id ?? null;

type Directions = ReadonlyMap<string, string>;

/** The direction of each field, as the newest sync had them. */
const directionsIn = async (kept: TenantStore): Promise<Directions> =>
  new Map((await kept.runs.latestSync())?.mapping.fields.map(({ entity, key, direction }) => [`${entity} ${key}`, direction]) ?? []);

function whyNot({ id, kind, entity, field, takenBackBy }: NamedConflict, directions: Directions): UndoRefusedError | null {
  if (kind === 'drift')
    return new UndoRefusedError('drift', `${id} is a difference that stays: neither value gave way, so there is nothing to take back.`);
  if (takenBackBy !== undefined) return new UndoRefusedError('taken-back', `${id} has been taken back already, by run ${takenBackBy}.`);
  const direction = directions.get(`${entity} ${field}`);
  return direction === undefined || direction === '↔'
    ? null
    : new UndoRefusedError(
        'one-way',
        `${id} can't be taken back: ${field} of ${entity} flows one way (${direction}), so the value would be replaced again. Change it at its source.`,
      );
}
