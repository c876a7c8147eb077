import type { Side } from './entity';
import { writtenBy } from './operation';
import type { UpdatePlan } from './plan-update';
import { isBlank } from './values/blank';

/** M6: whether a plan replaces a value by a blank on one side. */
export const erasesOn = ({ changes }: UpdatePlan, side: Side): boolean =>
  changes.some(
    (change) =>
      change.action === (side === 'officernd' ? 'writeOfficernd' : 'writeHubspot') && isBlank(writtenBy(change)) && !isBlank(change[side]),
  );
