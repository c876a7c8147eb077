import type { FoundRun } from '../runs/find-run';
import { readOperations } from '../runs/run-report';
import type { PlannedOperation } from '../runs/run-report';

/** The operations that a preview would carry out, in the order of phases and entities. Those that came to nothing in it are left out. */
export const listedIn = (found: FoundRun): Promise<readonly PlannedOperation[]> =>
  readOperations(found, { states: ['planned', 'calling', 'applied'] });
