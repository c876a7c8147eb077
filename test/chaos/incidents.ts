import type { PhaseSpan } from './engine';
import { hitsOf } from './faults';
import type { PlacedFault } from './faults';
import type { Incident } from './figures';
import type { SeenRequest } from './vendors';

/** Something that happened to a process or a server, or that a person did. */
export interface Blow {
  readonly kind: string;
  readonly atMs: number;
  /** The time at which a server answered again. Recovery is measured from then. */
  readonly backAtMs?: number;
  /** True for an event that people want. There is nothing to recover from. */
  readonly isWanted?: boolean;
}

/** The incidents of a run, found in the vendors' requests. */
export function incidentsOf(met: {
  /** The requests until the end of the run. */
  readonly log: readonly SeenRequest[];
  readonly faults: readonly PlacedFault[];
  readonly blows: readonly Blow[];
  readonly phases: readonly PhaseSpan[];
}): readonly Incident[] {
  const { log, faults, blows, phases } = met;
  const hits = faults.map((fault) => ({ fault, requests: hitsOf(fault, log) }));
  const isHit = new Set(hits.flatMap(({ requests }) => requests));
  const successAfter = (atMs: number, wanted: (request: SeenRequest) => boolean): number | null => {
    const times = log
      .filter((request) => request.atMs > atMs && isGood(request) && !isHit.has(request) && wanted(request))
      .map((request) => request.atMs);
    return times.length === 0 ? null : Math.min(...times) - atMs;
  };
  return [
    ...hits.flatMap(({ fault, requests }) =>
      requests.map((request) => ({
        kind: fault.planned.kind,
        phase: phaseAt(phases, request.atMs),
        recoveryMs: successAfter(request.atMs, ({ side, route }) => side === request.side && route === request.route),
      })),
    ),
    ...blows.map(({ kind, atMs, backAtMs = atMs, isWanted = false }) => {
      const recoveryMs = isWanted ? null : successAfter(backAtMs, () => true);
      return { kind, phase: phaseAt(phases, atMs), recoveryMs: recoveryMs === null ? null : recoveryMs + backAtMs - atMs };
    }),
  ];
}

const isGood = ({ status }: SeenRequest): boolean => status >= 200 && status < 300;

/** The phase at a moment. Phases of different entities overlap; then it is the later phase. */
function phaseAt(phases: readonly PhaseSpan[], atMs: number): string {
  const current = phases.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
  if (current !== undefined) return current.phase;
  const before = phases.findLast(({ toMs }) => toMs < atMs);
  if (before === undefined) return 'prepare';
  return phases.some(({ fromMs }) => fromMs > atMs) ? before.phase : 'end';
}
