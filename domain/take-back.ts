import { sides } from './entity';
import type { Side } from './entity';
import type { JsonValue } from './json';
import { planOf, whyNotWritable } from './plan-undo';
import type { FieldVerdict, UndoPlan, Wish } from './plan-undo';
import type { UpdateInput } from './update-input';
import { canonical, encode, rawOf } from './values';
import type { Canonical } from './values';

/** A value of HubSpot's that gave way to OfficeRnD's in a two-way field (M2, M4). */
export interface LostValue {
  readonly field: string;
  /** OfficeRnD's raw value, which won. */
  readonly won: JsonValue;
  /** HubSpot's raw value, which gave way. */
  readonly lost: JsonValue;
}

/**
 * D2: plans to write the values that gave way to both sides of a link. A field is left where a side holds neither of the two values any more.
 * A side that has the value already is not written, so that an interrupted run goes on.
 */
export function planTakeBack(input: UpdateInput, losses: readonly LostValue[]): UndoPlan {
  return planOf(
    input,
    losses.flatMap((loss) => wishesOf(input, loss)),
  );
}

function wishesOf(input: UpdateInput, { field: key, won, lost }: LostValue): readonly Wish[] {
  const { context } = input;
  const field = input.fields.find((one) => one.key === key);
  const wish = (side: Side, verdict: FieldVerdict): Wish => ({ rule: 'D2', side, key, field, verdict });
  const leftAs = (why: Extract<FieldVerdict, { kind: 'left' }>['why']) => [wish('officernd', { kind: 'left', why, to: lost })];
  if (field === undefined) return leftAs('not-mapped');
  if (field.direction !== '↔') return leftAs('one-way');
  const meaning = { won: canonical(field, 'officernd', won, context), lost: canonical(field, 'hubspot', lost, context) };
  const present = (side: Side): Canonical => canonical(field, side, rawOf(field, side, input[side].values), context);
  for (const side of sides) {
    const why = whyNotWritable(field, side, input, meaning.lost);
    if (why !== null) return leftAs(why);
    if (present(side) !== meaning.won && present(side) !== meaning.lost) return leftAs('changed-since');
  }
  const encoded = encode(field, 'officernd', lost, rawOf(field, 'officernd', input.officernd.values), context);
  if (encoded.kind === 'impossible') return leftAs('not-writable');
  const values: Readonly<Record<Side, JsonValue>> = { officernd: encoded.values[field.officernd] ?? null, hubspot: lost };
  return sides.map((side) => wish(side, present(side) === meaning.lost ? { kind: 'done' } : { kind: 'write', to: values[side] }));
}
