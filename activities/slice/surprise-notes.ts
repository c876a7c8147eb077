import type { JsonValue } from '../../domain/json';
import type { Entity } from '../../domain/entity';
import { surpriseFact } from '../../store/report-facts';
import type { RunFacts } from '../../store/run-facts';
import type { Run } from '../../store/runs';

/** The surprises of a run at one entity, as the report shows them (S1). Nothing is read or stored before the first one. */
export interface SurpriseNotes {
  readonly add: (fields: readonly string[], recordId: string) => Promise<void>;
  /** The fields with surprises, without the accepted ones, and the number of records that have any. */
  readonly of: (accepted: readonly string[]) => Promise<NotedSurprises>;
}

export interface NotedSurprises {
  readonly fields: readonly string[];
  readonly records: number;
}

interface NotingWork {
  readonly store: { readonly runs: RunFacts };
  readonly run: Pick<Run, 'id'>;
  readonly input: { readonly entity: Entity };
}

export function createSurpriseNotes({ store, run, input: { entity } }: NotingWork): SurpriseNotes {
  let byField: Map<string, Set<string>> | undefined;
  const load = async (): Promise<Map<string, Set<string>>> => {
    if (byField !== undefined) return byField;
    const prefix = surpriseFact(entity, '');
    const facts = Object.entries(await store.runs.facts(run.id)).filter(([name]) => name.startsWith(prefix));
    byField = new Map(facts.map(([name, ids]) => [name.slice(prefix.length), new Set(textsIn(ids))]));
    return byField;
  };
  return {
    add: async (fields, recordId) => {
      if (fields.length === 0) return;
      const known = await load();
      for (const field of fields) {
        const ids = known.get(field) ?? new Set();
        known.set(field, ids.add(recordId));
        await store.runs.setFact(run.id, surpriseFact(entity, field), [...ids]);
      }
    },
    of: async (accepted) => {
      const open = [...(await load())].filter(([field]) => !accepted.includes(field));
      return { fields: open.map(([field]) => field).toSorted(), records: new Set(open.flatMap(([, ids]) => [...ids])).size };
    },
  };
}

const textsIn = (value: JsonValue): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
