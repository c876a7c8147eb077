import { heldText, previewText } from '../text/operations';
import { reportText } from '../text/report';
import { heldOperations } from '../../client/runs/held';
import { readOperations } from '../../client/runs/run-report';
import type { FoundRun } from '../../client/runs/find-run';
import type { RunReport } from '../../client/runs/run-report';
import { loadNames } from '../../client/standing/named-records';
import type { Store } from '../../store/store';
import { valuesBy } from '../text/values';
import type { Terminal } from '../terminal';

/** Prints a report. A preview's report comes with its planned operations; one that needs approval, with the held operations. */
export async function showReport(terminal: Terminal, report: RunReport, found: FoundRun, store: Store): Promise<void> {
  if (report.mode === 'preview') {
    const operations = await readOperations(found);
    return terminal.result({ ...report, operations }, () => `${previewText(operations)}\n\n${reportText(report)}`);
  }
  if (report.state === 'needs-approval') {
    const operations = await heldOperations(found, report.proposals);
    const nameOf = await loadNames(store, report.tenant, operations);
    const held = operations.map((operation) => ({ ...operation, ...nameOf(operation) }));
    return terminal.result({ ...report, held }, () => `${reportText(report)}\n${heldText(held, valuesBy(found.run.mapping))}`.trimEnd());
  }
  return terminal.result(report, () => reportText(report));
}
