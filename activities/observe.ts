import { hubSpotObjectOf, officerndResourceOf } from '../domain/entity';
import type { HubSpotObject } from '../domain/entity';
import { observedProperties } from '../domain/observe';
import type { HubSpotActivities, OfficerndActivities } from './api';
import type { ActivityDeps } from './deps';
import { hubSpotObservation, officerndObservation } from './read-records';
import { runSlice } from './work';

/** Reading: every record of one entity on one side, page after page, into `observations`. Cursors are the vendors' own. */
export function createObserveActivities(
  deps: ActivityDeps,
): Pick<HubSpotActivities, 'observeHubSpot'> & Pick<OfficerndActivities, 'observeOfficernd'> {
  return {
    observeHubSpot: (input) =>
      runSlice(deps, 'observe-hubspot', input, async (work, cursor) => {
        const object = hubSpotObjectOf[input.entity];
        const request = {
          properties: observedProperties(input.entity, work.mapping),
          associations: associationsOf[object],
          ...(cursor !== null && { after: cursor }),
        };
        const { records, after } = await work.hubspot.listPage(object, request, { signal: work.signal });
        await work.store.observations.record(
          work.run.id,
          records.map((record) => hubSpotObservation(work, input.entity, record)),
        );
        return { cursor: after, counters: { hubspotRead: records.length } };
      }),

    observeOfficernd: (input) =>
      runSlice(deps, 'observe-officernd', input, async (work, cursor) => {
        const resource = officerndResourceOf[input.entity];
        const page = await work.officernd.listPage(resource, cursor === null ? {} : { cursor }, { signal: work.signal });
        await work.store.observations.record(
          work.run.id,
          page.records.map((record) => officerndObservation(work, input.entity, record)),
        );
        return { cursor: page.cursor, counters: { officerndRead: page.records.length } };
      }),
  };
}

/** A contact's company decides where it is created (L9), a deal's companies and contacts which opportunities may match (L3). */
const associationsOf: Readonly<Record<HubSpotObject, readonly ('companies' | 'contacts')[]>> = {
  companies: [],
  contacts: ['companies'],
  deals: ['companies', 'contacts'],
};
