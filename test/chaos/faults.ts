import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../../emulators/shared/json';
import type { FaultKind, FaultTarget, PlannedFault } from './schedule';
import type { SeenRequest } from './vendors';

/** A fault that was added to a vendor. */
export interface PlacedFault {
  readonly planned: PlannedFault;
  readonly match: { readonly method: string; readonly path: string };
  /** The time at which it was added, in milliseconds since 1970. */
  readonly sinceMs: number;
}

/** The calls of each target, by side: the method, and a pattern of the path with its query. */
const calls: Readonly<Record<PlannedFault['side'], Readonly<Record<FaultTarget, PlacedFault['match']>>>> = {
  officernd: {
    token: { method: 'POST', path: '^/oauth/token' },
    definitions: { method: 'GET', path: '/(locations|opportunity-statuses|custom-properties)' },
    list: { method: 'GET', path: '/(companies|members|opportunities)\\?%24limit=50(&%24cursor[^&]*)?$' },
    search: { method: 'GET', path: '/(companies|members|opportunities)\\?.*modifiedAt' },
    read: { method: 'GET', path: '/(companies|members|opportunities)(/[0-9a-f]{24}|\\?.*(hubspot_link_id|email=))' },
    create: { method: 'POST', path: '/(companies|members|opportunities)$' },
    update: { method: 'PUT', path: '/(companies|members|opportunities)/[0-9a-f]{24}$' },
  },
  hubspot: {
    token: { method: 'POST', path: '^/oauth/' },
    definitions: { method: 'GET', path: '/(properties|pipelines|account-info)' },
    list: { method: 'GET', path: '/(companies|contacts|deals)\\?' },
    search: { method: 'POST', path: '/search$' },
    read: { method: 'POST', path: '/batch/read$' },
    create: { method: 'GET', path: '/(companies|contacts|deals)/\\d+' },
    update: { method: 'POST', path: '/batch/update$' },
  },
};

/** The body of `POST /faults` (docs/development.md, Emulators). */
export function emulatorFault({ side, target, after, times, ...rest }: PlannedFault): JsonObject {
  return { match: calls[side][target], after, times, action: actionOf(rest.kind, { side, status: rest.status }) };
}

export const placed = (planned: PlannedFault): PlacedFault => ({
  planned,
  match: calls[planned.side][planned.target],
  sinceMs: Date.now(),
});

function actionOf(kind: FaultKind, { side, status }: Pick<PlannedFault, 'side' | 'status'>): JsonObject {
  switch (kind) {
    case 'limited, told how long':
      return { status: 429, headers: { 'retry-after': '1' } };
    case 'limited, not told':
      return { status: 429 };
    case 'refused before':
      return { status };
    case 'refused after':
      return { status, commit: true };
    case 'dropped before':
      return { dropBeforeCommit: true };
    case 'dropped after':
      return { dropAfterCommit: true };
    case 'slow':
      return { delayMs: 700 };
    case 'timed out':
      return { delayMs: 31_000 };
    case 'truncated body':
      return { truncate: true };
    case 'short list':
      return { status: 200, body: side === 'hubspot' ? { results: [] } : emptyList };
    case 'partial batch':
      return { status: 207, commit: true, body: partialBatch };
    case 'partial batch, undone':
      return { status: 207, body: partialBatch };
    case 'late search index':
      return { searchLag: 60_000 };
    case 'expired token':
      return { expireToken: true };
  }
}

/** A complete and well-formed answer without records. */
const emptyList: JsonValue = { rangeStart: 0, rangeEnd: 0, results: [] };

/** An answer that does not tell whether anything was written. */
const partialBatch: JsonValue = {
  status: 'COMPLETE',
  results: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  completedAt: '2026-01-01T00:00:00.000Z',
  numErrors: 1,
  errors: [{ status: 'error', category: 'UNKNOWN', message: 'internal error', context: {} }],
};

/** The longest time by which these faults delay an answer or its effect, in milliseconds. */
export const slackMs = (faults: readonly PlacedFault[]): number =>
  faults.reduce((most, { planned }) => Math.max(most, planned.kind === 'timed out' ? 31_500 : planned.kind === 'slow' ? 1_000 : 0), 100);

/** The requests that a fault has affected, counted as the emulator does. */
export function hitsOf({ planned, match, sinceMs }: PlacedFault, log: readonly SeenRequest[]): readonly SeenRequest[] {
  const path = new RegExp(match.path);
  const matching = log.filter(
    ({ side, atMs, method, path: asked }) => side === planned.side && atMs >= sinceMs && method === match.method && path.test(asked),
  );
  return matching.slice(planned.after, planned.after + planned.times);
}
