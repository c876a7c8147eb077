import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import { writeAll } from './writes';

export interface CallLedgerStore {
  /** Adds counts to a run. */
  readonly add: (run: string, counts: readonly LedgerCount[]) => Promise<void>;
  readonly ofRun: (run: string) => Promise<readonly LedgerCount[]>;
}

export interface LedgerCount {
  readonly vendor: 'hubspot' | 'officernd';
  readonly route: string;
  /** `predicted`: a preview did not send the call, but a real run would. */
  readonly outcome: 'ok' | 'rate-limited' | 'failed' | 'predicted';
  readonly count: number;
}

interface LedgerDocument extends StoredDocument, LedgerCount {
  readonly run: string;
}

const vendors: readonly LedgerCount['vendor'][] = ['hubspot', 'officernd'];
const outcomes: readonly LedgerCount['outcome'][] = ['ok', 'rate-limited', 'failed', 'predicted'];

export const callLedgerSpec: schema.CollectionSpec = {
  name: 'callLedger',
  fields: { run: schema.text, vendor: schema.oneOf(vendors), route: schema.text, outcome: schema.oneOf(outcomes), count: schema.count },
  indexes: [{ name: 'ofRun', key: { tenant: 1, run: 1 } }],
};

/** The `callLedger` of one tenant. It holds counts and never expires. */
export function createCallLedger(scope: Scope): CallLedgerStore {
  const collection = scope.collection<LedgerDocument>('callLedger');
  return {
    add: (run, counts) =>
      writeAll(
        collection,
        counts.map(({ vendor, route, outcome, count }) => {
          const { _id, ...header } = headerOf(scope, `${run}/${vendor}/${outcome}/${route}`, scope.expiry());
          const update = { $inc: { count }, $setOnInsert: { ...header, run, vendor, route, outcome } };
          return { updateOne: { filter: { _id }, update, upsert: true } };
        }),
      ),
    ofRun: async (run) => {
      const found = await collection.find({ tenant: scope.tenant, run }).toArray();
      return found.map(({ vendor, route, outcome, count }) => ({ vendor, route, outcome, count }));
    },
  };
}
