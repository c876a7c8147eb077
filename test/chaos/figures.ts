import { z } from 'zod';

/** One intended failure. */
export interface Incident {
  /** `kill`, `crash point`, `temporal restart`, or the kind of a vendor's fault. */
  readonly kind: string;
  /** The phase of the run at that time. `prepare` is before the first, `end` after the last, `between` outside of runs. */
  readonly phase: string;
  /**
   * The time to the next successful call to a vendor. After a fault, it is the same vendor and the same route. Null where no call was needed
   * any more.
   */
  readonly recoveryMs: number | null;
  /** The number of laws that were broken at the next quiet point. */
  readonly broken?: number;
}

/** The counts of a search, added up over schedules. */
export interface Counted {
  readonly schedules: number;
  /** All runs of the engine, with quiet runs and previews. */
  readonly runs: number;
  /** Runs with a disturbance. */
  readonly disturbed: number;
  readonly created: number;
  readonly duplicates: number;
  readonly violations: number;
  /** Edits between the engine's last read and its write (M8). They are excused, because no vendor has conditional writes. */
  readonly unseen: number;
  readonly edits: number;
  readonly conflicts: number;
  /** Workers that ended by themselves. */
  readonly ownDeaths: number;
  readonly incidents: readonly Incident[];
}

const count = z.number();
/** The form of the file of `--figures`. */
export const countedSchema = z.object({
  schedules: count,
  runs: count,
  disturbed: count,
  created: count,
  duplicates: count,
  violations: count,
  unseen: count,
  edits: count,
  conflicts: count,
  ownDeaths: count,
  incidents: z.array(z.object({ kind: z.string(), phase: z.string(), recoveryMs: count.nullable(), broken: count.default(0) })),
}) satisfies z.ZodType<Counted>;

export const nothing: Counted = {
  schedules: 0,
  runs: 0,
  disturbed: 0,
  created: 0,
  duplicates: 0,
  violations: 0,
  unseen: 0,
  edits: 0,
  conflicts: 0,
  ownDeaths: 0,
  incidents: [],
};

export const added = (one: Counted, other: Counted): Counted => ({
  schedules: one.schedules + other.schedules,
  runs: one.runs + other.runs,
  disturbed: one.disturbed + other.disturbed,
  created: one.created + other.created,
  duplicates: one.duplicates + other.duplicates,
  violations: one.violations + other.violations,
  unseen: one.unseen + other.unseen,
  edits: one.edits + other.edits,
  conflicts: one.conflicts + other.conflicts,
  ownDeaths: one.ownDeaths + other.ownDeaths,
  incidents: [...one.incidents, ...other.incidents],
});

const phases = ['between', 'prepare', 'observe', 'unlink', 'link', 'update', 'end'];

/** The number of incidents by kind and phase, and the recovery times: a table in Markdown, and two lines. */
export function figuresText(counted: Counted): string {
  const kinds = [...new Set(counted.incidents.map(({ kind }) => kind))].toSorted();
  const rows = kinds.map((kind) => {
    const own = counted.incidents.filter((incident) => incident.kind === kind);
    const times = own.flatMap(({ recoveryMs }) => recoveryMs ?? []).toSorted((one, other) => one - other);
    const inPhase = phases.map((phase) => String(own.filter((incident) => incident.phase === phase).length));
    const lost = String(own.filter(({ broken = 0 }) => broken > 0).length);
    return [kind, ...inPhase, String(own.length), lost, seconds(times[Math.floor(times.length / 2)]), seconds(times.at(-1))];
  });
  const head = ['fault', ...phases, 'in all', 'lost', 'recovery: median', 'longest'];
  const table = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const { schedules, runs, disturbed, created, duplicates, violations, unseen, edits, conflicts, ownDeaths } = counted;
  const lines = [
    `schedules ${schedules}, runs ${runs} (disturbed ${disturbed}), people's edits ${edits}, records created ${created}, duplicates ${duplicates}`,
    `broken laws ${violations}, values in the conflict list ${conflicts}, edits in the gap between look and write (excused) ${unseen}, workers that ended by themselves ${ownDeaths}`,
  ];
  return [...table, '', ...lines].join('\n');
}

const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);
