import type { JsonObject } from '../shared/json';
import { createRateWindow, type RateWindow } from '../shared/rate-window';
import type { JournalLimit, LimitKind } from './call';
import type { HubSpotSettings } from './settings';

export type App = 'private' | 'oauth';

/** The decision of the limits about one request. */
interface LimitDecision {
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a 429 without its correlation id. Absent when the request is allowed. */
  readonly refusal?: { readonly message: string; readonly rest: JsonObject };
}

interface RateLimits {
  readonly take: (kind: Exclude<LimitKind, JournalLimit | 'file'>, app: App) => LimitDecision;
  /** The limits of an app's own calls. They don't count for the account's, and a refusal always says how long to wait. */
  readonly takeOfApp: (kind: JournalLimit) => LimitDecision;
}

const BURST_MS = 10_000;
const SEARCH_MS = 1_000;
const APP_ID = '1160452';

/** A ten-second window for each app, a search window and a daily count for the account, and a window for associations. */
export function createRateLimits(now: () => number, settings: () => HubSpotSettings, portalId: () => string): RateLimits {
  const burst: Readonly<Record<App, RateWindow>> = { private: createRateWindow(BURST_MS, now), oauth: createRateWindow(BURST_MS, now) };
  const searches = createRateWindow(SEARCH_MS, now);
  const associations = createRateWindow(BURST_MS, now);
  const ofApp = { journal: createRateWindow(SEARCH_MS, now), subscriptions: createRateWindow(SEARCH_MS, now) };
  const daily = createDailyCount(now, () => settings().account.timeZone);

  return {
    takeOfApp: (kind) => {
      const current = settings();
      const { journalPerSecond: journal, subscriptionsPerSecond: subscriptions } = current.limits;
      const { allowed, retryAfterMs } = ofApp[kind].take({ journal, subscriptions }[kind]);
      return allowed ? { headers: {} } : refused({ ...current, retryAfter: true }, {}, retryAfterMs, 'secondly', 'SECONDLY', {});
    },
    take: (kind, app) => {
      const current = settings();
      const { limits } = current;
      if (limits.daily !== null && daily.used() >= limits.daily)
        return refused(current, dailyHeaders(current, app, kind), daily.resetsInMs(), 'daily', `DAILY`, {});
      const limit = { standard: limits.per10s, search: limits.searchPerSecond, associations: limits.associationsPer10s }[kind];
      const window = { standard: burst[app], search: searches, associations }[kind];
      const { allowed, remaining, retryAfterMs } = window.take(limit);
      if (allowed) daily.count();
      const headers = {
        ...(kind === 'search' || limit === null ? {} : burstHeaders(limit, remaining)),
        ...dailyHeaders(current, app, kind),
      };
      if (allowed) return { headers };
      if (kind !== 'search')
        return refused(current, headers, retryAfterMs, 'ten_secondly_rolling', 'TEN_SECONDLY_ROLLING', {
          groupName: `publicapi:private_app-api-calls-ten-secondly:${APP_ID}:${portalId()}`,
        });
      if (current.searchLimitBody === 'B')
        return { ...refused(current, headers, retryAfterMs, 'secondly', '', {}), refusal: searchRefusal };
      return refused(current, headers, retryAfterMs, 'secondly', 'SECONDLY', {
        groupName: `publicapi:crm:search:oauth:${APP_ID}:${portalId()}`,
      });
    },
  };

  function dailyHeaders(current: HubSpotSettings, app: App, kind: LimitKind): Readonly<Record<string, string>> {
    const { daily: limit } = current.limits;
    if (limit === null || (app === 'oauth' && !current.dailyHeadersWithOauth) || (kind === 'search' && !current.dailyHeadersOnSearch))
      return {};
    return { 'x-hubspot-ratelimit-daily': String(limit), 'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, limit - daily.used())) };
  }
}

const searchRefusal = { message: 'You have reached your secondly limit.', rest: { category: 'RATE_LIMITS' } };

const burstHeaders = (limit: number, remaining: number): Readonly<Record<string, string>> => ({
  'x-hubspot-ratelimit-interval-milliseconds': String(BURST_MS),
  'x-hubspot-ratelimit-max': String(limit),
  'x-hubspot-ratelimit-remaining': String(remaining),
  'x-hubspot-ratelimit-secondly': String(Math.floor(limit / 10)),
  'x-hubspot-ratelimit-secondly-remaining': String(Math.max(0, Math.min(Math.floor(limit / 10) - 1, remaining))),
});

function refused(
  settings: HubSpotSettings,
  headers: Readonly<Record<string, string>>,
  retryAfterMs: number,
  name: string,
  policyName: string,
  rest: JsonObject,
): LimitDecision {
  return {
    headers: settings.retryAfter ? { ...headers, 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : headers,
    refusal: {
      message: name === 'daily' ? 'You have reached your daily limit.' : `You have reached your ${name} limit.`,
      rest: { errorType: 'RATE_LIMIT', policyName, ...rest },
    },
  };
}

interface DailyCount {
  readonly used: () => number;
  readonly count: () => void;
  readonly resetsInMs: () => number;
}

/** Counts calls since midnight in the account's time zone. */
function createDailyCount(now: () => number, timeZone: () => string): DailyCount {
  let day = '';
  let count = 0;
  const turn = (): void => {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: timeZone() }).format(now());
    if (today !== day) count = 0;
    day = today;
  };
  let checkedMinute = -1;
  const current = (): number => {
    const minute = Math.floor(now() / 60_000);
    if (minute !== checkedMinute) turn();
    checkedMinute = minute;
    return count;
  };
  return {
    used: current,
    count: () => {
      current();
      count += 1;
    },
    resetsInMs: () => {
      const time = new Intl.DateTimeFormat('en-GB', {
        timeZone: timeZone(),
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      }).format(now());
      const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
      return 86_400_000 - ((hours * 60 + minutes) * 60 + seconds) * 1000;
    },
  };
}
