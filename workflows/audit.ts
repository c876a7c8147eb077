import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Finished } from '../activities/api';
import type { Counters } from '../domain/counters';
import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { inMarkdown } from '../domain/printable';
import type { Progress, RunPhase } from './api';
import type { Showing } from './showing';

/**
 * Shows a run in the Temporal UI, to be read without opening a payload: counts and states, never data of a person (A6). The page reads
 * Markdown, so a sentence that may hold others' names is escaped. The figures in
 * `sums` are those by which the UI's list finds and compares runs. Only words that have changed cost an event of history.
 */
export function showProgress(tenant: string, progress: Progress, sums: Finished, { attributes, inMemo }: Showing): void {
  const { typedSearchAttributes: shown, memo = {} } = workflowInfo();
  const wanted = [
    { key: keys.tenant, value: tenant },
    { key: keys.mode, value: progress.mode },
    { key: keys.phase, value: progress.phase ?? (isUnderWay(progress) ? 'prepare' : 'done') },
    { key: keys.state, value: stateShown(progress) },
    { key: keys.changed, value: sums.changed },
    { key: keys.conflicts, value: sums.conflicts },
    { key: keys.failed, value: sums.failed },
  ];
  const changed = wanted.filter(({ key, value }) => attributes.has(key.name) && shown.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
  const words = wanted.filter(({ key, value }) => inMemo && memo[key.name] !== value);
  // Where an attribute shows the phase, the memo's waits for the next other word: each phase would cost an event more.
  if (words.some(({ key }) => key !== keys.phase || !attributes.has(key.name)))
    upsertMemo(Object.fromEntries(words.map(({ key, value }) => [key.name, value])));
  const waits = progress.state === 'running' && !progress.paused ? waitLines(progress.waits) : [];
  setCurrentDetails([stateLine(tenant, progress, sums), ...waits, countsTable(progress.counts)].join('\n\n'));
}

/** A child's title and description, as the UI's timeline and pages show them. */
export const titleOfChild = (phase: RunPhase, entity: Entity): { readonly staticSummary: string; readonly staticDetails: string } => ({
  staticSummary: `${phase} ${entity}`,
  staticDetails: purposes[phase],
});

/**
 * A Markdown table with a line for each phase and entity. The UI draws no lines and leaves no room between columns, so the cells bring
 * their own.
 */
export function countsTable(counts: Progress['counts']): string {
  const lines = phases.flatMap((phase) =>
    entities
      .flatMap((entity) => {
        const counters = counts[phase]?.[entity];
        return counters === undefined ? [] : [{ entity, counters }];
      })
      .map(({ entity, counters }, index) => row(index === 0 ? phaseTitles[phase] : '', entity, countsInWords(counters))),
  );
  return [row('Phase', 'Entity', 'Counts'), '| :-- | :-- | :-- |', ...lines].join('\n');
}

/** The value of `SyncState`. A run that waits for a while shows that, whether for a person, a vendor or a limit. */
function stateShown({ paused, state, waits }: Progress): string {
  if (paused) return 'paused';
  return state === 'running' && waits.length > 0 ? 'waiting' : state;
}

/** Lines for people about what is waited for. A message that several steps share is shown once. */
export function waitLines(waits: Progress['waits']): readonly string[] {
  const messages = new Set(waits.map(({ trouble }) => trouble.message));
  return [...messages].map((message) => `**Waits**, and goes on by itself: ${inMarkdown(message)}`);
}

const isUnderWay = ({ state }: Progress): boolean => state === 'running' || state === 'blocked';

/** The state of the run, and what a person can do about it. */
function stateLine(tenant: string, { runId, state, paused, phase, trouble }: Progress, sums: Finished): string {
  const { changed, conflicts, failed, proposals = [] } = sums;
  const why = trouble === null ? '' : ` (${trouble.kind}): ${inMarkdown(trouble.message)}`;
  if (paused) return `**Paused**. Go on with \`orsync resume ${tenant}\`.`;
  switch (state) {
    case 'running':
      return `**Running**: ${phase === null ? 'reading configuration and definitions' : phaseTitles[phase]}.`;
    case 'needs-approval':
      return `**Needs approval**: a brake holds back more changes than usual. Look at them with \`orsync report ${tenant} ${runId}\`, and approve them with \`orsync approve ${tenant} ${proposals.length === 1 ? proposals.join('') : runId}\`.`;
    case 'blocked':
      return `**Blocked**${why} Correct it, then go on with \`orsync resume ${tenant}\`.`;
    case 'completed':
      return `**Completed**: ${changed} changed, ${conflicts} conflicts, ${failed} failed.`;
    case 'failed':
      return `**Failed**${why}`;
    case 'cancelled':
      return '**Cancelled**.';
  }
}

const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => `${cell}${GAP}`).join(' | ')} |`;

/** An em space. Markdown keeps it, but trims an ordinary one. */
const GAP = '\u2003';

const phases: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];

const phaseTitles: Readonly<Record<RunPhase, string>> = {
  observe: 'Read',
  unlink: '1 Unlink',
  link: '2 Create and link',
  update: '3 Update',
};

const purposes: Readonly<Record<RunPhase, string>> = {
  observe: 'Before the phases: reads all records of the entity in HubSpot and in OfficeRnD.',
  unlink: 'Phase 1 of 3: ends links whose HubSpot record is gone.',
  link: 'Phase 2 of 3: links what belongs together, and creates in OfficeRnD what it lacks.',
  update: 'Phase 3 of 3: carries changed values over every link.',
};

/** The first count says how much was looked at, and is always shown. The others are left out when they are zero. */
const countsInWords = (counters: Counters): string =>
  Object.entries(countTitles)
    .flatMap(([name, title]) => {
      const count = counters[name];
      return count === undefined || (count === 0 && !alwaysShown.has(name)) ? [] : [`${count} ${title}`];
    })
    .join(', ');

const alwaysShown: ReadonlySet<string> = new Set(['hubspotRead', 'officerndRead', 'checked', 'candidates', 'compared']);

const countTitles: Readonly<Record<string, string>> = {
  hubspotRead: 'in HubSpot',
  officerndRead: 'in OfficeRnD',
  checked: 'checked',
  unlinked: 'unlinked',
  retired: 'retired otherwise',
  relinked: 'followed a merge',
  restored: 'restored',
  candidates: 'candidates',
  linked: 'linked',
  adopted: 'adopted',
  created: 'created',
  skipped: 'skipped',
  compared: 'compared',
  updatedOfficernd: 'written to OfficeRnD',
  updatedHubspot: 'written to HubSpot',
  held: 'held for approval',
  unlisted: 'not on the list',
};

const keys = {
  tenant: defineSearchAttributeKey('SyncTenant', SearchAttributeType.KEYWORD),
  mode: defineSearchAttributeKey('SyncMode', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('SyncPhase', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD),
  changed: defineSearchAttributeKey('SyncChanged', SearchAttributeType.INT),
  conflicts: defineSearchAttributeKey('SyncConflicts', SearchAttributeType.INT),
  failed: defineSearchAttributeKey('SyncFailed', SearchAttributeType.INT),
};
