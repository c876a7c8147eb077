import type { Observation } from '../../domain/observation';
import { unreadFields } from '../../domain/unread';
import type { Recorded } from '../../store/observations';
import { noteUnreadField } from '../slice/unread-facts';
import type { SliceWork, Work } from '../slice/run-slice';

/** Stores HubSpot records as this run has seen them, and notes the fields of which they say nothing (V1). */
export async function recordHubSpot(work: Work, entity: Observation['entity'], observations: readonly Observation[]): Promise<Recorded> {
  const recorded = await work.store.observations.record(work.run.generation, observations);
  for (const key of unreadFields(work.mapping.fields, observations)) await noteUnreadField(work, 'hubspot', entity, key);
  return recorded;
}

/** The paths that records of OfficeRnD's listing have carried so far. Keeps the state of one slice: make one for each. */
export interface CarriedPaths {
  /** Comes before the records are stored as seen, so that another attempt misses none. `isFirst`: the listing begins with these records. */
  readonly note: (work: SliceWork, observations: readonly Observation[], isFirst: boolean) => Promise<void>;
  /**
   * V2: when a complete listing has ended, notes each field that none of its records carries though bases hold values of it. OfficeRnD
   * leaves blank fields out of records. So a field that one record lacks is blank there. A field that all records lack is unread.
   */
  readonly conclude: (work: SliceWork) => Promise<void>;
}

const factOf = ({ input: { entity } }: SliceWork): string => `carried-paths/${entity}`;

export function createCarriedPaths(): CarriedPaths {
  let known: Set<string> | null = null;
  return {
    note: async (work, observations, isFirst) => {
      const carried = new Set(observations.flatMap(({ values, unread = [] }) => [...Object.keys(values), ...unread]));
      known ??= isFirst ? new Set() : await storedPaths(work);
      const size = known.size;
      for (const path of carried) known.add(path);
      // Mostly the first page carries them all.
      if (known.size > size) await work.store.runs.setFact(work.run.id, factOf(work), [...known]);
    },
    conclude: async (work) => {
      const carried = known ?? (await storedPaths(work));
      const missing = work.fields.filter(({ officernd }) => !carried.has(officernd)).map(({ key }) => key);
      if (carried.size === 0 || missing.length === 0) return;
      const held = await work.store.snapshots.heldFields(work.input.entity, missing);
      for (const key of held) await noteUnreadField(work, 'officernd', work.input.entity, key);
    },
  };
}

async function storedPaths(work: SliceWork): Promise<Set<string>> {
  const stored = (await work.store.runs.facts(work.run.id))[factOf(work)];
  return new Set(Array.isArray(stored) ? stored.filter((path) => typeof path === 'string') : []);
}
