import { heldText, previewText } from '../operations-text';
import { reportText } from '../report-text';
import { operationsOf } from '../run-report';
import type { FoundRun, RunReport } from '../run-report';
import type { Terminal } from '../terminal';

/**
 * Prints a report: a preview's with what it would do, that of a run that waits for approval with what is `held`.
 * @param found null when nothing of the run is stored
 */
export async function showReport(terminal: Terminal, report: RunReport, found: FoundRun | null): Promise<void> {
  if (report.mode === 'preview') {
    const operations = found === null ? [] : await operationsOf(found);
    return terminal.result({ ...report, operations }, () => `${previewText(operations)}\n\n${reportText(report)}`);
  }
  if (report.state === 'needs-approval' && found !== null) {
    const held = await operationsOf(found, { state: 'held' });
    return terminal.result({ ...report, held }, () => `${reportText(report)}\n${heldText(held)}`.trimEnd());
  }
  return terminal.result(report, () => reportText(report));
}
