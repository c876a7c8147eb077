import type { ConfigurationProblem } from './configuration-error';
import type { TenantConfig } from './tenant-config';

/** More than any single step of a run sends: 500 records, each asked for by its id, and what stands around them. */
const ENOUGH_FOR_A_STEP = 1_000;

/** A step that was cut off is made again the next day; with too small a budget it would be cut off every day. */
export const budgetWarnings = ({ limits }: Pick<TenantConfig, 'limits'>): readonly ConfigurationProblem[] =>
  (['hubspot', 'officernd'] as const).flatMap((vendor) => {
    const { perDay } = limits[vendor];
    if (perDay === null || perDay >= ENOUGH_FOR_A_STEP) return [];
    const message = `with fewer than ${ENOUGH_FOR_A_STEP} calls a day, a run over many records may never come to its end`;
    return [{ setting: `limits.${vendor}.perDay`, message }];
  });
