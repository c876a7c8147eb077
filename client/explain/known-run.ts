import { entities as allEntities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { HeldEffect } from '../../domain/explain/facts';
import { isEntityPaused } from '../../domain/paused';
import { hasEndedWell } from '../../domain/report';
import type { RunState } from '../../domain/report';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';

/** The run by whose configuration and readings a record is explained, and the lists that brakes hold now. */
export interface KnownRun {
  readonly run: Run;
  /** Why the newest run has not come to its end: it waits for a person, or failed. Null where it has, or is under way. */
  readonly trouble: RunTrouble | null;
  /** Proposals that the newest runs hold. */
  readonly heldLists: ReadonlySet<string>;
}

export interface RunTrouble {
  readonly run: string;
  readonly state: RunState;
  readonly message: string | null;
}

/** Runs that are looked through for the newest one of an entity. */
const RUNS = 20;

/** The newest run of an entity that has come to its end, else the newest of it, else the newest at all. Null before the first one. */
export async function findKnownRun({ runs }: TenantStore, entity: Entity): Promise<KnownRun | null> {
  const newest = await runs.listOthers(RUNS);
  const ended = newest.filter(({ state }) => hasEndedWell(state));
  // V3: a run leaves out an entity that pauses, and says so.
  const concerns = ({ entities, mapping }: Run): boolean => entities.includes(entity) || isEntityPaused(entity, mapping.paused ?? []);
  const run = ended.find(concerns) ?? newest.find(concerns) ?? newest[0];
  if (run === undefined) return null;
  const lists = allEntities.flatMap((of) => {
    const last = ended.find(({ entities }) => entities.includes(of));
    return (last?.report?.proposals ?? []).filter((list) => list.entity === of).map(({ id }) => id);
  });
  return { run, trouble: troubleOf(newest[0]), heldLists: new Set(lists) };
}

const troubleOf = (newest: Run | undefined): RunTrouble | null =>
  newest === undefined || newest.state === 'running' || hasEndedWell(newest.state)
    ? null
    : { run: newest.id, state: newest.state, message: newest.trouble?.message ?? null };

interface RecordIds {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
}

/** The effects on records that any kept proposal lists, with those proposals. */
export async function listedEffects({ proposals }: TenantStore, entity: Entity, ids: RecordIds): Promise<readonly HeldEffect[]> {
  const listed = await proposals.effects.ofRecords(entity, ids);
  const known = new Map((await proposals.byIds([...new Set(listed.map(({ proposal }) => proposal))])).map((one) => [one.id, one]));
  return listed.flatMap(({ proposal: id, effect }) => {
    const proposal = known.get(id);
    return proposal === undefined ? [] : [{ effect, proposal }];
  });
}

/** Those that are held now: on a list of the newest runs that has not been carried out. */
export const heldNowAmong = (effects: readonly HeldEffect[], { heldLists }: KnownRun): readonly HeldEffect[] =>
  effects.filter(({ proposal: { id, state } }) => heldLists.has(id) && state !== 'done');
