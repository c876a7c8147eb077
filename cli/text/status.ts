import { asLabel, asSentence } from '../../domain/printable';
import { reviewCode } from '../../client/decisions/review-code';
import type { NamedReview } from '../../client/standing/named-records';
import type { NamedFailure, TenantStatus } from '../../client/standing/status';
import { outOfStepLines } from './out-of-step';
import { progressLine } from './progress-line';
import { operationBlocks, recordLines } from './records';
import { brakeWords, nextStep, pausedLines, stateWords } from './report';
import { counted, shownDuration, shownTime, table } from './tables';
import { valuesBy } from './values';
import type { ValueOf } from './values';

export type { TenantStatus } from '../../client/standing/status';

/** Entries of each list that are shown. */
const SHOWN = 5;

/** A status for people: a page to act on. */
export function statusText(status: TenantStatus, valueOf: ValueOf = valuesBy(undefined)): string {
  return [
    headOf(status),
    ...nextLines(status),
    ...feedLines(status),
    ...waitLines(status),
    ...pausedLines(status.pausedFields),
    ...attention(status),
    ...todoLines(status),
    ...standing(status),
    ...proposalLists(status, valueOf),
    ...reviewList(status),
    ...decisionLines(status),
    ...failureList(status),
    ...trendTable(status),
  ].join('\n');
}

function headOf(status: TenantStatus): string {
  const { tenant, runId, state, mode, startedAt, finishedAt } = status;
  if (runId === null || state === null) return `${tenant} has no run yet; "orsync sync ${tenant}" starts one.`;
  const times = [
    ...(startedAt === null ? [] : [`started ${shownTime(startedAt)}`]),
    ...(finishedAt === null ? [] : [`ended ${shownTime(finishedAt)}`]),
  ];
  const details = [...(mode === null ? [] : [mode]), ...times.map((time) => `${time} UTC`)];
  const run = `Run ${runId}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
  const what =
    status.running && state === 'running'
      ? doing(status, startedAt)
      : `${tenant}: the ${status.running ? '' : 'last '}run ${stateWords[state]}`;
  return `${what}\n${run}`;
}

const doing = (status: TenantStatus, startedAt: string | null): string =>
  progressLine(status.tenant, { ...status, state: 'running' }, startedAt === null ? null : Date.now() - Date.parse(startedAt));

const nextLines = (status: TenantStatus): readonly string[] => [
  ...nextRunLine(status),
  ...(status.worker === null ? [] : [workerLine(status.worker)]),
  ...hintLines(status.hints),
];

function nextRunLine({ tenant, nextRun, pausedSchedule, running, runId }: TenantStatus): readonly string[] {
  if (nextRun !== undefined) return [`Next run: ${shownTime(nextRun.at)} UTC, by the schedule ${asLabel(nextRun.schedule)}.`];
  if (pausedSchedule !== undefined) {
    // Others than the tenant's own are shown by Temporal alone.
    const more = pausedSchedule.endsWith(`schedule/${tenant}`) ? ` "orsync schedule ${tenant}" says by whom and why.` : '';
    return [`Next run: none; the schedule ${asLabel(pausedSchedule)} is paused.${more}`];
  }
  if (running || runId === null) return [];
  return [`Next run: no schedule starts one ("orsync schedule ${tenant} set --every 15m" makes one); "orsync sync ${tenant}" does.`];
}

/** T3: nothing is shown where no vendor tells of changes. */
function hintLines({ waiting, lastRun }: TenantStatus['hints']): readonly string[] {
  if (waiting === 0 && lastRun === null) return [];
  const last = lastRun === null ? '' : `; the last run for such hints ${stateWords[lastRun.state]} (${shownTime(lastRun.startedAt)} UTC)`;
  return [`Told of by vendors: ${counted(waiting, 'record')} to read${last}.`];
}

function workerLine({ answers, since }: NonNullable<TenantStatus['worker']>): string {
  const asked = since === null ? '' : `; last asked for work at ${shownTime(since)} UTC`;
  return answers ? `Worker: answers${asked}.` : `Worker: none answers${asked}. "orsync worker" starts one.`;
}

/** Where changes are heard of, and what is wrong with it. */
const feedLines = ({ feeds = [] }: TenantStatus): readonly string[] =>
  feeds.map(({ name, lastAt, lastError }) => {
    const asked = lastAt === null ? 'not asked yet' : `last asked at ${shownTime(lastAt)} UTC`;
    return lastError === null ? `Feed ${name}: ${asked}.` : `Feed ${name}: ${asSentence(lastError)} (${asked})`;
  });

function attention({ tenant, runId, state, trouble, running, reviews, parked }: TenantStatus): readonly string[] {
  const step =
    runId === null || state === null || (!running && state === 'needs-approval') ? null : nextStep({ tenant, runId, state, trouble });
  return [...(step === null ? [] : [step]), `Open: ${counted(reviews, 'review')}, ${parked} parked.`];
}

/** Each step with its command on a line of its own, so that it can be copied. */
const todoLines = ({ todo }: TenantStatus): readonly string[] =>
  todo.length === 0 ? [] : ['Waits for you:', ...todo.flatMap(({ what, command }) => [`  ${asSentence(what)}`, `    $ ${command}`])];

function standing({ tenant, runId, outOfStep, outOfStepRecords, isAllKnown, running }: TenantStatus): readonly string[] {
  const unsure = `${running ? 'A run is under way' : 'The last run did not come to its end'}, so more may be out of step than is known.`;
  const lines = outOfStepLines(outOfStep, outOfStepRecords);
  if (runId === null) return lines;
  if (!isAllKnown) return [...lines, unsure];
  return lines.length > 0 ? lines : [`In step: no record of ${tenant} is out of step.`];
}

const proposalLists = ({ tenant, proposals }: TenantStatus, valueOf: ValueOf): readonly string[] =>
  proposals.map(({ id, entity, kind, operations, state, approvedBy, rejected = 0, held }) => {
    const left = state === 'rejected' || rejected === 0 ? '' : `, ${rejected} of them rejected`;
    const next =
      state === 'approved'
        ? `approved by ${asLabel(approvedBy ?? 'somebody')}; the next full run does it`
        : state === 'rejected'
          ? 'rejected; no run does it'
          : `"orsync approve ${tenant} ${id}" approves it`;
    const heading = `Proposal ${id}: ${counted(operations, `${entity} operation`)} held (${brakeWords[kind]})${left}; ${next}:`;
    return operationBlocks(heading, held, { total: operations, most: SHOWN, valueOf });
  });

/** Steps that wait for the same reason make one line. */
function waitLines({ waits }: TenantStatus): readonly string[] {
  const byMessage = new Map(waits.map((wait) => [wait.message, wait]));
  return [...byMessage.values()].map(
    ({ message, nextTryAt }) => `Waiting: ${asSentence(message)} Next try at ${shownTime(nextTryAt)} UTC.`,
  );
}

function reviewList({ tenant, openReviews, reviews }: TenantStatus): readonly string[] {
  if (openReviews.length === 0) return [];
  return [
    `Reviews: "orsync review ${tenant}" says what to do about each.`,
    ...openReviews.slice(0, SHOWN).flatMap(reviewLines),
    ...more(reviews - SHOWN),
  ];
}

/** D1: decisions that wait for something, with what. */
function decisionLines({ tenant, decisions: { blocked } }: TenantStatus): readonly string[] {
  if (blocked.length === 0) return [];
  const rows = blocked.slice(0, SHOWN).map(({ id, entity, decision, status }) => [id, entity, decision, status]);
  return [
    table(['Not carried out', 'Entity', 'Decision', 'Why'], rows),
    ...more(blocked.length - rows.length),
    `"orsync decisions ${tenant}" lists all, "orsync decide ${tenant} --withdraw DECISION" ends one.`,
  ];
}

const reviewLines = ({ entity, kind, rule, records, ...review }: NamedReview): readonly string[] => [
  `  ${reviewCode(review.id)} · ${kind}, ${entity} (${rule}):`,
  ...records.slice(0, SHOWN).flatMap((record) => recordLines({ entity, ...record }).map((line) => `  ${line}`)),
  ...(records.length > SHOWN ? [`    … and ${records.length - SHOWN} more`] : []),
];

function failureList({ tenant, failing }: TenantStatus): readonly string[] {
  if (failing.length === 0) return [];
  return [
    `Failing: "orsync failures ${tenant}" says what to do about each, and "orsync retry ${tenant}" makes the next run try them again.`,
    ...failing.slice(0, SHOWN).flatMap(failureLines),
    ...more(failing.length - SHOWN),
  ];
}

function failureLines({ entity, subject, phase, field, reason, said, runs, parked, name, ...ids }: NamedFailure): readonly string[] {
  const title = `${entity} · ${phase}${field === null ? '' : ` · "${asLabel(field)}"`} · ${counted(runs, 'run')}${parked ? ' · parked' : ''}`;
  const { officerndId = null, hubspotId = null } = ids;
  const isNamed = officerndId !== null || hubspotId !== null;
  return [
    ...(isNamed
      ? recordLines({ entity, ...ids, name: name ?? null, officerndId, hubspotId }, title)
      : [`  ${asLabel(subject)} · ${title}`]),
    `    ${asSentence(reason)}`,
    ...(said === undefined ? [] : [`    “${asSentence(said)}”`]),
  ];
}

function trendTable({ trend }: TenantStatus): readonly string[] {
  if (trend.length < 2) return [];
  const rows = trend.map(({ runId, mode, state, startedAt, tookMs, linked, created, written, failures, outOfStep }) => [
    shownTime(startedAt),
    runId,
    mode,
    state,
    tookMs === null ? '' : shownDuration(tookMs),
    ...[linked, created, written, failures, outOfStep].map((count) => count ?? ''),
  ]);
  const head = ['Started (UTC)', 'Run', 'Mode', 'State', 'Took', 'Linked', 'Created', 'Written', 'Failures', 'Out of step'];
  return ['The last runs:', table(head, rows, { numbers: [5, 6, 7, 8, 9] })];
}

const more = (count: number): readonly string[] => (count <= 0 ? [] : [`  … and ${count} more; --json lists them.`]);
