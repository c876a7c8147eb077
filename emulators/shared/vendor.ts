import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import type { EmulatorClock } from './clock';
import type { ScreenEdit } from './edits';
import type { SeededRandom } from './random';

/**
 * A vendor emulator is a settings schema, a world and a `handle` function; `startEmulator` adds the server, the admin routes, faults, the
 * request log, latency and the clock. Vendors never see admin requests, and a faulted request reaches `handle` only where it takes effect.
 */
export interface VendorDefinition<S extends BaseSettings> {
  /** Which half of a `{officernd, hubspot}` world is this vendor's. */
  readonly side: Side;
  /** A strict schema in which every setting has its default; `{}` must parse. */
  readonly settings: z.ZodType<S>;
  readonly create: (deps: VendorDeps<S>) => Vendor;
}

/** Settings that the core itself reads; every vendor's schema has them. */
export interface BaseSettings {
  /** Added to each vendor request, real milliseconds. */
  readonly latencyMs: number;
}

export interface VendorDeps<S> {
  readonly clock: EmulatorClock;
  /** The settings as they are now; ask again for each request. */
  readonly settings: () => S;
  /** A fresh sequence for this label from the emulator's seed. Ask again in `replaceWorld` to make ids repeat. */
  readonly random: (label: string) => SeededRandom;
}

export interface Vendor {
  /** Method and path pattern for counting, with ids and slugs replaced: `GET /crm/v3/objects/companies/{id}`. Never throws. */
  readonly routeOf: (method: string, path: string) => string;
  /** Answers one request. What it throws is answered as 500 with `errorBody(500)`. */
  readonly handle: (request: VendorRequest) => VendorResponse | Promise<VendorResponse>;
  /** The vendor's own error shape, for faults and for crashes without a body of their own. */
  readonly errorBody: (status: number, request: VendorRequest) => JsonValue;
  /** Replaces all records and this vendor's counters (rate windows). Throws AdminError naming what is wrong; then nothing has changed. */
  readonly replaceWorld: (half: JsonValue) => void;
  /** The records in the format that `replaceWorld` takes. */
  readonly readWorld: () => JsonValue;
  /** What a person does in the vendor's screens; answers the affected record(s). Throws AdminError with a clear sentence. */
  readonly applyEdit: (edit: ScreenEdit) => JsonValue;
}

export interface VendorRequest {
  /** In capitals. */
  readonly method: string;
  /** Path with query, as sent. */
  readonly url: string;
  /** Path without query, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as sent; empty where there was none. */
  readonly rawBody: Buffer;
  /** The bearer token, if any. */
  readonly token: string | undefined;
  /** True once an `expireToken` fault has hit this token. */
  readonly tokenExpired: boolean;
  /** The largest `searchLag` of the faults that hit this request, else 0. */
  readonly searchLagMs: number;
  /** Notes a record that this request read or wrote, for the request log. */
  readonly touch: (id: string) => void;
}

export interface VendorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is; absent means no body. */
  readonly body?: JsonValue | undefined;
}

/** A wrong admin call: answered as 400 `{error: {message}}`. The message says what to do. */
export class AdminError extends Error {}
