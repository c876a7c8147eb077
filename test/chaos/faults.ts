import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../../emulators/shared/json';
import type { FaultTarget, PlannedFault } from './schedule';
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
export const emulatorFault = (fault: PlannedFault): JsonObject => ({
  match: calls[fault.side][fault.target],
  after: fault.after,
  times: fault.times,
  action: actionOf(fault),
});

export const placed = (planned: PlannedFault): PlacedFault => ({
  planned,
  match: calls[planned.side][planned.target],
  sinceMs: Date.now(),
});

function actionOf({ kind, side, target, status, commits }: PlannedFault): JsonObject {
  const page = (of: number): JsonObject => ({ status: of, headers: { server: 'cloudflare' }, body: WEB_PAGE, commit: commits });
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
      // A creation must not take effect later than the workers here expect it to (`LATE_EFFECT_MS`).
      return { delayMs: 31_000, ...(side === 'officernd' && target === 'create' ? { dropBeforeCommit: true } : {}) };
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
    case 'web page 403':
      return page(403);
    case 'web page 404':
      return page(404);
    case 'web page 401':
      return page(401);
    case 'web page 200':
      return page(200);
    case 'another JSON':
      return { ...page(status % 2 === 0 ? 200 : 404), body: { message: 'Forbidden', requestId: 'b1f0' } };
    case 'empty body':
      return { ...page(status % 2 === 0 ? 200 : 403), body: '' };
    case 'repeated cursor':
    case 'empty page with a next one':
      return { status: 200, body: emptyPage(side, target) };
    case 'late effect': {
      const delays = target === 'create' ? LATE_CREATION_MS : LATE_UPDATE_MS;
      return { dropBeforeCommit: true, delayMs: delays[status % delays.length] ?? 1_000, before: true, lateEffect: true };
    }
  }
}

const WEB_PAGE = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>';

/** Delays on the vendor's clock, by which no run waits: the effect comes when the schedule or the end of the round says so. */
const LATE_UPDATE_MS = [600_000, 900_000, 1_200_000] as const;
/** After this time, every late effect has come. */
export const LATEST_MS = 1_201_000;
/** Delays of creations. They are shorter than a program waits before it looks for such a record (L12). */
const LATE_CREATION_MS = [300, 1_000, 3_000] as const;

/** An empty page whose cursor leads to the beginning of the list. */
function emptyPage(side: PlannedFault['side'], target: FaultTarget): JsonValue {
  if (side === 'officernd') return { ...emptyList, cursorNext: FIRST_CURSOR };
  const page = { results: [], paging: { next: { after: '0' } } };
  return target === 'search' ? { total: 0, ...page } : page;
}

/** Leads to the first record, as the emulator writes its cursors. */
const FIRST_CURSOR = Buffer.from(JSON.stringify({ seq: -1, start: 1, at: 0 })).toString('base64');

/** A complete and well-formed answer without records. */
const emptyList: JsonObject = { rangeStart: 0, rangeEnd: 0, results: [] };

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
