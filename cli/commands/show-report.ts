import { heldText, previewText } from '../text/operations';
import { reportText } from '../text/report';
import { heldOperations } from '../../client/runs/held';
import { readOperations } from '../../client/runs/run-report';
import type { FoundRun } from '../../client/runs/find-run';
import type { RunReport } from '../../client/runs/run-report';
import { undoListing } from '../../client/undo/listing';
import { undoText } from '../text/undo';
import type { Terminal } from '../terminal';

/**
 * Prints a report. A preview's report comes with its planned operations; one that needs approval, with the held operations. That of an undo comes
 * with its operations, and with what it leaves.
 */
export async function showReport(terminal: Terminal, report: RunReport, found: FoundRun): Promise<void> {
  if (report.undoes !== undefined) {
    const listing = await undoListing(found);
    return terminal.result({ ...report, ...listing }, () => `${undoText(listing, report.mode === 'preview')}\n\n${reportText(report)}`);
  }
  if (report.mode === 'preview') {
    const operations = await readOperations(found);
    return terminal.result({ ...report, operations }, () => `${previewText(operations)}\n\n${reportText(report)}`);
  }
  if (report.state === 'needs-approval') {
    const held = await heldOperations(found, report.proposals);
    return terminal.result({ ...report, held }, () => `${reportText(report)}\n${heldText(held)}`.trimEnd());
  }
  return terminal.result(report, () => reportText(report));
}
