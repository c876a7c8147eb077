import type { HubSpotActivities, OfficerndActivities } from './api';
import { createBrakeActivities } from './brakes';
import type { ActivityDeps } from './deps';
import { createLinkActivities } from './link';
import { createObserveActivities } from './observe';
import { createRunActivities } from './run';
import { createUnlinkActivities } from './unlink';
import { createUpdateActivities } from './update';

/** All activities; a worker registers those of the task queues that it serves. */
export function createActivities(deps: ActivityDeps): { readonly hubspot: HubSpotActivities; readonly officernd: OfficerndActivities } {
  const { observeHubSpot, observeOfficernd } = createObserveActivities(deps);
  return {
    hubspot: { ...createRunActivities(deps), observeHubSpot, ...createUpdateActivities(deps) },
    officernd: { observeOfficernd, ...createUnlinkActivities(deps), ...createLinkActivities(deps), ...createBrakeActivities(deps) },
  };
}
