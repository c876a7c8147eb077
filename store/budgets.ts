import type { Collection, Db } from 'mongodb';
import { literal, SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';

/** `budgets`: how many calls a tenant's runs may still send to a vendor today, counted over all processes. */
export interface Budgets {
  /** Takes up to `wanted` of the day's remaining calls. Calls that were taken count as sent. */
  readonly take: (tenant: string, vendor: string, request: BudgetRequest) => Promise<BudgetLot>;
}

export interface BudgetRequest {
  readonly wanted: number;
  readonly perDay: number;
  /** When the present day ends. It is used only by the first request of a day. */
  readonly resetsAt: Date;
}

export interface BudgetLot {
  /** 0 when the day's calls are used up. */
  readonly given: number;
  readonly resetsAt: Date;
}

/** The calls that one tenant's runs have sent to one vendor today. */
interface BudgetDocument extends StoredDocument {
  readonly vendor: string;
  /** Calls that processes have been given since the day began, sent or not. */
  readonly used: number;
  /** When the day ends and the count starts again at 0. */
  readonly resetsAt: Date;
  /** How many calls the newest request got; the process that made it reads this back. */
  readonly given: number;
}

export const budgetsSpec: schema.CollectionSpec = {
  name: 'budgets',
  fields: { vendor: schema.text, used: schema.count, resetsAt: schema.date, given: schema.count },
  indexes: [{ name: 'ofTenant', key: { tenant: 1 } }],
};

/** The document is kept this long after its day. Then the count is no longer needed. */
const KEPT_MS = 7 * 86_400_000;

/**
 * `budgets`: one document for each tenant and vendor. A request is one atomic update. The document holds the end of the day, so processes
 * that compute it differently still share one count.
 */
export function createBudgets(db: Db, now: () => Date): Budgets {
  const collection: Collection<BudgetDocument> = db.collection<BudgetDocument>(budgetsSpec.name);
  return {
    take: async (tenant, vendor, { wanted, perDay, resetsAt }) => {
      const isOver = { $lte: [{ $ifNull: ['$resetsAt', literal(now())] }, literal(now())] };
      const after = await collection.findOneAndUpdate(
        { _id: `${tenant}/${vendor}` },
        [
          {
            $set: {
              schemaVersion: literal(SCHEMA_VERSION),
              tenant: literal(tenant),
              vendor: literal(vendor),
              used: { $cond: [isOver, 0, '$used'] },
              resetsAt: { $cond: [isOver, literal(resetsAt), '$resetsAt'] },
            },
          },
          { $set: { given: { $max: [0, { $min: [literal(wanted), { $subtract: [literal(perDay), '$used'] }] }] } } },
          { $set: { used: { $add: ['$used', '$given'] }, expiresAt: { $add: ['$resetsAt', literal(KEPT_MS)] } } },
        ],
        { upsert: true, returnDocument: 'after' },
      );
      if (after === null) throw new Error(`MongoDB did not return the budget of ${vendor}: try again.`);
      return { given: after.given, resetsAt: after.resetsAt };
    },
  };
}
