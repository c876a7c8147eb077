import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import type { EmulatorClock } from './clock';
import type { ScreenEdit } from './edits';
import type { SeededRandom } from './random';

/**
 * A vendor emulator is a settings schema, a world and a `handle` function. The server, the admin routes, faults, the request log,
 * latency and the clock come from `startEmulator`. Vendors never see admin requests. A request with a fault reaches `handle` only if it
 * takes effect.
 */
export interface VendorDefinition<S extends BaseSettings> {
  /** The half of a `{officernd, hubspot}` world that is this vendor's. */
  readonly side: Side;
  /** A strict schema in which every setting has a default. `{}` must parse. */
  readonly settings: z.ZodType<S>;
  readonly create: (deps: VendorDeps<S>) => Vendor;
}

/** The settings that `startEmulator` itself reads. Every vendor's schema has them. */
export interface BaseSettings {
  /** Time added to each vendor request, in real milliseconds. */
  readonly latencyMs: number;
}

export interface VendorDeps<S> {
  readonly clock: EmulatorClock;
  /** The settings as they are now. Read them again for each request. */
  readonly settings: () => S;
  /** A new sequence for this label, from the emulator's seed. Take it again in `replaceWorld` to make ids repeat. */
  readonly random: (label: string) => SeededRandom;
}

export interface Vendor {
  /** Method and path for counting, with placeholders for ids and slugs: `GET /crm/v3/objects/companies/{id}`. Never throws. */
  readonly routeOf: (method: string, path: string) => string;
  /** Returns the answer to one request. If it throws, the caller gets 500 with `errorBody(500)`. */
  readonly handle: (request: VendorRequest) => VendorResponse | Promise<VendorResponse>;
  /** The vendor's own error body, for faults that give none and for crashes. */
  readonly errorBody: (status: number, request: VendorRequest) => JsonValue;
  /** Replaces all records and resets the rate windows. Throws an AdminError that names the mistake; then nothing has changed. */
  readonly replaceWorld: (half: JsonValue) => void;
  /** The records in the format that `replaceWorld` takes. */
  readonly readWorld: () => JsonValue;
  /** Makes a change as a person does in the vendor's screens. Returns the affected records. Throws AdminError with a clear sentence. */
  readonly applyEdit: (edit: ScreenEdit) => JsonValue;
  /**
   * Changes how the vendor tells of changes (`POST /feed`), and returns how it does from now on. Each part of the body that is given replaces
   * that part; `{}` changes nothing. Throws an AdminError. Absent for a vendor that tells nothing.
   */
  readonly changeFeed?: (body: JsonValue) => JsonValue;
  /** Ends what the vendor sends by itself. */
  readonly stop?: () => void;
}

export interface VendorRequest {
  /** In capitals. */
  readonly method: string;
  /** The path with its query, as sent. */
  readonly url: string;
  /** The path without its query, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as sent. Empty when there was none. */
  readonly rawBody: Buffer;
  /** The bearer token, if any. */
  readonly token: string | undefined;
  /** True after an `expireToken` fault has expired this token. */
  readonly tokenExpired: boolean;
  /** The largest `searchLag` of the faults that fired for this request, else 0. */
  readonly searchLagMs: number;
  /** Notes a record that this request read or wrote, for the request log. */
  readonly touch: (id: string) => void;
}

export interface VendorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. A string is sent as it is. Absent means no body. */
  readonly body?: JsonValue | undefined;
}

/** A wrong admin call. Its caller gets 400 `{error: {message}}`. The message says what to do. */
export class AdminError extends Error {}
