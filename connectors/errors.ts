/** What an answer means for the program, whichever vendor gave it. */
export type VendorErrorKind =
  | 'rate-limited'
  | 'unavailable'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'invalid'
  | 'conflict'
  | 'configuration'
  | 'unexpected';

export interface VendorErrorDetails {
  readonly vendor: 'hubspot' | 'officernd';
  /** Method and path pattern, ids left out: `GET /crm/objects/{version}/contacts`. */
  readonly route: string;
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** How long the vendor asks to wait. */
  readonly retryAfterMs?: number;
  /** The vendor's name for the request, for its support. */
  readonly correlationId?: string;
  /** The tenant-file setting to look at, for `configuration`, `unauthorized` and `forbidden`. */
  readonly setting?: string;
  /** Whether the write may have happened although no good answer came. */
  readonly mayHaveHappened?: boolean;
  /** Property names the vendor refused, with its code (`INVALID_OPTION`) or a cleaned reason; never values (A6). */
  readonly refusedFields?: readonly RefusedField[];
}

export interface RefusedField {
  readonly property: string;
  readonly reason: string;
}

/**
 * A call that did not give what was asked for. The message is a sentence for people, free of personal data and secrets (A6):
 * it is built from the route, the status and the vendor's error codes, never from the vendor's free text.
 */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  constructor(
    readonly kind: VendorErrorKind,
    message: string,
    readonly details: VendorErrorDetails,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
