import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Progress, RunPhase } from './api';

/** What the Temporal UI shows of a run without opening a payload (architecture.md §2): counts and states, never data of a person (A6). */
export function showProgress(tenant: string, progress: Progress): void {
  upsertSearchAttributes([
    { key: keys.tenant, value: tenant },
    { key: keys.mode, value: progress.mode },
    { key: keys.phase, value: progress.phase ?? 'done' },
    { key: keys.state, value: progress.paused ? 'paused' : progress.state },
  ]);
  const trouble = progress.trouble === null ? '' : `\n\n**${progress.trouble.kind}**: ${progress.trouble.message}`;
  setCurrentDetails(`**${progress.state}**${trouble}\n\n${countsTable(progress.counts)}`);
}

/** Sets the sums by which runs are found and compared in the UI's list. */
export function showSums(sums: { readonly changed: number; readonly conflicts: number; readonly failed: number }): void {
  upsertSearchAttributes([
    { key: keys.changed, value: sums.changed },
    { key: keys.conflicts, value: sums.conflicts },
    { key: keys.failed, value: sums.failed },
  ]);
}

/** A Markdown table: a line for each phase and entity. */
export function countsTable(counts: Progress['counts']): string {
  const order: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];
  const lines = order.flatMap((phase) =>
    Object.entries(counts[phase] ?? {}).map(
      ([entity, counters]) =>
        `| ${phase} | ${entity} | ${Object.entries(counters)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')} |`,
    ),
  );
  return ['| phase | entity | counts |', '|---|---|---|', ...lines].join('\n');
}

const keys = {
  tenant: defineSearchAttributeKey('SyncTenant', SearchAttributeType.KEYWORD),
  mode: defineSearchAttributeKey('SyncMode', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('SyncPhase', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD),
  changed: defineSearchAttributeKey('SyncChanged', SearchAttributeType.INT),
  conflicts: defineSearchAttributeKey('SyncConflicts', SearchAttributeType.INT),
  failed: defineSearchAttributeKey('SyncFailed', SearchAttributeType.INT),
};
