import { otherSide } from '../entity';
import type { Entity, Side } from '../entity';
import { isEntityPaused } from '../paused';
import type { TenantMapping } from '../tenant-mapping';

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

/** Why a run leaves out an entity's records as a whole (V3); null where it does not. */
export function whyEntityLeftOut({ entities, paused = [] }: TenantMapping, entity: Entity): Reason | null {
  const essential = paused.find((one) => isEntityPaused(entity, [one]));
  if (essential !== undefined) return because('V3', `Nothing of any ${entity} is synced for now: ${essential.message}`);
  return entities.includes(entity)
    ? null
    : because('V3', `The tenant does not keep any ${entity} in step.`, 'name the entity under entities in the tenant file');
}
