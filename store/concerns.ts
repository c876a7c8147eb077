import { ReadConcern, ReadPreference, WriteConcern } from 'mongodb';

/**
 * How everything is read and written, whatever the address says. A fence from a secondary may be old, and a write that one server alone has
 * may be lost with it. Both would let two attempts write the same record.
 */
export const CONCERNS = {
  readPreference: ReadPreference.primary,
  readConcern: new ReadConcern('majority'),
  writeConcern: new WriteConcern('majority', undefined, true),
} as const;
