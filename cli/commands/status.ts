import { Command } from 'commander';
import { z } from 'zod';
import type { Review } from '../../domain/review';
import type { StoredFailure } from '../../store/failures';
import type { TenantStore } from '../../store/store';
import type { Progress } from '../../workflows/api';
import { exitCodes } from '../exit-codes';
import { waitsForPerson } from '../../domain/report';
import { findRun } from '../../client/runs/find-run';
import type { RunOverview } from '../../client/runs/find-run';
import { heldNow } from '../../client/runs/held';
import { everyItem } from '../../store/paging';
import { shownDecision } from '../text/decisions';
import { statusText } from '../text/status';
import type { TenantStatus } from '../text/status';
import type { SyncClient } from '../../client/sync-client';
import type { Wait } from '../../client/runs/waits';
import { requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { progressOf } from './progress-of';

const input = z.object({ tenant: tenantName });

/** The most open cases that are listed; the counts include all. */
const LISTED = 100;

/** `orsync status` */
export const statusCommand = ({ action }: CommandKit): Command =>
  new Command('status')
    .description('show what a tenant’s sync is doing, and what waits for a person')
    .argument('<tenant>')
    .action(
      action(input, async ({ tenant }, context) => {
        await requireTenant(context, tenant);
        const status = await statusOf(context, tenant);
        context.terminal.result(status, () => statusText(status));
        return isWaiting(status) ? exitCodes.waiting : exitCodes.ok;
      }),
    );

/** A run that waits for a person, or a list that nobody has approved. */
const isWaiting = ({ running, state, proposals }: TenantStatus): boolean =>
  running ? state !== null && waitsForPerson(state) : proposals.some((proposal) => proposal.state !== 'approved');

async function statusOf(context: CommandContext, tenant: string): Promise<TenantStatus> {
  const client = await context.session.sync();
  const store = (await context.session.store()).forTenant(tenant);
  const runningId = await client.runningId(tenant);
  const [found, open, parked, reviews, failing, waits, proposals, decisions] = await Promise.all([
    runningId === null ? store.runs.latest() : findRun(store, runningId).then((one) => one?.run ?? null),
    store.reviews.countOpen(),
    store.failures.countParked(),
    everyItem<Review>((request) => store.reviews.listOpen(request), LISTED),
    failuresOf(store),
    client.waits(tenant),
    heldNow(store, LISTED),
    client.decisions(tenant),
  ]);
  const stored = runningId === null ? await asEnded(client, tenant, found) : found;
  const progress = runningId === null ? null : await progressOf(context, client, tenant);
  return {
    tenant,
    running: runningId !== null,
    ...withWaits(progress === null ? ofStored(runningId, stored) : ofProgress(progress, stored), waits),
    waits,
    pausedFields: stored?.mapping?.paused ?? [],
    reviews: open,
    parked,
    proposals,
    decisions: {
      inForce: decisions.length,
      blocked: decisions.filter(({ outcome }) => outcome?.result.state === 'blocked').map(shownDecision),
    },
    openReviews: reviews,
    failing: failing.map(({ entity, subject, phase, field, reason, said, runs, parked: isParked, retryRequested }) => ({
      entity,
      subject,
      phase,
      field,
      reason,
      ...(said !== undefined && { said }),
      runs,
      parked: isParked,
      retryRequested,
    })),
  };
}

/** A run that was terminated could not store its end, so Temporal is asked for it. */
async function asEnded(client: SyncClient, tenant: string, run: RunOverview | null): Promise<RunOverview | null> {
  if (run === null || (run.state !== 'running' && run.state !== 'blocked')) return run;
  return { ...run, state: (await client.endState(tenant, run.id)) ?? run.state };
}

const failuresOf = (store: TenantStore): Promise<readonly StoredFailure[]> => everyItem((request) => store.failures.list(request), LISTED);

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
