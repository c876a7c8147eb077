import { asLabel, asList } from '../domain/printable';

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
  /** The connection broke, or was never made. */
  readonly broke?: boolean;
  /** How often the call was sent in vain, where that was more than once. */
  readonly tries?: number;
  /** Names of refused properties, each with the vendor's code (`INVALID_OPTION`) or a cleaned reason; never values (A6). */
  readonly refusedFields?: readonly RefusedField[];
  /**
   * The vendor's own words about a record that it refused without naming a field, shortened. They may hold personal data, so they may be stored in MongoDB and
   * shown to people who ask for them, and go nowhere else (A6).
   */
  readonly said?: string;
}

export interface RefusedField {
  readonly property: string;
  readonly reason: string;
}

/**
 * Whether a vendor's name for a refused property means this path or property of ours. OfficeRnD names custom properties without their bag,
 * and an object for any of its parts.
 */
export const isNamedBy = (property: string, path: string): boolean =>
  path === property || path === `properties.${property}` || path.startsWith(`${property}.`);

/** Whether a refusal's codes or reason say that another record holds a value which the vendor takes only once (M10). */
export const isHeldElsewhere = (reason: string): boolean => reason.includes(TAKEN) || HELD.test(reason);

/** The reason that stands for such a refusal where the vendor gives no code. */
export const TAKEN = 'another record already has a value that must be unique';
const HELD = /VALUE_TAKEN|ALREADY_EXISTS|CONTACT_EXISTS|DUPLICATE|CONFLICTING_UNIQUE|NOT_UNIQUE|\bconflict\b/i;

const MOST_SAID = 300;

/** A vendor's words as they may be kept: on one line, and not too long. Undefined when there are none. */
export const keptWords = (text: string | undefined): string | undefined => asLabel(text ?? '', MOST_SAID) || undefined;

/** The refused properties in words, with their reasons; empty when none is named. */
export const refusedInWords = (fields: readonly RefusedField[]): string =>
  asList(fields.map(({ property, reason }) => [property, reason] as const));

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
