import type { MongoClient } from 'mongodb';
import { z } from 'zod';

const count = z.number();
const commandSchema = z.looseObject({ total: count });
const statusSchema = z.looseObject({
  opcounters: z.looseObject({ insert: count, query: count, update: count, delete: count, getmore: count }),
  metrics: z.looseObject({ commands: z.record(z.string(), z.unknown()) }),
});

/** The server's counters since it was started. */
export interface MongoCounters {
  /** Single statements. A bulk write of a hundred documents counts as a hundred. */
  readonly statements: number;
  /** Commands that programs sent and whose results they waited for. */
  readonly roundTrips: number;
  /** The round trips by command. */
  readonly byCommand: Readonly<Record<string, number>>;
}

/** The commands that carry data. Connection and administration commands are left out. */
const dataCommands = ['aggregate', 'bulkWrite', 'count', 'delete', 'distinct', 'find', 'findAndModify', 'getMore', 'insert', 'update'];

/** Reads the server's own counters. */
export async function readMongoCounters(client: MongoClient): Promise<MongoCounters> {
  const status = statusSchema.parse(await client.db('admin').command({ serverStatus: 1 }));
  const { insert, query, update, delete: deleted, getmore } = status.opcounters;
  const byCommand = Object.fromEntries(
    dataCommands.map((name) => {
      const command = commandSchema.safeParse(status.metrics.commands[name]);
      return [name, command.success ? command.data.total : 0];
    }),
  );
  return { statements: insert + query + update + deleted + getmore, roundTrips: sum(byCommand), byCommand };
}

export const countedBetween = (before: MongoCounters, after: MongoCounters): MongoCounters => ({
  statements: after.statements - before.statements,
  roundTrips: after.roundTrips - before.roundTrips,
  byCommand: Object.fromEntries(Object.entries(after.byCommand).map(([name, total]) => [name, total - (before.byCommand[name] ?? 0)])),
});

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
