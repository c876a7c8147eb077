import type { Side } from '../entity';
import type { FieldMapping, ValueContext } from '../field-mapping';
import type { JsonValue } from '../json';

/** A value in the form in which it is compared (§2.3); null is blank (§2.2). */
export type Canonical = string | null;

export type ImpossibleReason = 'no-counterpart' | 'not-convertible';

/** What a value becomes on the other side; `keep` when what is there already means the same. */
export type Converted =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'keep' }
  | { readonly kind: 'impossible'; readonly reason: ImpossibleReason };

export interface Conversion {
  readonly field: FieldMapping;
  readonly to: Side;
  /** The other side's value, never blank. */
  readonly raw: JsonValue;
  /** What the destination holds now. */
  readonly current: JsonValue;
  readonly context: ValueContext;
}

/** How the values of one field type are compared and converted. */
export interface ValueType {
  /** Total: a value that can't be read is compared as text, so that nothing is lost. `raw` is not blank by §2.2. */
  readonly canonical: (raw: JsonValue, side: Side, context: ValueContext) => Canonical;
  readonly convert: (conversion: Conversion) => Converted;
}

export const converted = (value: JsonValue): Converted => ({ kind: 'value', value });
export const notConvertible: Converted = { kind: 'impossible', reason: 'not-convertible' };
export const noCounterpart: Converted = { kind: 'impossible', reason: 'no-counterpart' };
