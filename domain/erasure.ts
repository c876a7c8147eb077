import type { Side } from './entity';
import type { UpdatePlan } from './plan-update';
import { isBlank } from './values/blank';

/** M6: whether a plan replaces a value by a blank on one side. */
export const erasesOn = ({ changes }: UpdatePlan, side: Side): boolean =>
  changes.some(({ action, officernd, hubspot }) =>
    side === 'officernd'
      ? action === 'writeOfficernd' && isBlank(hubspot) && !isBlank(officernd)
      : action === 'writeHubspot' && isBlank(officernd) && !isBlank(hubspot),
  );
