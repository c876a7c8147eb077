import { operationsText } from '../operations-text';
import { reportText } from '../report-text';
import { operationsOf } from '../run-report';
import type { FoundRun, RunReport } from '../run-report';
import type { Terminal } from '../terminal';

/** Prints a report; a preview's with what it would do. @param found null when nothing of the run is stored */
export async function showReport(terminal: Terminal, report: RunReport, found: FoundRun | null): Promise<void> {
  if (report.mode !== 'preview') return terminal.result(report, () => reportText(report));
  const operations = found === null ? [] : await operationsOf(found);
  terminal.result({ ...report, operations }, () => `${operationsText(operations)}\n\n${reportText(report)}`);
}
