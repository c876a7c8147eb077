import type { PlannedOperation } from '../../client/runs/run-report';
import type { NameRecord } from '../../client/standing/named-records';
import type { NamedOperation } from '../../client/standing/status';
import { operationBlocks } from './records';
import { counted } from './tables';
import { cellsBy, valuesBy } from './values';
import type { ValueOf } from './values';

/** Rows of a list on a terminal; `--json` lists all. */
export const SHOWN = 200;

/** The names of the records of a list, and its values as people write them. */
export interface Look {
  readonly nameOf: NameRecord;
  /** On a line. */
  readonly valueOf: ValueOf;
  /** In a cell of a file. */
  readonly cellOf: ValueOf;
}

/** Shows records by their ids alone, and values as they stand. */
export const plainLook: Look = {
  nameOf: () => ({ name: null, officerndUrl: null, hubspotUrl: null }),
  valueOf: valuesBy(undefined),
  cellOf: cellsBy(undefined),
};

/** The operations that a brake holds, for people: each record by its name, with its screens at both vendors. */
export const heldText = (operations: readonly NamedOperation[], valueOf: ValueOf = valuesBy(undefined)): string =>
  operations.length === 0
    ? ''
    : operationBlocks(`${counted(operations.length, 'operation')} held for approval:`, operations, { most: SHOWN, valueOf });

/** A list of operations under a heading: each record by its name, with its screens at both vendors. */
export const listText = (heading: string, operations: readonly PlannedOperation[], look: Look, most = SHOWN): string =>
  operationBlocks(
    heading,
    operations.slice(0, most).map((operation) => ({ ...operation, ...look.nameOf(operation) })),
    { total: operations.length, most, valueOf: look.valueOf },
  );
