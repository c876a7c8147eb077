import { withoutTrailingSlashes } from '../../domain/trailing-slashes';
import type { VendorError } from '../errors';
import { sendMetered, type MeteredCallDeps, type PassedOn } from '../metered-call';
import type { IncomingAnswer } from '../send-once';
import { scarceRoomOf, type AccountDay } from './account-limits';
import { API_URL, badApiUrl, errorOfAnswer, noAnswer, type CallFacts, type HubSpotAnswer } from './errors';
import { isWrite, rateClassOf, routeOf } from './paths';

/** One request; `Http` adds the base address. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as HubSpot receives them. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface HttpOptions extends PassedOn {
  /** Turns an answer outside 2xx into an error. The token endpoint has a function of its own. */
  readonly toError?: (answer: HubSpotAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/** Sends one request; see `sendMetered`. */
export type Http = (request: HttpRequest, options?: HttpOptions) => Promise<HubSpotAnswer>;

export interface HttpDeps extends MeteredCallDeps {
  readonly apiUrl: string;
  /** The setting of the tenant file that holds the credential, for messages. */
  readonly credential: string;
  readonly day: AccountDay;
  readonly now: () => number;
}

/** The limiter waits at most this long after a 429. For a longer pause the caller gives its place back and comes again. */
const LONGEST_SILENCE_MS = 10_000;

export function createHttp({ apiUrl, credential, day, ...deps }: HttpDeps): Http {
  return async (request, { signal, beforeSend, place, handsBackPauses, toError = errorOfAnswer } = {}) => {
    const route = routeOf(request.method, request.path);
    const facts: CallFacts = { route, writes: isWrite(request.method, request.path), credential };
    const url = `${withoutTrailingSlashes(apiUrl)}${request.path}`;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badApiUrl(route);

    day.assertCallsLeft(route);
    const rateClass = rateClassOf(request.path);
    const answer = await sendMetered(
      {
        request: { ...request, url, urlSetting: API_URL },
        vendor: 'hubspot',
        route,
        rateClass,
        signal,
        writes: facts.writes,
        beforeSend,
        place,
        handsBackPauses,
        onAnswer: (incoming) => {
          day.note(incoming);
          const room = scarceRoomOf(incoming);
          // The answer does not wait for this and does not depend on it: if the limiter fails, the next call fails there anyway.
          if (room !== null) void deps.limiter.noteRoom(rateClass, room).catch(() => undefined);
        },
        noAnswer: (none) => noAnswer(facts, none.message, none),
        toError: (incoming) => toError(answerOf(incoming), facts, deps.now()),
        silenceMs: ({ status }, { details }) => (status === 429 ? Math.min(details.retryAfterMs ?? 0, LONGEST_SILENCE_MS) : null),
      },
      deps,
    );
    return answerOf(answer);
  };
}

const answerOf = ({ status, text, header }: IncomingAnswer): HubSpotAnswer => ({
  status,
  text,
  contentType: header('content-type') ?? '',
  retryAfter: header('retry-after'),
  correlationId: header('x-hubspot-correlation-id'),
});
