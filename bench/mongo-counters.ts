import type { MongoClient } from 'mongodb';
import { z } from 'zod';

const count = z.number();
const commandSchema = z.looseObject({ total: count });
const statusSchema = z.looseObject({
  opcounters: z.looseObject({ insert: count, query: count, update: count, delete: count, getmore: count }),
  metrics: z.looseObject({ commands: z.record(z.string(), z.unknown()) }),
});

/** What MongoDB has done since it was started. */
export interface MongoCounters {
  /** Single statements: a bulk write of a hundred documents counts a hundred. */
  readonly statements: number;
  /** Commands that programs sent and waited for: the round trips. */
  readonly roundTrips: number;
}

/** The commands that carry data; greetings and administration are left out. */
const dataCommands = ['aggregate', 'bulkWrite', 'count', 'delete', 'distinct', 'find', 'findAndModify', 'getMore', 'insert', 'update'];

/** Reads the server's own counters. */
export async function readMongoCounters(client: MongoClient): Promise<MongoCounters> {
  const status = statusSchema.parse(await client.db('admin').command({ serverStatus: 1 }));
  const { insert, query, update, delete: deleted, getmore } = status.opcounters;
  const totals = dataCommands.map((name) => {
    const command = commandSchema.safeParse(status.metrics.commands[name]);
    return command.success ? command.data.total : 0;
  });
  return { statements: insert + query + update + deleted + getmore, roundTrips: totals.reduce((sum, total) => sum + total, 0) };
}

export const countedBetween = (before: MongoCounters, after: MongoCounters): MongoCounters => ({
  statements: after.statements - before.statements,
  roundTrips: after.roundTrips - before.roundTrips,
});
