import { LookTooOld } from '../../connectors/look-too-old';
import type { WritePlace } from '../../connectors/limits';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { OfficerndResource } from '../../domain/entity';
import type { OfficerndId } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { beforeWrite } from './before-write';
import type { Look } from './looks';
import type { SliceWork } from './run-slice';
import type { OfficerndAnswer } from './write-guard';

/** An OfficeRnD record as it was read right before it is written (M8). */
export interface SeenTarget {
  readonly record: OfficerndRecord | null;
  readonly look: Look;
  readonly place: WritePlace | undefined;
}

/** A write to an OfficeRnD record, and what came of it. */
export type LookedWrite =
  | { readonly kind: 'written'; readonly answer: OfficerndAnswer }
  /** Nothing was sent: the record is gone (null), or there is no body for it as it is now. */
  | { readonly kind: 'left'; readonly record: OfficerndRecord | null };

interface LookedWriteInput {
  readonly resource: OfficerndResource;
  readonly id: OfficerndId;
  /** The body to send for the record as it is now. Null sends nothing. */
  readonly bodyFor: (record: OfficerndRecord) => Promise<Readonly<Record<string, JsonValue>> | null>;
  /** The look that the caller has made already. */
  readonly seen?: SeenTarget;
  /** See `CallOptions`. */
  readonly handsBackPauses?: boolean;
}

type Writing = Pick<SliceWork, 'officernd' | 'signal' | 'looks' | 'assertOwnerCached'>;

/** M8: takes a place in the limits, then reads an OfficeRnD record. */
export async function lookAtTarget(
  { officernd, signal, looks }: Writing,
  { resource, id, handsBackPauses = false }: Pick<LookedWriteInput, 'resource' | 'id' | 'handsBackPauses'>,
  { look = looks.next(), place }: { readonly look?: Look; readonly place?: WritePlace | undefined } = {},
): Promise<SeenTarget> {
  const taken = place ?? (await officernd.reserve(1, { signal }))[0];
  const options = { signal, beforeSend: look.begin, handsBackPauses, ...(taken !== undefined && { place: taken.look }) };
  return { record: await officernd.readOne(resource, id, options), look, place: taken };
}

/**
 * M8: writes an OfficeRnD record as it is now. The order is: a place in the limits, a look at the record, the write. When the look has grown
 * too old, for example in a wait for a token, all three are repeated.
 */
export async function lookThenWrite(work: Writing, input: LookedWriteInput): Promise<LookedWrite> {
  const { resource, id, bodyFor, seen, handsBackPauses = false } = input;
  let target = seen ?? (await lookAtTarget(work, input));
  for (;;) {
    const { record, look, place } = target;
    const body = record === null ? null : await bodyFor(record);
    if (record === null || body === null) return { kind: 'left', record };
    const options = {
      signal: work.signal,
      beforeSend: beforeWrite(work, look),
      handsBackPauses,
      ...(place !== undefined && { place: place.write }),
    };
    try {
      return { kind: 'written', answer: { before: record, body, after: await work.officernd.update(resource, id, body, options) } };
    } catch (error) {
      if (!(error instanceof LookTooOld)) throw error;
      look.again();
      target = await lookAtTarget(work, input, { look });
    }
  }
}
