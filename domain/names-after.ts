import type { Observation } from './observation';
import { planUpdate } from './plan-update';
import type { UpdateInput } from './update-input';

/** Both records of a link, and what decides about their fields. */
export type LinkedRecords = Omit<UpdateInput, 'wasRefused'>;

/**
 * L3: the normalised names of a link's records once this run has brought them in step. Matching counts these. Else the run would decide by
 * a name that it changes itself, and the next one otherwise (A1).
 */
export function namesAfterUpdate(input: LinkedRecords): { readonly officernd: string | null; readonly hubspot: string | null } {
  const { officernd, hubspot } = input;
  const fields = input.fields.filter(({ key }) => key === 'name');
  const { changes } = planUpdate({ ...input, fields, wasRefused: () => false });
  const isWritten = (action: 'writeOfficernd' | 'writeHubspot'): boolean => changes.some((change) => change.action === action);
  const nameOf = ({ keys }: Observation): string | null => keys.name;
  return {
    officernd: nameOf(isWritten('writeOfficernd') ? hubspot : officernd),
    hubspot: nameOf(isWritten('writeHubspot') ? officernd : hubspot),
  };
}
