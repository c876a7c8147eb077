import type { JsonValue } from '../domain/json';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import type { StoredJson } from './stored-json';
import { fromStoredJson, toStoredJson } from './stored-json';

/** Facts that a run keeps between slices: totals of observations, counters. */
export interface RunFacts {
  readonly setFact: (id: string, name: string, value: JsonValue) => Promise<void>;
  /** Sets a number, unless it is greater already. */
  readonly raiseFact: (id: string, name: string, value: number) => Promise<void>;
  readonly facts: (id: string) => Promise<Readonly<Record<string, JsonValue>>>;
}

interface RunFactDocument extends StoredDocument {
  readonly run: string;
  readonly name: string;
  readonly value: StoredJson;
}

export const runFactsSpec: schema.CollectionSpec = {
  name: 'runFacts',
  fields: { run: schema.text, name: schema.text, value: schema.json },
  indexes: [{ name: 'ofRun', key: { tenant: 1, run: 1 } }],
};

/**
 * The facts of a tenant's runs, one document each. Later runs build on some of them, and none holds a value of a person. So they are kept for
 * longer than history.
 */
export function createRunFacts(scope: Scope): RunFacts {
  const collection = scope.collection<RunFactDocument>('runFacts');
  return {
    setFact: async (run, name, value) => {
      const document = { ...headerOf(scope, `${run}/${name}`, scope.journalExpiry()), run, name, value: toStoredJson(value) };
      await collection.replaceOne({ _id: document._id }, document, { upsert: true });
    },
    raiseFact: async (run, name, value) => {
      const { _id, ...header } = headerOf(scope, `${run}/${name}`, scope.journalExpiry());
      await collection.updateOne({ _id }, { $max: { value }, $setOnInsert: { ...header, run, name } }, { upsert: true });
    },
    facts: async (run) => {
      const found = await collection.find({ tenant: scope.tenant, run }).toArray();
      return Object.fromEntries(found.map(({ name, value }) => [name, fromStoredJson(value)]));
    },
  };
}
