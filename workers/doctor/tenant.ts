import type { RunState } from '../../domain/report';
import type { Trouble } from '../../domain/trouble';
import type { FeedStanding } from '../../store/feeds';
import { ok, problem, warning } from './finding';
import type { Finding } from './finding';

/** The stored state of a tenant. */
export interface TenantFacts {
  readonly tenant: string;
  readonly lastRun: { readonly state: RunState; readonly startedAt: Date; readonly trouble: Trouble | null } | null;
  /** Lists that brakes hold and nobody has approved (P1). */
  readonly openProposals: number;
  readonly links: LinkFacts;
  /** The sources that are asked for changes, as workers have left them. */
  readonly feeds: readonly FeedStanding[];
  readonly now: Date;
  /** Temporal Schedules that start the tenant's runs; null when they can't be read. */
  readonly schedules: readonly ScheduleFacts[] | null;
}

/** A Temporal Schedule that starts the tenant's runs. */
export interface ScheduleFacts {
  readonly id: string;
  readonly paused: boolean;
  /** It is not paused, and starts nothing any more. */
  readonly isOver: boolean;
  /** The last workflow that it has started; null for none, or where Temporal has forgotten it. */
  readonly lastAction: LastAction | null;
}

export interface LastAction {
  readonly at: Date;
  readonly workflowId: string;
  /** `well`: it has completed, is under way, or was cancelled by somebody. */
  readonly end: 'well' | 'failed' | 'timed out' | 'was terminated';
}

/** Signs that another program writes `hubspot_link_id`, too. */
export interface LinkFacts {
  readonly active: number;
  /** Linked OfficeRnD records that carry the id of another HubSpot record than that of their link. */
  readonly changed: number;
  /** OfficeRnD records with the id of another portal (U7). */
  readonly otherPortal: number;
}

/** A tenant's runs, lists that wait, links, and what starts its runs. */
export const judgeTenant = (facts: TenantFacts): readonly Finding[] => [
  judgeLastRun(facts),
  judgeProposals(facts),
  ...judgeLinks(facts),
  ...judgeSchedules(facts),
  ...judgeFeeds(facts),
];

function judgeLastRun({ tenant, lastRun }: TenantFacts): Finding {
  if (lastRun === null) return ok('runs', `There was no run yet; "orsync sync ${tenant}" starts one.`);
  const { state, startedAt, trouble } = lastRun;
  const began = `The run of ${minuteOf(startedAt)}`;
  const why = trouble === null ? '' : `: ${trouble.message}`;
  switch (state) {
    case 'blocked':
      return problem({
        about: 'runs',
        message: `${began} is blocked${why === '' ? '.' : why} Correct it, then go on with "orsync resume ${tenant}".`,
        ...(trouble?.setting !== null && trouble?.setting !== undefined && { setting: trouble.setting }),
      });
    case 'failed':
      return warning({
        about: 'runs',
        message: `${began} failed${why === '' ? '.' : why} "orsync report ${tenant}" shows what it did, and "orsync sync ${tenant}" goes on.`,
      });
    case 'running':
      return ok('runs', `${began} is under way.`);
    case 'completed':
    case 'needs-approval':
    case 'cancelled':
      return ok('runs', `${began} is the last one, and ended as ${state}.`);
  }
}

/** `2030-05-01 12:00 UTC` */
const minuteOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function judgeProposals({ tenant, openProposals }: TenantFacts): Finding {
  if (openProposals === 0) return ok('proposals', 'No list waits for an approval.');
  const lists = openProposals === 1 ? 'One list of changes waits' : `${openProposals} lists of changes wait`;
  const message = `${lists} for an approval; look at it with "orsync status ${tenant}", and approve it with "orsync approve ${tenant} PROPOSAL".`;
  return warning({ about: 'proposals', message });
}

const OTHER_WRITER = "another program writes hubspot_link_id, too, so disconnect OfficeRnD's own HubSpot integration";

function judgeLinks({ links: { active, changed, otherPortal } }: TenantFacts): readonly Finding[] {
  const findings = [
    ...(changed === 0
      ? []
      : [
          `${records(changed)} of OfficeRnD ${changed === 1 ? 'carries' : 'carry'} another hubspot_link_id than that of the link: ${OTHER_WRITER}.`,
        ]),
    ...(otherPortal === 0
      ? []
      : [
          `${otherPortal === 1 ? 'One record' : `${otherPortal} records`} of OfficeRnD ${otherPortal === 1 ? 'carries' : 'carry'} the hubspot_link_id of another portal: ${OTHER_WRITER}, or clear what an old one has left.`,
        ]),
  ];
  if (findings.length > 0) return findings.map((message) => warning({ about: 'links', message }));
  return active === 0
    ? []
    : [ok('links', `No other program has changed a hubspot_link_id of ${active} ${active === 1 ? 'link' : 'links'}.`)];
}

const records = (count: number): string => (count === 1 ? 'One linked record' : `${count} linked records`);

function judgeSchedules({ tenant, schedules }: TenantFacts): readonly Finding[] {
  if (schedules === null) return [];
  if (schedules.length === 0)
    return [ok('schedule', `No Temporal Schedule starts runs of ${tenant}; "orsync sync ${tenant}" does, by hand or from cron.`)];
  const troubles = schedules.flatMap((schedule) => troublesOf(tenant, schedule));
  if (troubles.length > 0) return troubles.map((message) => warning({ about: 'schedule', message }));
  const ids = schedules.map(({ id }) => id);
  return [
    ok('schedule', `Runs of ${tenant} are started by the Temporal ${ids.length === 1 ? 'Schedule' : 'Schedules'} ${ids.join(', ')}.`),
  ];
}

/** Workers ask each feed far more often. */
const SILENT_MS = 15 * 60_000;

const judgeFeeds = ({ feeds, now }: TenantFacts): readonly Finding[] =>
  feeds.map(({ name, lastAt, lastError }) => {
    if (lastError !== null) return warning({ about: 'feeds', message: `The feed ${name} does not get on: ${lastError}` });
    if (lastAt !== null && now.getTime() - lastAt.getTime() <= SILENT_MS)
      return ok('feeds', `The feed ${name} tells of changes; it was asked at ${minuteOf(lastAt)}.`);
    const since = lastAt === null ? '' : ` since ${minuteOf(lastAt)}`;
    const message = `Nobody has asked the feed ${name} for changes${since}, so the next run finds them; start "orsync worker" for the queue hubspot.`;
    return warning({ about: 'feeds', message });
  });

function troublesOf(tenant: string, { id, paused, isOver, lastAction }: ScheduleFacts): readonly string[] {
  const named = `The Temporal Schedule ${id}, which starts runs of ${tenant},`;
  return [
    ...(paused ? [`${named} is paused; "temporal schedule toggle --unpause --schedule-id ${id}" goes on.`] : []),
    ...(isOver ? [`${named} has no time left at which it starts one; give it new times, or delete it.`] : []),
    ...(lastAction === null || lastAction.end === 'well'
      ? []
      : [
          `${named} did so last at ${minuteOf(lastAction.at)}, and that workflow ${lastAction.end}; "temporal workflow describe --workflow-id ${lastAction.workflowId}" says why.`,
        ]),
  ];
}
