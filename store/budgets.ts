import type { Collection, Db } from 'mongodb';
import { literal, SCHEMA_VERSION } from './scope';
import type { StoredDocument } from './scope';
import * as schema from './schema';
import type { Budgets } from './store';

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
 * `budgets`: one document for each tenant and vendor. A request is one atomic update. The end of a day stands in the document, so that processes
 * which have different ideas of it still share one count.
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
