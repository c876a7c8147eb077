import type { BrakedEffect } from '../../../domain/update-brake';
import { canonical } from '../../../domain/values';
import type { SliceWork } from '../../slice/run-slice';
import type { Wanted } from './source';

/** M6: the values of one link that would be cleared: those that the run wrote where there was none. Each field counts once a side. */
export function erasuresOf(work: SliceWork, { writes }: Wanted): readonly BrakedEffect[] {
  return writes.flatMap(({ side, field: key, before, wrote }): BrakedEffect[] => {
    const field = work.fields.find((one) => one.key === key);
    if (field === undefined || wrote === null || canonical(field, side, before, work.context) !== null) return [];
    const action = side === 'officernd' ? 'writeOfficernd' : 'writeHubspot';
    return [{ kind: 'erase', side, change: { field: key, base: null, officernd: null, hubspot: null, rule: 'X1', action, after: before } }];
  });
}
