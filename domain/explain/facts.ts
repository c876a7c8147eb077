import type { Observation } from '../observation';
import type { FieldMapping } from '../field-mapping';
import type { HalvesSearch } from '../halves';
import type { JsonValue } from '../json';
import type { Link, Snapshot } from '../link';
import type { Operation, OperationState, Phase } from '../operation';
import type { Effect, Proposal } from '../proposal';
import type { Side } from '../entity';
import type { TenantMapping } from '../tenant-mapping';

/** The stored facts of a record, as explanations take them. All of them are read before: explaining asks nobody. */

/** A link, and the runs that made and ended it. */
export interface LinkLife extends Link {
  /** The run that last made it active. */
  readonly linkedRun: string;
  readonly retiredRun: string | null;
}

/** An effect on the record, of any run. */
export interface PastOperation extends Operation {
  readonly run: string;
  readonly state: OperationState;
  readonly error: string | null;
  /** When it came into its present state. */
  readonly at: Date;
}

/** A failure of the record, or of one of its fields. */
export interface PastFailure {
  readonly phase: Phase;
  readonly field: string | null;
  readonly reason: string;
  readonly side?: Side;
  /** The vendor's own words (A6). */
  readonly said?: string;
  readonly runs: number;
  readonly lastRun: string;
  readonly parked: boolean;
  readonly retryRequested: boolean;
  readonly heldElsewhere?: object;
  readonly search?: HalvesSearch;
  /** Whether it keeps what failed from being sent again: nothing that it depends on has changed (M10, L6). */
  readonly stands: boolean;
}

/** An effect that a brake holds, and the list that it is on (P1). */
export interface HeldEffect {
  readonly effect: Effect;
  readonly proposal: Pick<Proposal, 'id' | 'kind' | 'state' | 'approval'>;
}

/** A value that gave way (M2, M4). */
export interface LostValue {
  readonly kind: 'conflict' | 'first-link' | 'drift';
  readonly run: string;
  readonly at: Date;
  readonly field: string;
  readonly rule: string;
  readonly base: JsonValue;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
}

/** Everything that decides about the fields of a link. */
export interface LinkedFacts {
  readonly tenant: string;
  readonly link: Link;
  /** Null when no reading knows the record. */
  readonly officernd: Observation | null;
  readonly hubspot: Observation | null;
  readonly snapshot: Snapshot;
  readonly mapping: TenantMapping;
  /** OfficeRnD's paths that its newest complete listing hides (V2). */
  readonly unreadPaths: ReadonlySet<string>;
  readonly failures: readonly PastFailure[];
  readonly held: readonly HeldEffect[];
  readonly operations: readonly PastOperation[];
  /** Fields of the OfficeRnD record that were not as they should be after a write of the newest run (S1). */
  readonly surprises: readonly string[];
}

/** The fields of one entity. */
export const fieldsOf = ({ fields }: TenantMapping, entity: Link['entity']): readonly FieldMapping[] =>
  fields.filter((field) => field.entity === entity);
