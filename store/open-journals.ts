import type { Db } from 'mongodb';
import { LONGEST_RUN_DAYS } from './scope';

/** Collections whose documents are a run's journal until it is over. */
const JOURNALS = ['operations', 'conflicts', 'runFacts'] as const;

const DAY_MS = 24 * 60 * 60_000;

/** The place where this step is noted as done: collection `schema`. It changes no document's form, so it has no version. */
const RECORD = 'open-journals';

interface DoneDocument {
  readonly _id: string;
  readonly version: number;
}

interface RunDocument {
  readonly _id: string;
  readonly tenant: string;
  readonly id: string;
}

/**
 * Keeps the journals of runs that an earlier release has begun and that are not over. That release let each entry expire by its age. Done once
 * for a database. Safe to repeat, and to run in several processes at once.
 */
export async function keepOpenJournals(db: Db): Promise<void> {
  const schema = db.collection<DoneDocument>('schema');
  if ((await schema.findOne({ _id: RECORD })) !== null) return;
  // A run of an older version that waits for an approval has a report without an end.
  const open = db.collection<RunDocument>('runs').find({ $or: [{ finishedAt: null }, { 'report.finishedAt': null }] });
  for (const { tenant, id: run } of await open.project<RunDocument>({ tenant: 1, id: 1 }).toArray()) {
    const latest = { $add: ['$$NOW', LONGEST_RUN_DAYS * DAY_MS] };
    for (const name of JOURNALS)
      await db.collection(name).updateMany({ tenant, run }, [{ $set: { expiresAt: { $max: ['$expiresAt', latest] } } }]);
  }
  await schema.updateOne({ _id: RECORD }, { $setOnInsert: { version: 1 } }, { upsert: true });
}
