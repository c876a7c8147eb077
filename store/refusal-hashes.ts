import type { Side } from '../domain/entity';
import type { CreateInput } from '../domain/plan-create';
import type { Observation } from '../domain/observation';
import { hashOf } from './content-hash';

/** The hashes that failures are stored with. A run compares them to know whether it tries again (M10, L6), an explanation to say why not. */

/** A hash of the value that one side was sent. */
export const valueHash = (side: Side, part: string, value: unknown): string => hashOf([side, part, value]);

/** A hash of what both records of a link hold. */
export const recordHash = ({ officernd, hubspot }: Readonly<Record<Side, Pick<Observation, 'values'>>>): string =>
  hashOf([officernd.values, hubspot.values]);

/** Identifies the refusing record and the definitions, apart from the value itself: when they change, another try may succeed. */
export const againstHash = (refusing: Pick<Observation, 'modifiedAt'>, mappingHash: string, options: readonly string[] | null): string =>
  hashOf([refusing.modifiedAt, mappingHash, options]);

/** A hash of the data and the configuration that decide about a creation. */
export const creationHash = (
  { values }: Pick<Observation, 'values'>,
  { parents, companyLocationId }: Pick<CreateInput, 'parents' | 'companyLocationId'>,
  mappingHash: string,
): string => hashOf({ values, parents, companyLocationId, mapping: mappingHash });

/** The same, together with the OfficeRnD records that may hold a value of it. */
export const takenHash = (dataHash: string, holderIds: readonly string[]): string =>
  hashOf({ dataHash, holders: [...new Set(holderIds)].sort() });
