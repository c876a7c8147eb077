import { entities as allEntities, sides } from '../../domain/entity';
import type { PausedField } from '../../domain/paused';
import { phases } from '../../domain/operation';
import type { Phase } from '../../domain/operation';
import type { BrakeKind } from '../../domain/proposal';
import { asLabel, asSentence } from '../../domain/printable';
import { hasEndedWell } from '../../domain/report';
import type { Report, RunState, WouldHold } from '../../domain/report';
import type { Trouble } from '../../domain/trouble';
import { isTakeBack } from '../../domain/undoing';
import type { RunReport } from '../../client/runs/run-report';
import { outOfStepLines } from './out-of-step';
import { counted, shownDuration, shownTime, table } from './tables';

/** A report for people: the work by phase, what needs attention, and the calls it cost. */
export function reportText(report: RunReport): string {
  return [
    headOf(report),
    ...lines(nextStep(report)),
    ...brakeLines(report),
    ...proposalTable(report),
    phaseTable(report),
    attentionLine(report),
    ...standingLines(report),
    ...pausedLines(report.paused),
    ...surpriseLines(report),
    callTable(report),
    ...completenessTable(report),
    ...missedLines(report),
  ].join('\n');
}

const lines = (text: string | null): readonly string[] => (text === null ? [] : [text]);

function headOf(report: Report): string {
  const { tenant, runId, state, startedAt, finishedAt } = report;
  const took = finishedAt === null ? '' : `, took ${shownDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`;
  return `${tenant}: ${workOf(report)} ${stateWords[state]}\nRun ${runId}, started ${shownTime(startedAt)} UTC${took}`;
}

/** The run's work: a sync, or taking something back (X3, D2). */
function workOf({ mode, undoes }: Pick<Report, 'mode' | 'undoes'>): string {
  if (undoes === undefined) return `${mode} sync`;
  const work = isTakeBack(undoes) ? `taking back ${counted(undoes.conflicts.length, 'value')}` : `undo of run ${undoes.run}`;
  return mode === 'preview' ? `preview of ${work}` : work;
}

/** U4, L11, M6, M2: the brakes at which a real run would stop. */
const brakeLines = ({ tenant, wouldHold = [] }: Report): readonly string[] =>
  wouldHold.length === 0
    ? []
    : [
        `A real run would hold ${wouldHold.map(heldInWords).join(', ')} until you approve them with "orsync approve ${tenant} RUN", and do everything else.`,
      ];

const heldInWords = ({ entity, rule, operations }: WouldHold): string =>
  `${counted(operations, `${entity} ${heldThings[rule]}`)} (${rule})`;

const heldThings: Readonly<Record<WouldHold['rule'], string>> = {
  U4: 'unlink',
  U5: 'unlink',
  L11: 'creation',
  M6: 'erasure',
  M2: 'first-link overwriting',
};

/** P1: the lists that wait for a person, each to be approved by itself. */
function proposalTable({ tenant, proposals }: Report): readonly string[] {
  if (proposals.length === 0) return [];
  const rows = proposals.map(({ id, phase, entity, kind, operations }) => [id, phase, entity, brakeWords[kind], operations]);
  return [
    table(['Proposal', 'Phase', 'Entity', 'Held', 'Operations'], rows, { numbers: [4] }),
    `"orsync approve ${tenant} PROPOSAL" approves one of them.`,
  ];
}

/** The brakes in words. */
export const brakeWords: Readonly<Record<BrakeKind, string>> = {
  unlink: 'HubSpot record gone',
  'officernd-gone': 'OfficeRnD record gone',
  create: 'creations',
  erase: 'erasures',
  'first-link': 'values that give way at the first link',
};

/** States in words. */
export const stateWords: Readonly<Record<RunState, string>> = {
  running: 'is running',
  completed: 'completed',
  'needs-approval': 'needs approval',
  blocked: 'is blocked',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** A run that may have stopped, and why. */
interface StoppedRun {
  readonly tenant: string;
  readonly runId: string;
  readonly state: RunState;
  readonly trouble?: Trouble | null;
}

/** The next step for a person, when a run waits or has failed; null when there is nothing to do. */
export function nextStep({ tenant, runId, state, trouble }: StoppedRun): string | null {
  const why =
    trouble === undefined || trouble === null
      ? ''
      : asSentence(`${trouble.message}${trouble.setting === null ? '' : ` (setting: ${trouble.setting})`}`);
  switch (state) {
    case 'needs-approval':
      return `A brake holds changes. "orsync report ${tenant} ${runId}" lists them, and "orsync approve ${tenant} ${runId}" approves them all and starts the run that does them.`;
    case 'blocked':
      return `${why} Correct this, then continue with "orsync resume ${tenant}".`.trim();
    case 'failed':
    case 'cancelled':
      return why === '' ? null : why;
    case 'running':
    case 'completed':
      return null;
  }
}

/** The counts of each phase, in the report's order. */
function phaseTable({ phases: byPhase }: Report): string {
  const entities = allEntities.filter((entity) => phases.some((phase) => byPhase[phase][entity] !== undefined));
  const rows = phases.flatMap((phase) => {
    const counts = new Map(entities.map((entity) => [entity, new Map<string, number>(Object.entries(byPhase[phase][entity] ?? {}))]));
    return countNames[phase].map(([name, title], index) => [
      index === 0 ? phaseTitles[phase] : '',
      title,
      ...entities.map((entity) => counts.get(entity)?.get(name) ?? '–'),
    ]);
  });
  return table(['Phase', '', ...entities], rows, { numbers: entities.map((_entity, index) => index + 2) });
}

export const phaseTitles: Readonly<Record<Phase, string>> = { unlink: '1 Unlink', link: '2 Create and link', update: '3 Update' };

const countNames: Readonly<Record<Phase, readonly (readonly [string, string])[]>> = {
  unlink: [
    ['checked', 'links checked'],
    ['unlinked', 'unlinked'],
    ['retired', 'retired otherwise'],
    ['relinked', 'followed a merge'],
    ['restored', 'restored'],
  ],
  link: [
    ['candidates', 'candidates'],
    ['linked', 'linked'],
    ['adopted', 'adopted'],
    ['created', 'created'],
    ['skipped', 'skipped'],
  ],
  update: [
    ['compared', 'compared'],
    ['updatedOfficernd', 'written to OfficeRnD'],
    ['updatedHubspot', 'written to HubSpot'],
    ['unchanged', 'unchanged'],
  ],
};

function attentionLine(report: Report): string {
  const { conflicts, firstLink, drift, failures, pending, reviews, parked } = report;
  const thisRun = [
    counted(conflicts, 'conflict'),
    `${counted(firstLink, 'value')} replaced at first link`,
    `${drift} drift`,
    // Failures of earlier runs may stand, so "0 failures" is said only where everything is in step.
    ...(failures > 0 || isInStep(report) ? [counted(failures, 'failure')] : []),
    ...(pending > 0 ? [`${counted(pending, 'creation')} without an answer yet (a later run settles them)`] : []),
  ];
  return `This run: ${thisRun.join(', ')}. Open after it: ${counted(reviews, 'review')}, ${parked} parked.`;
}

/** Whether a run has come to its end, and nothing is out of step after it. A report of an earlier release does not say so. */
const isInStep = ({ state, outOfStep }: Report): boolean => hasEndedWell(state) && outOfStep?.length === 0;

function standingLines(report: Report): readonly string[] {
  const { mode, state, outOfStep, outOfStepRecords = 0 } = report;
  if (outOfStep === undefined || mode === 'preview') return [];
  if (isInStep(report)) return ['In step: no record that this run has read is out of step.'];
  return [
    ...outOfStepLines(outOfStep, outOfStepRecords),
    ...(hasEndedWell(state) ? [] : ['The run has not come to its end, so more may be out of step than is known.']),
  ];
}

/** V3: what is left out, and why. */
export const pausedLines = (paused: readonly PausedField[]): readonly string[] =>
  paused.map(({ entity, message }) => `Paused, ${entity}: ${asSentence(message)}.`);
/** S1: fields of OfficeRnD records that were not as they should be after a write. A report of an earlier release has none. */
const surpriseLines = ({ surprises = [] }: Partial<Pick<Report, 'surprises'>>): readonly string[] =>
  surprises.map(
    ({ entity, field, records }) => `Not as it should be after a write: "${asLabel(field)}" of ${counted(records, `${entity} record`)}.`,
  );

function callTable({ calls, predictedCalls }: Report): string {
  const vendors = [['HubSpot', calls.hubspot] as const, ['OfficeRnD', calls.officernd] as const];
  const rows = vendors.flatMap(([name, { total, rateLimited, floor, byRoute }]) => [
    [name, total, rateLimited, floor],
    ...Object.entries(byRoute).map(([route, count]) => [`  ${asLabel(route)}`, count, '', '']),
  ]);
  const sent = table(['Calls', 'sent', 'rate-limited', 'floor'], rows, { numbers: [1, 2, 3] });
  if (predictedCalls === undefined) return sent;
  const { hubspot, officernd } = predictedCalls;
  return `${sent}\nA full run would send ${counted(hubspot.total, 'call')} to HubSpot and ${counted(officernd.total, 'call')} to OfficeRnD.`;
}

/** Characters of a hash that are shown; `--json` has the whole hash for comparing. */
const HASH_SHOWN = 12;

function completenessTable({ completeness }: Report): readonly string[] {
  if (completeness === undefined) return [];
  const rows = allEntities.flatMap((entity) => {
    const proofs = completeness[entity];
    return proofs === undefined
      ? []
      : sides.map((side) => [
          side === 'hubspot' ? 'HubSpot' : 'OfficeRnD',
          entity,
          proofs[side].records,
          proofs[side].hash.slice(0, HASH_SHOWN),
        ]);
  });
  return [table(['Content', '', 'records', 'hash'], rows, { numbers: [2] })];
}

/** Changes that no incremental run would have shown any more. */
function missedLines({ missedByShortcut: { hubspot, officernd } = { hubspot: 0, officernd: 0 } }: Report): readonly string[] {
  if (hubspot + officernd === 0) return [];
  return [`Incremental runs had missed changes of ${counted(hubspot, 'HubSpot record')} and ${counted(officernd, 'OfficeRnD record')}.`];
}
