import { otherSide } from '../entity';
import type { Side } from '../entity';

/** A rule, what it means here in one plain sentence, and what a person could do. */
export interface Reason {
  readonly rule: string;
  readonly sentence: string;
  /** A command, or what to change; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** The name of a side, as people know it. */
export const vendor: Readonly<Record<Side, string>> = { officernd: 'OfficeRnD', hubspot: 'HubSpot' };

/** The name of the side across. */
export const vendorAcross = (side: Side): string => vendor[otherSide(side)];

/** A reason that asks for nothing, unless a remedy is given. */
export const because = (rule: string, sentence: string, remedy: string | null = null): Reason => ({ rule, sentence, remedy });

/** The command that makes the next run try a record again. */
export const retryCommand = (tenant: string, entity: string, id: string): string => `orsync retry ${tenant} --entity ${entity} --id ${id}`;
