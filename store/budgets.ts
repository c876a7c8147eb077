import type { Collection, Db } from 'mongodb';
import { literal, SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';

/** `budgets`: how many calls a tenant's runs may still send to a vendor today, whichever process sends them. */
export interface Budgets {
  /** Takes up to `wanted` calls of what the day still has. What is taken counts as sent. */
  readonly take: (tenant: string, vendor: string, request: BudgetRequest) => Promise<BudgetLot>;
}

export interface BudgetRequest {
  readonly wanted: number;
  readonly perDay: number;
  /** When the present day ends; only heard where a new day begins. */
  readonly resetsAt: Date;
}

export interface BudgetLot {
  /** 0 when the day's calls are used up. */
  readonly given: number;
  readonly resetsAt: Date;
}

/** What one tenant's runs have sent to one vendor today. */
interface BudgetDocument extends StoredDocument {
  readonly vendor: string;
  /** Calls that processes have been given since the day began, sent or not. */
  readonly used: number;
  /** When the day ends and the count begins anew. */
  readonly resetsAt: Date;
  /** What the newest request was given: read back by the process that made it. */
  readonly given: number;
}

export const budgetsSpec: schema.CollectionSpec = {
  name: 'budgets',
  fields: { vendor: schema.text, used: schema.count, resetsAt: schema.date, given: schema.count },
  indexes: [{ name: 'ofTenant', key: { tenant: 1 } }],
};

/** The count of a day that is over is of no use any more. */
const KEPT_MS = 7 * 86_400_000;

/**
 * `budgets`: one document for each tenant and vendor. A request is one atomic update. The end of a day stands in the document, so that
 * processes which have different ideas of it still share one count.
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
      if (after === null) throw new Error(`MongoDB gave no answer about the budget of ${vendor}: try again.`);
      return { given: after.given, resetsAt: after.resetsAt };
    },
  };
}
