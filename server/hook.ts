import type { FastifyRequest } from 'fastify';
import type { SignedTenant } from './signed-tenants';
import type { StoreHints } from './storing';
import type { Tally } from './tally';

/** The common parts of both vendors' hooks. */
export interface HookDeps {
  readonly tenants: () => Promise<readonly SignedTenant[]>;
  readonly store: StoreHints;
  readonly tally: Tally;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The address that vendors call, without a trailing slash; null: as the request names it. */
  readonly publicUrl: string | null;
}

/** Clocks differ a little; a stamp further ahead would outlive the tolerance. */
const AHEAD_MS = 60_000;

/** Whether a request was signed now: one that somebody has recorded is refused later. */
export const hasRightTime = (atMs: number | null, nowMs: number, toleranceMs: number): boolean =>
  atMs !== null && nowMs - atMs <= toleranceMs && atMs - nowMs <= AHEAD_MS;

/** A header's only value; empty when it is missing or was sent twice. */
export function headerOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The body as it was sent, which is what the signature is about. */
export const rawBodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));
