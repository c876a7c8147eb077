import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { RefusedField } from '../../connectors/errors';
import type { WritePlace } from '../../connectors/limits';
import type { Side } from '../../domain/entity';
import type { Snapshot } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import type { FieldChange } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';
import type { OpenLink } from '../../store/comparisons';
import type { OfficerndAnswer } from '../slice/write-guard';
import type { Look } from '../slice/looks';

/** One link on its way through the update phase. */
export interface LinkState {
  readonly link: OpenLink;
  readonly officernd: Observation;
  readonly hubspot: Observation;
  readonly snapshot: Snapshot;
  /** D1: the side whose values a person prefers at the first link. */
  readonly prefers?: Side | undefined;
  /** Only in a run that applies a preview: whether the preview lists a change of this link. */
  readonly isListed?: (side: Side, change: FieldChange) => boolean;
}

/** A link whose target records have just been read again, with what is to be written (M8). */
export interface ReadyWrite {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
  /** The OfficeRnD record as read just now, where it is written. */
  readonly officerndRecord: OfficerndRecord | null;
  /** The reading of the target record. Records of one batch share it. */
  readonly look: Look;
  /** The place in the limits that was taken before it. */
  readonly place: WritePlace | undefined;
}

/** A vendor's refusal of one write. */
export interface Refusal {
  readonly refusedFields: readonly RefusedField[];
  readonly reason: string;
  /** The vendor's own words, for MongoDB and for people who ask (A6). */
  readonly said?: string;
}

/** The outcome of a write to one side. */
export type WriteOutcome =
  | { readonly kind: 'written' }
  /** Nothing of it was written. Where fields are named, the others can be sent again without them (M10). */
  | (Refusal & { readonly kind: 'refused' })
  /** It is unknown whether it was written, or the record has changed before another try. It is planned afresh as it is now. */
  | { readonly kind: 'unaccounted' }
  /** The record is gone, or answers under another id. Phase 1 of the next run deals with it. */
  | { readonly kind: 'vanished' };

/** The result of one link in a round. */
export interface Written {
  readonly before: ReadyWrite;
  readonly after: LinkState;
  readonly outcomes: { readonly [side in Side]?: WriteOutcome };
  /** OfficeRnD's answer, where it was written (S1). */
  readonly answer?: OfficerndAnswer;
}
