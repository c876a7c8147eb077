import type { Side } from '../entity';
import type { FieldMapping, ValueContext } from '../field-mapping';
import type { JsonValue } from '../json';

/** A value in the form in which it is compared; null is blank. */
export type Canonical = string | null;

export type ImpossibleReason = 'no-counterpart' | 'not-convertible';

/** A value converted to the other side's form; `keep` when the current value there already means the same. */
export type Converted =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'keep' }
  | { readonly kind: 'impossible'; readonly reason: ImpossibleReason };

export interface Conversion {
  readonly field: FieldMapping;
  readonly to: Side;
  /** The other side's value, never blank. */
  readonly raw: JsonValue;
  /** The current value of the destination. */
  readonly current: JsonValue;
  readonly context: ValueContext;
}

/** How the values of one field type are compared and converted. */
export interface ValueType {
  /** Never fails: a value that can't be read is compared as text, so that nothing is lost. `raw` is not blank (`isBlank`). */
  readonly canonical: (raw: JsonValue, side: Side, context: ValueContext) => Canonical;
  readonly convert: (conversion: Conversion) => Converted;
}

export const converted = (value: JsonValue): Converted => ({ kind: 'value', value });
export const notConvertible: Converted = { kind: 'impossible', reason: 'not-convertible' };
export const noCounterpart: Converted = { kind: 'impossible', reason: 'no-counterpart' };
