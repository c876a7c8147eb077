import { writeFileSync } from 'node:fs';
import { filtered, splitByLoss } from '../../domain/preview-list';
import { heldOperations } from '../../client/runs/held';
import { listedIn } from '../../client/previews/listed';
import { notDoneIn, unlistedIn } from '../../client/previews/not-done';
import type { FoundRun } from '../../client/runs/find-run';
import type { PlannedOperation, RunReport } from '../../client/runs/run-report';
import { loadNames } from '../../client/standing/named-records';
import type { ListedRecord } from '../../client/standing/named-records';
import { undoListing } from '../../client/undo/listing';
import type { Store } from '../../store/store';
import { usageError } from '../cli-error';
import { heldText, SHOWN } from '../text/operations';
import type { Look } from '../text/operations';
import { appliedText, previewText } from '../text/preview';
import { previewCsv } from '../text/preview-csv';
import { previewHtml } from '../text/preview-html';
import { reportText } from '../text/report';
import { counted } from '../text/tables';
import { undoText } from '../text/undo';
import { cellsBy, valuesBy } from '../text/values';
import type { Terminal } from '../terminal';
import { wholeList } from './list-options';
import type { ListView } from './list-options';

/**
 * Prints a report. A preview's report comes with its planned operations, and that of a run which needs approval with the held ones. That of a
 * run which applies a preview comes with everything that was not done. That of an undo comes with its operations, and with what it leaves.
 */
export async function showReport(
  terminal: Terminal,
  report: RunReport,
  found: FoundRun,
  { store, view = wholeList }: { readonly store: Store; readonly view?: ListView },
): Promise<void> {
  const lookAt = async (records: readonly ListedRecord[]): Promise<Look> => ({
    nameOf: await loadNames(store, report.tenant, records),
    valueOf: valuesBy(found.run.mapping),
    cellOf: cellsBy(found.run.mapping),
  });
  if (report.undoes === undefined && report.mode === 'preview')
    return showPreview(terminal, report, await listedIn(found), { view, lookAt });
  if (view !== wholeList)
    throw usageError(`Run ${report.runId} is no preview of a sync: --entity, --rule, --id, --limit and --save are about such a list.`);
  if (report.undoes !== undefined) {
    const listing = await undoListing(found);
    const look = await lookAt([...listing.operations.slice(0, SHOWN), ...listing.left.slice(0, SHOWN)]);
    return terminal.result(
      { ...report, ...listing },
      () => `${undoText(listing, report.mode === 'preview', look)}\n\n${reportText(report)}`,
    );
  }
  if (report.applied !== undefined) {
    const [notDone, unlisted] = await Promise.all([notDoneIn(found), unlistedIn(found)]);
    const look = await lookAt([...notDone, ...unlisted]);
    return terminal.result(
      { ...report, notDone, unlisted },
      () => `${appliedText(report.applied, { notDone, unlisted }, look)}\n\n${reportText(report)}`,
    );
  }
  if (report.state === 'needs-approval') {
    const operations = await heldOperations(found, report.proposals);
    const nameOf = await loadNames(store, report.tenant, operations);
    const held = operations.map((operation) => ({ ...operation, ...nameOf(operation) }));
    return terminal.result({ ...report, held }, () => `${reportText(report)}\n${heldText(held, valuesBy(found.run.mapping))}`.trimEnd());
  }
  return terminal.result(report, () => reportText(report));
}

interface PreviewView {
  readonly view: ListView;
  readonly lookAt: (records: readonly ListedRecord[]) => Promise<Look>;
}

async function showPreview(
  terminal: Terminal,
  report: RunReport,
  all: readonly PlannedOperation[],
  { view: { filter, limit, save }, lookAt }: PreviewView,
): Promise<void> {
  const operations = filtered(all, filter);
  const { givesWay, rest } = splitByLoss(operations);
  const most = limit ?? SHOWN;
  const look = await lookAt(save === null ? [...givesWay.slice(0, most), ...rest.slice(0, most)] : operations);
  if (save !== null) {
    const text = save.format === 'csv' ? previewCsv(operations, look) : previewHtml(report, operations, look);
    // The list holds values of records: nobody else shall read it.
    writeFileSync(save.path, text, { mode: 0o600 });
    terminal.note(
      `Saved ${counted(operations.length, 'operation')} as ${save.path}. It holds values of records: keep it as you keep those.`,
    );
  }
  const shown = limit === null ? operations : operations.slice(0, limit);
  terminal.result(
    { ...report, operations: shown },
    () => `${previewText(operations, { ...report, all: all.length, most }, look)}\n\n${reportText(report)}`,
  );
}
