/** The meaning of a vendor's answer for the program, the same for both vendors. */
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
  /** Method and path without ids: `GET /crm/objects/{version}/contacts`. */
  readonly route: string;
  /** The HTTP status; absent when no answer came. */
  readonly status?: number;
  /** How long to wait before the next call. */
  readonly retryAfterMs?: number;
  /** The vendor's own id of the request, for its support. */
  readonly correlationId?: string;
  /** The setting of the tenant file to check, for `configuration`, `unauthorized` and `forbidden`. */
  readonly setting?: string;
  /** Whether the vendor may have carried out the write although no good answer came. */
  readonly mayHaveHappened?: boolean;
  /** Names of refused properties, each with the vendor's code (`INVALID_OPTION`) or a cleaned reason; never values (A6). */
  readonly refusedFields?: readonly RefusedField[];
}

export interface RefusedField {
  readonly property: string;
  readonly reason: string;
}

/** V4: the end of a sentence about an answer that is not in the vendor's own form. */
export const foreignAnswer = (urlSetting: string): string =>
  `the answer is not the vendor's own, but probably that of a proxy or firewall between. Try again later; if this continues, check ${urlSetting}.`;

/**
 * A call that failed. The message is a sentence for people, without personal data and secrets (A6). It is built from the route, the status
 * and the vendor's error codes, never from the vendor's free text.
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
