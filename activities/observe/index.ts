import { Context } from '@temporalio/activity';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import { countMissed } from '../../domain/plan-reading';
import { observedProperties } from '../../domain/to-observation';
import type { HubSpotActivities, OfficerndActivities } from '../api';
import type { ActivityDeps } from '../deps';
import { createReadChanged } from './changed-hubspot';
import { lookUpHinted, noteHintsRead, readHintedOfficernd } from './hinted';
import { createListing } from './listing';
import type { Listing } from './listing';
import { createMovingPages } from './moving-pages';
import { associationsOf } from './parents';
import { createPagePrefetcher } from './prefetch-pages';
import type { ListedPage, ReadPage } from './prefetch-pages';
import { hubSpotObserver, officerndObserver } from './records';
import { noteWhetherAllListed } from './shortcuts';
import { storeLookups } from './store-lookups';
import { createCarriedPaths, recordHubSpot } from './unread';
import type { CarriedPaths } from './unread';
import { attemptsInVain } from '../slice/progress';
import { runSlice } from '../slice/run-slice';
import type { SliceWork, StepResult } from '../slice/run-slice';

/** Reads one entity's records on one side into `observations`: all of them, or those that may have changed. */
export function createObserveActivities(
  deps: ActivityDeps,
): Pick<HubSpotActivities, 'observeHubSpot'> & Pick<OfficerndActivities, 'observeOfficernd'> {
  return {
    observeHubSpot: (input) => {
      const readPage = createPagePrefetcher(createMovingPages(readHubSpotPage, hubSpotListing));
      const readChanged = createReadChanged();
      return runSlice(
        deps,
        'observe-hubspot',
        input,
        (work, cursor) => {
          const { reading, hints } = work.run;
          if (hints !== undefined) return readHintedHubSpot(work, cursor);
          return reading.kind === 'full' ? listHubSpot(work, cursor, readPage) : readChanged(work, reading.since, cursor);
        },
        async (work) => {
          if (work.run.reading.kind === 'full') await noteWhetherAllListed(work);
          return { counters: {} };
        },
      );
    },
    observeOfficernd: (input) => {
      const list = createListing(createMovingPages(readOfficerndPage, officerndListing), attemptsInVain(Context.current().info));
      const paths = createCarriedPaths();
      return runSlice(
        deps,
        'observe-officernd',
        input,
        (work, cursor) => (work.run.hints === undefined ? listOfficernd(work, cursor, { list, paths }) : readHintedOfficernd(work, cursor)),
        async (work) => {
          if (work.run.reading.kind === 'full') await paths.conclude(work);
          return { counters: {} };
        },
      );
    },
  };
}

const hubSpotListing = ({ input: { entity } }: SliceWork) => ({ vendor: 'hubspot', name: hubSpotObjectOf[entity] }) as const;

const officerndListing = ({ input: { entity } }: SliceWork) => ({ vendor: 'officernd', name: officerndResourceOf[entity] }) as const;

async function readHubSpotPage(work: SliceWork, cursor: string | null): Promise<ListedPage<HubSpotRecord>> {
  const { entity } = work.input;
  const object = hubSpotObjectOf[entity];
  const properties = observedProperties(entity, work.mapping);
  const request = { properties, associations: associationsOf[object], ...(cursor !== null && { after: cursor }) };
  const { records, after } = await work.hubspot.listPage(object, request, { signal: work.signal });
  return { records, next: after };
}

async function listHubSpot(work: SliceWork, cursor: string | null, readPage: ReadPage<HubSpotRecord>): Promise<StepResult> {
  const { records, next } = await readPage(work, cursor);
  const observations = records.map(hubSpotObserver(work, work.input.entity));
  const { changedIds } = await recordHubSpot(work, work.input.entity, observations);
  const hubspotMissed = countMissed(work.run.reading, observations, changedIds);
  return { cursor: next, counters: { hubspotRead: records.length, hubspotMissed } };
}

/** OfficeRnD's list of changes shows no deletions. The next full reading finds those (docs/decisions/0011-incremental-runs.md). */
async function readOfficerndPage(work: SliceWork, cursor: string | null): Promise<ListedPage<OfficerndRecord>> {
  const { entity } = work.input;
  const { reading } = work.run;
  const request = { ...(cursor !== null && { cursor }), ...(reading.kind === 'incremental' && { modifiedSince: reading.since }) };
  const page = await work.officernd.listPage(officerndResourceOf[entity], request, { signal: work.signal });
  return { records: page.records, next: page.cursor };
}

async function listOfficernd(
  work: SliceWork,
  from: string | null,
  { list, paths }: { readonly list: Listing<OfficerndRecord>; readonly paths: CarriedPaths },
): Promise<StepResult> {
  const { records, cursor, added } = await list(work, from);
  const observations = records.map(officerndObserver(work, work.input.entity));
  if (work.run.reading.kind === 'full') await paths.note(work, observations, from === null);
  const { changedIds } = await work.store.observations.record(work.run.generation, observations);
  return { cursor, counters: { officerndRead: added, officerndMissed: countMissed(work.run.reading, observations, changedIds) } };
}

/** T3: reads the run's own records, as those of hints and their partners. */
async function readHintedHubSpot(work: SliceWork, after: string | null): Promise<StepResult> {
  const { lookups, ids, next } = await lookUpHinted(work, after);
  await storeLookups(work, lookups, { linked: 'looked-up' });
  await noteHintsRead(work, 'hubspot', ids);
  return { cursor: next, counters: { hubspotRead: ids.length } };
}
