import type { OfficerndRecord } from '../../connectors/officernd/connector';
import type { RefusedField } from '../../connectors/errors';
import type { Side } from '../../domain/entity';
import type { Snapshot } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import type { UpdatePlan } from '../../domain/plan-update';
import type { OpenLink } from '../../store/comparisons';

/** One link on its way through the update phase. */
export interface LinkState {
  readonly link: OpenLink;
  readonly officernd: Observation;
  readonly hubspot: Observation;
  readonly snapshot: Snapshot;
}

/** A link whose target records have just been read again, with what is to be written (M8). */
export interface ReadyWrite {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
  /** The OfficeRnD record as read just now, where it is written. */
  readonly officerndRecord: OfficerndRecord | null;
}

/** What a side said to a write. */
export type WriteOutcome =
  | { readonly kind: 'written' }
  /** Nothing of it was written; with fields named, the others can be sent again without them (M10). */
  | { readonly kind: 'refused'; readonly refusedFields: readonly RefusedField[]; readonly reason: string }
  /** No answer tells whether it was written, or the record has changed before another try; as it is now, it is planned afresh. */
  | { readonly kind: 'unaccounted' }
  /** The record went away, or answers under another id: the next run's first phase looks after it. */
  | { readonly kind: 'vanished' };

/** What became of one link in a round. */
export interface Written {
  readonly before: ReadyWrite;
  readonly after: LinkState;
  readonly outcomes: { readonly [side in Side]?: WriteOutcome };
}
