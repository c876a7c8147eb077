import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { WorkflowActivities } from '../activities/api';
import { refuseProblems } from './doctor/finding';
import { readNamespace } from './doctor/read-temporal';
import { missingAttributes, usableAttributes } from './doctor/search-attributes';
import type { WantedAttribute } from './doctor/search-attributes';
import { judgeNamespace } from './doctor/temporal';
import type { NamespaceFacts } from './doctor/temporal';

export interface NamespaceOfWorker {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** `host:port`. */
  readonly address: string;
  readonly log: Logger;
}

/**
 * Looks at the namespace, and adds the search attributes of runs that it lacks, if this process may. The log names once those that runs do
 * without. Throws a `NotReadyError` where no run could be started.
 */
export async function prepareNamespace(deps: NamespaceOfWorker): Promise<WorkflowActivities> {
  const { log } = deps;
  const facts = await withMissingAdded(deps, await read(deps));
  const findings = judgeNamespace(facts);
  refuseProblems(findings);
  for (const { message } of findings.filter(({ result }) => result === 'warning')) log.warn(message);
  return attributesOfNamespace(deps, facts);
}

const read = ({ connection, namespace, address }: NamespaceOfWorker): Promise<NamespaceFacts> =>
  connection.withDeadline(Date.now() + ANSWER_MS, () => readNamespace({ services: connection, namespace, address }));

const ANSWER_MS = 5_000;

/** Adds what is missing, and looks again. Attributes that can't be added stay missing. */
async function withMissingAdded(deps: NamespaceOfWorker, facts: NamespaceFacts): Promise<NamespaceFacts> {
  const missing = missingAttributes(facts.attributes);
  if (missing.length === 0) return facts;
  // All at once, or those for which there is a place.
  if (!(await added(deps, missing))) for (const one of missing) await added(deps, [one]);
  return read(deps);
}

async function added(
  { connection: { operatorService }, namespace }: NamespaceOfWorker,
  wanted: readonly WantedAttribute[],
): Promise<boolean> {
  const searchAttributes = Object.fromEntries(wanted.map(({ name, type }) => [name, valueTypes[type]]));
  return operatorService.addSearchAttributes({ namespace, searchAttributes }).then(
    () => true,
    () => false,
  );
}

const { IndexedValueType } = temporal.api.enums.v1;
const valueTypes = { Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD, Int: IndexedValueType.INDEXED_VALUE_TYPE_INT } as const;

/** An answer serves all runs that begin within this time. So attributes may come and go while the worker runs. */
const FRESH_MS = 30_000;

/** The local activity by which runs learn which search attributes they may set. While Temporal does not answer, the last answer holds. */
function attributesOfNamespace(deps: NamespaceOfWorker, first: NamespaceFacts): WorkflowActivities {
  let known = namesIn(first);
  let readAtMs = Date.now();
  return {
    knownSearchAttributes: async () => {
      if (Date.now() - readAtMs < FRESH_MS) return known;
      readAtMs = Date.now();
      known = await read(deps).then(namesIn, () => known);
      return known;
    },
  };
}

const namesIn = ({ attributes }: NamespaceFacts): readonly string[] => usableAttributes(attributes).map(({ name }) => name);
