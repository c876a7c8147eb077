import type { Client } from '@temporalio/client';
import { entities as allEntities } from '../../domain/entity';
import { newestFirst, recordOfFailure, vendorOfFailure } from '../../domain/out-of-step';
import type { OutOfStepGroup } from '../../domain/out-of-step';
import { hasEndedWell } from '../../domain/report';
import { readOutOfStep } from '../../store/out-of-step';
import { everyItem } from '../../store/paging';
import type { Run } from '../../store/runs';
import type { Decision } from '../../domain/decision';
import type { Review } from '../../domain/review';
import type { StoredFailure } from '../../store/failures';
import type { FeedStanding } from '../../store/feeds';
import type { Store, TenantStore } from '../../store/store';
import { syncWorkflowId } from '../runs/temporal-names';
import type { Progress } from '../../workflows/api';
import { shownDecision } from '../decisions/shown-decision';
import { endStateIn } from '../runs/end-state';
import { findRun } from '../runs/find-run';
import type { RunOverview, RunUnderWay } from '../runs/find-run';
import { heldNow } from '../runs/held';
import { unlessGone } from '../runs/unless-gone';
import { waitsOf } from '../runs/waits';
import type { Wait } from '../runs/waits';
import { locationValues } from './failures';
import { loadNames, recordsOfReview, withRecords } from './named-records';
import type { ListedRecord } from './named-records';
import { nextRunOf, readSchedules } from './schedules';
import type { ShownFeed, ShownGroup, TenantStatus, TrendRun } from './status';
import { todoOf } from './todo';
import { workerStanding } from './worker-standing';

/** The sources of a status. Their `progress` is null, too, when no worker answers. */
export interface StatusSources extends RunUnderWay {
  readonly temporal: Client;
  readonly store: Store;
  readonly queuePrefix: string;
}

/** The most open cases that are listed; the counts include all. */
const LISTED = 100;
/** The most failures whose values are looked up. */
const LOOKED_AT = 1_000;
/** Runs in the trend. */
const TREND = 10;
/** Runs that are looked through for the newest one of each entity. */
const LOOKED_THROUGH = 20;

/** Everything that is known of a tenant's sync now. */
export async function readStatus(sources: StatusSources, tenant: string): Promise<TenantStatus> {
  const { temporal, store } = sources;
  const workflowId = syncWorkflowId(tenant, sources.queuePrefix);
  const kept = store.forTenant(tenant);
  const runningId = await sources.runningId(tenant);
  const [
    [waiting, hinted],
    found,
    runs,
    openCount,
    parked,
    reviews,
    failing,
    waits,
    proposals,
    [inForce, blocked],
    feeds,
    worker,
    schedules,
  ] = await Promise.all([
    Promise.all([kept.inbox.countWaiting(), kept.runs.listForHints(new Date(0), 1)]),
    runningId === null ? kept.runs.listOthers(1).then(([one]) => one ?? null) : findRun(kept, runningId).then((one) => one?.run ?? null),
    kept.runs.listOthers(LOOKED_THROUGH),
    kept.reviews.countOpen(),
    kept.failures.countParked(),
    everyItem<Review>((request) => kept.reviews.listOpen(request), LISTED),
    everyItem<StoredFailure>((request) => kept.failures.list(request), LISTED),
    unlessGone(() => waitsOf(temporal, workflowId)).then((found) => found ?? []),
    heldNow(kept, LISTED),
    Promise.all([kept.decisions.countInForce(), everyItem<Decision>((request) => kept.decisions.pageBlocked(request), LISTED)]),
    kept.feeds.standings(),
    // Without these two the page is still of use. A server that is down has refused the first question already.
    workerStanding(temporal, sources.queuePrefix, Date.now()).catch(() => null),
    readSchedules(temporal, tenant, sources.queuePrefix).catch(() => null),
  ]);
  const stored = runningId === null ? await asEnded(found, (runId) => endStateIn(temporal, workflowId, runId)) : found;
  const progress = runningId === null ? null : await sources.progress(tenant);
  const standing = await standingOf(kept, tenant, runs, openCount > 0);
  const listed: readonly ListedRecord[] = [
    ...proposals.flatMap(({ held }) => held),
    ...reviews.flatMap(recordsOfReview),
    ...failing.flatMap((failure) => ({ entity: failure.entity, ...(recordOfFailure(failure) ?? none) })),
  ];
  const nameOf = await loadNames(store, tenant, listed);
  const next = nextRunOf(schedules ?? []);
  const paused = next === null ? schedules?.find((schedule) => schedule.paused)?.id : undefined;
  const status: Omit<TenantStatus, 'todo'> = {
    tenant,
    running: runningId !== null,
    ...withWaits(progress === null ? ofStored(runningId, stored) : ofProgress(progress, stored), waits),
    waits,
    pausedFields: stored?.mapping?.paused ?? [],
    reviews: openCount,
    parked,
    proposals: proposals.map((proposal) => ({ ...proposal, held: proposal.held.map((one) => ({ ...one, ...nameOf(one) })) })),
    decisions: { inForce, blocked: blocked.map(shownDecision) },
    openReviews: reviews.map((review) => withRecords(review, nameOf)),
    failing: failing.map((failure) => {
      const record = recordOfFailure(failure);
      const { entity, subject, phase, field, reason, said, runs: inRuns, parked: isParked, retryRequested } = failure;
      return {
        entity,
        subject,
        phase,
        field,
        reason,
        ...(said !== undefined && { said }),
        runs: inRuns,
        parked: isParked,
        retryRequested,
        vendor: vendorOfFailure(failure),
        ...(record !== null && { ...record, ...nameOf({ entity, ...record }) }),
      };
    }),
    // A worker that answers a query does so whatever its queues say.
    worker: worker !== null && runningId !== null ? { ...worker, answers: progress !== null } : worker,
    ...(next !== null && { nextRun: next }),
    ...(paused !== undefined && { pausedSchedule: paused }),
    ...(feeds.length > 0 && { feeds: feeds.map(shownFeed) }),
    ...standing,
    hints: { waiting, lastRun: hinted.map(trendOf)[0] ?? null },
    trend: runs.slice(0, TREND).map(trendOf),
  };
  return { ...status, todo: todoOf(status) };
}

const none = { officerndId: null, hubspotId: null };

const shownFeed = ({ name, lastAt, lastError }: FeedStanding): ShownFeed => ({
  name,
  lastAt: lastAt?.toISOString() ?? null,
  lastError,
});

/** Everything that is out of step now: from the store, and from the newest run of each entity. */
async function standingOf(
  kept: TenantStore,
  tenant: string,
  runs: readonly Run[],
  hasReviews: boolean,
): Promise<Pick<TenantStatus, 'outOfStep' | 'outOfStepRecords' | 'isAllKnown'>> {
  const ended = runs.filter(({ report }) => report !== null && report.finishedAt !== null && hasEndedWell(report.state));
  const newest = allEntities.flatMap((entity) => {
    const run = ended.find(({ entities }) => entities.includes(entity));
    return run?.report === undefined || run.report === null ? [] : [{ entity, run, report: run.report }];
  });
  const { groups, records } = await readOutOfStep(kept, {
    tenant,
    locationProperty: runs[0]?.mapping.creation.locations.property ?? null,
    hasReviews,
    hasVerdicts: await kept.verdicts.any(),
    runs: newest.map(({ entity, run: { id, startedAt }, report }) => ({
      id,
      startedAt,
      entities: [entity],
      held: report.proposals.filter((list) => list.entity === entity),
      hasDrift: report.drift > 0,
    })),
  });
  const counted = newest.flatMap(({ entity, report }) =>
    (report.outOfStep ?? []).filter((group) => group.entity === entity && isOfRun(group)),
  );
  const pending = counted.reduce((sum, group) => sum + (group.reason === 'pending' ? (group.records ?? 0) : 0), 0);
  const [latest] = runs;
  return {
    outOfStep: await Promise.all(newestFirst([...groups, ...counted]).map((group) => withValues(kept, group))),
    outOfStepRecords: records + pending,
    isAllKnown: latest !== undefined && latest.report !== null && hasEndedWell(latest.report.state),
  };
}

/** L8: the values that lead to no location stand with the group, up to a number of records that a person may wait for. */
async function withValues(kept: TenantStore, group: OutOfStepGroup): Promise<ShownGroup> {
  const { reason, entity, detail: property } = group;
  if (reason !== 'location-unresolved' || property === undefined) return group;
  const failures = await everyItem<StoredFailure>((request) => kept.failures.list(request), LOOKED_AT);
  const own = failures.filter((failure) => failure.entity === entity && failure.reason === reason);
  return { ...group, values: await locationValues(kept, property, own) };
}

/** Whether only a run's report tells of a group. */
const isOfRun = ({ reason, records }: OutOfStepGroup): boolean =>
  reason === 'pending' || reason === 'paused' || (reason === 'unread' && records === null);

/** A run that was terminated could not store its end, so Temporal is asked for it. */
async function asEnded(
  run: RunOverview | null,
  endState: (runId: string) => Promise<RunOverview['state'] | null>,
): Promise<RunOverview | null> {
  if (run === null || (run.state !== 'running' && run.state !== 'blocked')) return run;
  return { ...run, state: (await endState(run.id)) ?? run.state };
}

function trendOf({ id, mode, state, startedAt, finishedAt, report }: Run): TrendRun {
  const sum = (of: 'linked' | 'adopted' | 'created'): number =>
    Object.values(report?.phases.link ?? {}).reduce((total, counts) => total + counts[of], 0);
  const written = Object.values(report?.phases.update ?? {}).reduce(
    (total, { updatedOfficernd, updatedHubspot }) => total + updatedOfficernd + updatedHubspot,
    0,
  );
  return {
    runId: id,
    mode,
    state,
    startedAt: startedAt.toISOString(),
    tookMs: finishedAt === null ? null : finishedAt.getTime() - startedAt.getTime(),
    linked: report === null ? null : sum('linked') + sum('adopted'),
    created: report === null ? null : sum('created'),
    written: report === null ? null : written,
    failures: report?.failures ?? null,
    outOfStep: report?.outOfStepRecords ?? null,
  };
}

type RunPart = Pick<TenantStatus, 'runId' | 'mode' | 'state' | 'paused' | 'phase' | 'counts' | 'trouble' | 'startedAt' | 'finishedAt'>;

/** The trouble of a run that waits by itself is shown like that of a run that waits for a person. */
const withWaits = (part: RunPart, [first]: readonly Wait[]): RunPart =>
  first === undefined ? part : { ...part, trouble: part.trouble ?? { kind: first.kind, message: first.message, setting: null } };

const ofProgress = ({ runId, mode, startedAt, state, paused, phase, counts, trouble }: Progress, run: RunOverview | null): RunPart => ({
  runId,
  mode,
  state,
  paused,
  phase,
  counts,
  trouble,
  startedAt: run?.startedAt.toISOString() ?? startedAt,
  finishedAt: null,
});

/** Of a run under way that is not stored yet, only the id is known. */
const ofStored = (runningId: string | null, run: RunOverview | null): RunPart => ({
  runId: runningId ?? run?.id ?? null,
  mode: run?.mode ?? null,
  state: run?.state ?? (runningId === null ? null : 'running'),
  paused: false,
  phase: null,
  counts: {},
  trouble: run?.trouble ?? null,
  startedAt: run?.startedAt.toISOString() ?? null,
  finishedAt: run?.finishedAt?.toISOString() ?? null,
});
