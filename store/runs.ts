import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { Reading } from '../domain/plan-reading';
import type { Application, AppliedPreview, ProposalBasis } from '../domain/proposal';
import { endedWell, syncModes } from '../domain/report';
import type { Report, RunState, SyncMode } from '../domain/report';
import type { TenantMapping } from '../domain/tenant-mapping';
import type { Trouble } from '../domain/trouble';
import type { Undoing } from '../domain/undoing';
import { createFences } from './fences';
import type { Fences } from './fences';
import { createRunFacts } from './run-facts';
import type { RunFacts } from './run-facts';
import { beginningWith } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { isDuplicateKey } from './writes';

export interface Run {
  readonly id: string;
  readonly mode: SyncMode;
  readonly entities: readonly Entity[];
  readonly state: RunState;
  readonly startedAt: Date;
  /**
   * Orders the runs of a tenant for their fences: when Temporal scheduled the run's beginning, in milliseconds since 1970. Absent in runs of
   * older versions.
   */
  readonly turn?: number;
  readonly finishedAt: Date | null;
  /** Resolved at the start; it does not change during the run. */
  readonly mapping: TenantMapping;
  readonly mappingHash: string;
  /** The pair and the configuration that proposals of the run belong to (P1). Absent in runs of older versions. */
  readonly basis?: ProposalBasis;
  /** The preview that the run carries out; absent of any other run. */
  readonly applies?: AppliedPreview;
  /** Only of a preview: who has asked for it to be carried out. */
  readonly application?: Application;
  readonly reading: Reading;
  /** D1: whether people had decided anything about the tenant's records when the run began. Absent where they had not. */
  readonly decided?: boolean;
  /** Observations of this generation are live. It is the id of the last run that read everything: this run or an earlier one. */
  readonly generation: string;
  /** When the run of the generation began. */
  readonly generationAt: Date;
  /** Whether people had decided about single effects of proposals when the run began (P2). Absent where nobody had. */
  readonly hasVerdicts?: boolean;
  /** Why the run is blocked or failed: one sentence for people, and the setting to check. */
  readonly trouble: Trouble | null;
  readonly report: Report | null;
  /** X3: what the run takes back. Absent in a sync. */
  readonly undoes?: Undoing;
  /** T3: the run reads the records that hints are about, and their partners. The number of hints. */
  readonly hints?: number;
}

/** `runs`. */
export interface Runs extends Fences, RunFacts {
  /** Stores a new run. If it exists already, returns the stored one unchanged. */
  readonly start: (run: Run) => Promise<Run>;
  readonly get: (id: string) => Promise<Run | null>;
  readonly latest: () => Promise<Run | null>;
  /** The newest run that has read records. One that takes back reads only those that it writes (X3), one for hints just their records (T3). */
  readonly latestSync: () => Promise<Run | null>;
  /**
   * Whether a run that began after this moment has read everything of an entity and has come to its end. One that applies a preview does no
   * more than that, so it does not count.
   */
  readonly hasReadAllSince: (entity: Entity, since: Date | null) => Promise<boolean>;
  /** Newest first. */
  readonly list: (limit: number) => Promise<readonly Run[]>;
  /** Newest first, without runs for hints. */
  readonly listOthers: (limit: number) => Promise<readonly Run[]>;
  /** T3: the newest runs for hints that began after a moment. */
  readonly listForHints: (since: Date, limit: number) => Promise<readonly Run[]>;
  /** The ids of runs that begin so, in order. */
  readonly idsFrom: (beginning: string, limit: number) => Promise<readonly string[]>;
  readonly setState: (id: string, state: RunState, trouble: Run['trouble']) => Promise<void>;
  /**
   * Stores the end of a run at once: a state without its report would be shown with a report of an earlier round.
   * @param expiresAt when the run may be removed. @default never, but for previews
   */
  readonly finish: (id: string, report: Report, trouble: Run['trouble'], now: Date, expiresAt?: Date) => Promise<void>;
  /** Records who has asked for a preview to be carried out, unless that has been done. From now on it is kept as long as at its end. */
  readonly noteApplication: (id: string, application: Application) => Promise<void>;
  /** Notes that a run has carried out a preview. */
  readonly noteCarriedOut: (id: string, by: string) => Promise<void>;
}

interface RunDocument extends StoredDocument, Omit<Run, 'mapping' | 'hints'> {
  readonly hints?: number | null;
  readonly mapping: TenantMapping | NoMapping;
  /** The mapping of a run that applies a preview. A worker of an older release would do everything, so it must find none. */
  readonly listMapping?: TenantMapping;
}

type NoMapping = Readonly<Record<string, never>>;

const states: readonly RunState[] = ['running', 'completed', 'needs-approval', 'blocked', 'failed', 'cancelled'];

const trouble = schema.object({ kind: schema.text, message: schema.text, setting: schema.textOrNull });

const SOME_HINTS = { $gte: 0 };

export const runsSpec: schema.CollectionSpec = {
  name: 'runs',
  fields: {
    id: schema.text,
    mode: schema.oneOf(syncModes),
    entities: schema.listOf(schema.oneOf(entities)),
    state: schema.oneOf(states),
    startedAt: schema.date,
    finishedAt: schema.dateOrNull,
    mapping: { bsonType: 'object' },
    mappingHash: schema.text,
    reading: { bsonType: 'object' },
    generation: schema.text,
    generationAt: schema.date,
    trouble: schema.orNull(trouble),
    report: { bsonType: ['object', 'null'] },
  },
  optional: {
    basis: { bsonType: 'object' },
    turn: schema.count,
    applies: { bsonType: 'object' },
    listMapping: { bsonType: 'object' },
    application: { bsonType: 'object' },
    decided: schema.flag,
    hasVerdicts: schema.flag,
    undoes: { bsonType: 'object' },
    hints: schema.count,
  },
  indexes: [
    { name: 'newestFirst', key: { tenant: 1, startedAt: -1, id: -1 } },
    { name: 'withoutHints', key: { tenant: 1, hints: 1, startedAt: -1, id: -1 } },
    { name: 'forHints', key: { tenant: 1, startedAt: -1 }, partialFilterExpression: { hints: SOME_HINTS } },
  ],
};

/** The `runs` of one tenant. They hold counts and configuration, no records, and never expire. */
export function createRuns(scope: Scope): Runs {
  const collection = scope.collection<RunDocument>('runs');
  const { tenant } = scope;
  const get = async (id: string): Promise<Run | null> => {
    const found = await collection.findOne({ _id: idIn(scope, id) });
    return found === null ? null : toRun(found);
  };
  const list = async (limit: number): Promise<readonly Run[]> =>
    (await collection.find({ tenant }, { sort: { startedAt: -1, id: -1 }, limit }).toArray()).map(toRun);
  // Null also where the field is absent.
  const withoutHints = { tenant, hints: null } as const;
  const newestOthers = { hint: 'withoutHints', sort: { startedAt: -1, id: -1 } } as const;
  return {
    start: async (run) => {
      try {
        await collection.insertOne({ ...headerOf(scope, run.id, scope.expiry()), ...toRun(run), ...hiddenMapping(run) });
        return run;
      } catch (error) {
        const existing = isDuplicateKey(error) ? await get(run.id) : null;
        if (existing === null) throw error;
        return existing;
      }
    },
    get,
    latest: async () => (await list(1))[0] ?? null,
    latestSync: async () => {
      const found = await collection.findOne({ ...withoutHints, undoes: { $exists: false } }, newestOthers);
      return found === null ? null : toRun(found);
    },
    hasReadAllSince: async (entity, since) => {
      const ended = { state: { $in: endedWell }, 'reading.kind': 'full', entities: entity, applies: { $exists: false } } as const;
      return (await collection.findOne({ tenant, ...ended, ...(since !== null && { startedAt: { $gt: since } }) })) !== null;
    },
    list,
    listOthers: async (limit) => (await collection.find(withoutHints, { ...newestOthers, limit }).toArray()).map(toRun),
    listForHints: async (since, limit) => {
      const filter = { tenant, hints: SOME_HINTS, startedAt: { $gt: since } };
      return (await collection.find(filter, { hint: 'forHints', sort: { startedAt: -1 }, limit }).toArray()).map(toRun);
    },
    idsFrom: async (beginning, limit) =>
      (
        await collection
          .find({ _id: beginningWith(idIn(scope, beginning)) }, { hint: '_id_', sort: { _id: 1 }, limit })
          .project<Pick<Run, 'id'>>({ id: 1 })
          .toArray()
      ).map(({ id }) => id),
    setState: async (id, state, why) => {
      await collection.updateOne({ _id: idIn(scope, id) }, { $set: { state, trouble: why } });
    },
    finish: async (id, report, why, now, expiresAt) => {
      const end = { state: report.state, trouble: why, report, finishedAt: now, expiresAt: expiresAt ?? scope.endedRunExpiry() };
      await collection.updateOne({ _id: idIn(scope, id) }, { $set: end });
    },
    noteApplication: async (id, application) => {
      await collection.updateOne(
        // Null also where nobody has asked yet.
        { _id: idIn(scope, id), 'application.carriedOutBy': null },
        { $set: { application, expiresAt: scope.endedRunExpiry() } },
      );
    },
    noteCarriedOut: async (id, by) => {
      await collection.updateOne({ _id: idIn(scope, id), application: { $exists: true } }, { $set: { 'application.carriedOutBy': by } });
    },
    ...createFences(scope),
    ...createRunFacts(scope),
  };
}

const hiddenMapping = ({ applies, mapping }: Run): Pick<RunDocument, 'listMapping'> & Partial<Pick<RunDocument, 'mapping'>> =>
  applies === undefined ? {} : { mapping: {}, listMapping: mapping };

function mappingIn(run: Run | RunDocument): TenantMapping {
  if ('listMapping' in run && run.listMapping !== undefined) return run.listMapping;
  const { mapping } = run;
  if (isMapping(mapping)) return mapping;
  throw new Error('The stored run has no mapping.');
}

const isMapping = (mapping: TenantMapping | NoMapping): mapping is TenantMapping => 'fields' in mapping;

/** The run without the store's own fields. */
const toRun = (run: Run | RunDocument): Run => ({
  id: run.id,
  mode: run.mode,
  entities: run.entities,
  state: run.state,
  startedAt: run.startedAt,
  ...(run.turn !== undefined && { turn: run.turn }),
  finishedAt: run.finishedAt,
  mapping: mappingIn(run),
  mappingHash: run.mappingHash,
  ...(run.basis !== undefined && { basis: run.basis }),
  ...(run.applies !== undefined && { applies: run.applies }),
  ...(run.application !== undefined && { application: run.application }),
  ...(run.hasVerdicts !== undefined && { hasVerdicts: run.hasVerdicts }),
  reading: run.reading,
  ...(run.decided !== undefined && { decided: run.decided }),
  generation: run.generation,
  generationAt: run.generationAt,
  trouble: run.trouble,
  report: run.report,
  ...(run.undoes !== undefined && { undoes: run.undoes }),
  ...(typeof run.hints === 'number' && { hints: run.hints }),
});
