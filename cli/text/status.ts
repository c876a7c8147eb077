import type { PausedField } from '../../domain/paused';
import type { RunState, SyncMode } from '../../domain/report';
import type { Review } from '../../domain/review';
import type { StoredFailure } from '../../store/failures';
import type { Progress } from '../../workflows/api';
import { asLabel, asSentence } from '../../domain/printable';
import type { Trouble } from '../../domain/trouble';
import type { ShownDecision } from './decisions';
import { progressLine } from './progress-line';
import { idsText, listText } from './operations';
import { brakeWords, nextStep, pausedLines, stateWords } from './report';
import { counted, shownTime, table } from './tables';
import type { HeldProposal } from '../../client/runs/held';
import type { Wait } from '../../client/runs/waits';

/** The output of `orsync status --json`. */
export interface TenantStatus {
  readonly tenant: string;
  /** Whether a run is under way; a run that waits is. */
  readonly running: boolean;
  /** The run under way, else the last one; null when there has been none. */
  readonly runId: string | null;
  readonly mode: SyncMode | null;
  readonly state: RunState | null;
  readonly paused: boolean;
  readonly phase: Progress['phase'];
  readonly counts: Progress['counts'];
  readonly trouble: Trouble | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Steps that are tried again later by themselves. */
  readonly waits: readonly Wait[];
  /** V3: fields that the newest run has left out. `paused` says whether the run itself is paused. */
  readonly pausedFields: readonly PausedField[];
  /** How many reviews are open, and how many failures are parked. */
  readonly reviews: number;
  readonly parked: number;
  /** P1: what the newest runs hold until a person approves it, with the first hundred operations of each list. */
  readonly proposals: readonly HeldProposal[];
  /** D1: how many decisions are in force, and those that the last run could not carry out. */
  readonly decisions: { readonly inForce: number; readonly blocked: readonly ShownDecision[] };
  /** The first hundred of each. */
  readonly openReviews: readonly Review[];
  readonly failing: readonly Omit<StoredFailure, 'dataHash' | 'lastRun' | 'side' | 'against' | 'heldElsewhere' | 'search'>[];
}

/** Rows of each list that are shown. */
const SHOWN = 20;

/** A status for people. */
export function statusText(status: TenantStatus): string {
  return [
    headOf(status),
    ...waitLines(status),
    ...pausedLines(status.pausedFields),
    ...attention(status),
    ...proposalLists(status),
    ...reviewTable(status),
    ...decisionLines(status),
    ...failureTable(status),
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

function attention({ tenant, runId, state, trouble, running, reviews, parked }: TenantStatus): readonly string[] {
  const step =
    runId === null || state === null || (!running && state === 'needs-approval') ? null : nextStep({ tenant, runId, state, trouble });
  return [...(step === null ? [] : [step]), `Open: ${counted(reviews, 'review')}, ${parked} parked.`];
}

function proposalLists({ tenant, proposals }: TenantStatus): readonly string[] {
  return proposals.map(({ id, entity, kind, operations, state, approvedBy, held }) => {
    const approved = `approved by ${asLabel(approvedBy ?? 'somebody')}; the next full run does it`;
    const next = state === 'approved' ? approved : `"orsync approve ${tenant} ${id}" approves it`;
    return listText(
      `Proposal ${id}: ${counted(operations, `${entity} operation`)} held (${brakeWords[kind]}); ${next}:`,
      held,
      operations,
      SHOWN,
    );
  });
}

/** Steps that wait for the same reason make one line. */
function waitLines({ waits }: TenantStatus): readonly string[] {
  const byMessage = new Map(waits.map((wait) => [wait.message, wait]));
  return [...byMessage.values()].map(
    ({ message, nextTryAt }) => `Waiting: ${asSentence(message)} Next try at ${shownTime(nextTryAt)} UTC.`,
  );
}

function reviewTable({ tenant, openReviews, reviews }: TenantStatus): readonly string[] {
  if (openReviews.length === 0) return [];
  const rows = openReviews
    .slice(0, SHOWN)
    .map(({ entity, kind, rule, officerndIds, hubspotIds }) => [kind, entity, idsText(officerndIds), idsText(hubspotIds), rule]);
  return [
    table(['Review', 'Entity', 'OfficeRnD', 'HubSpot', 'Rule'], rows),
    ...more(reviews - rows.length),
    `"orsync review ${tenant}" says what to do about each.`,
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

function failureTable({ tenant, failing }: TenantStatus): readonly string[] {
  if (failing.length === 0) return [];
  const rows = failing
    .slice(0, SHOWN)
    .map(({ entity, subject, phase, field, reason, said, runs, parked }) => [
      entity,
      asLabel(subject),
      phase,
      field === null ? '(record)' : asLabel(field),
      said === undefined ? asSentence(reason) : `${asSentence(reason)}\n“${asSentence(said)}”`,
      runs,
      parked ? 'parked' : '',
    ]);
  return [
    table(['Failing', 'Record', 'Phase', 'Field', 'Reason', 'Runs', ''], rows, { numbers: [5] }),
    ...more(failing.length - rows.length),
    `"orsync retry ${tenant}" makes the next run try them again.`,
  ];
}

const more = (count: number): readonly string[] => (count <= 0 ? [] : [`… and ${count} more; --json lists them.`]);
