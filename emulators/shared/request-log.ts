import type { JsonValue } from '../../domain/json';

/** One vendor request as `GET /requests?log=1` shows it. */
export interface LoggedRequest {
  readonly method: string;
  /** Method and path with placeholders, e.g. `GET /organizations/{org}/companies/{id}`. */
  readonly route: string;
  /** The path with its query, as it was sent. */
  readonly path: string;
  /** The status of the answer. 0 when the connection was dropped instead. */
  readonly status: number;
  /** The emulator's time at which the request came in, as ISO text. */
  readonly at: string;
  /** Ids of the records that the request read or wrote. */
  readonly ids: readonly string[];
  /** The emulator's time of an effect that a fault has delayed. */
  readonly effectAt?: string;
}

export interface RequestLog {
  readonly add: (request: LoggedRequest) => void;
  readonly clear: () => void;
  /** `{total, byRoute, byStatus}`. `withLog` adds `log`, the requests themselves. */
  readonly summary: (withLog: boolean) => JsonValue;
}

/** Counts the vendor requests. Admin calls are not among them. */
export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  const byRoute = new Map<string, number>();
  const byStatus = new Map<number, number>();
  return {
    add: (request) => {
      requests.push(request);
      byRoute.set(request.route, (byRoute.get(request.route) ?? 0) + 1);
      byStatus.set(request.status, (byStatus.get(request.status) ?? 0) + 1);
    },
    clear: () => {
      requests = [];
      byRoute.clear();
      byStatus.clear();
    },
    summary: (withLog) => ({
      total: requests.length,
      byRoute: Object.fromEntries(byRoute),
      byStatus: Object.fromEntries(byStatus),
      ...(withLog ? { log: requests.map((request) => ({ ...request })) } : {}),
    }),
  };
}
