import type { VendorError } from '../errors';
import { sendMetered, type MeteredCallDeps, type PassedOn } from '../metered-call';
import type { IncomingAnswer } from '../send-once';
import { badUrl, errorOfAnswer, noAnswer, type CallFacts, type OfficerndAnswer } from './errors';

/** One request as it is sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly rateClass: 'read' | 'write' | 'token';
  readonly facts: CallFacts;
}

export interface HttpOptions extends PassedOn {
  /** Turns an answer outside 2xx into an error. The token endpoint has a function of its own. */
  readonly toError?: (answer: OfficerndAnswer, facts: CallFacts, nowMs: number) => VendorError;
}

/** Sends one request; see `sendMetered`. */
export type Http = (request: HttpRequest, options?: HttpOptions) => Promise<OfficerndAnswer>;

export interface HttpDeps extends MeteredCallDeps {
  readonly now: () => number;
}

/** OfficeRnD counts calls by the minute, so after a minute there is room again, even if it asks for a longer wait. */
const LONGEST_SILENCE_MS = 60_000;

export function createHttp(deps: HttpDeps): Http {
  return async (request, { signal, beforeSend, place, handsBackPauses, toError = errorOfAnswer } = {}) => {
    const { url, rateClass, facts } = request;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw badUrl(facts);

    const answer = await sendMetered(
      {
        request: { ...request, urlSetting: facts.urlSetting },
        vendor: 'officernd',
        route: facts.route,
        rateClass,
        signal,
        writes: facts.writes,
        beforeSend,
        place,
        handsBackPauses,
        noAnswer: (none) => noAnswer(facts, none.message, none),
        toError: (incoming) => toError(answerOf(incoming), facts, deps.now()),
        silenceMs: (_answer, { kind, details }) =>
          kind === 'rate-limited' ? Math.min(details.retryAfterMs ?? 0, LONGEST_SILENCE_MS) : null,
      },
      deps,
    );
    return answerOf(answer);
  };
}

const answerOf = ({ status, text, header }: IncomingAnswer): OfficerndAnswer => ({
  status,
  text,
  contentType: header('content-type') ?? '',
  retryAfter: header('retry-after'),
  location: header('location'),
  correlationId: header('cf-ray'),
});
