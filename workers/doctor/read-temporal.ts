import type { OperatorService, WorkflowService } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { grpcCodeOf, grpcCodes } from '../../client/runs/grpc-code';
import { taskQueue } from '../../workflows/api';
import type { WorkerQueue } from '../../workflows/api';
import type { AttributeType, FoundAttributes } from './search-attributes';
import type { NamespaceDescription, NamespaceFacts, QueueFacts } from './temporal';

/** Temporal's services, over a connection of a worker or of a client. */
export interface TemporalServices {
  readonly workflowService: WorkflowService;
  readonly operatorService: OperatorService;
}

export interface NamespaceAddress {
  readonly services: TemporalServices;
  readonly namespace: string;
  /** `host:port`. */
  readonly address: string;
}

/** Reads a namespace's description of itself; null stands for parts that this program may not read. Throws when Temporal does not answer. */
export async function readNamespace({ services, namespace, address }: NamespaceAddress): Promise<NamespaceFacts> {
  const isCloud = isCloudAddress(address);
  const described = await unlessRefused(() => services.workflowService.describeNamespace({ namespace })).catch((error: unknown) => {
    if (grpcCodeOf(error) === grpcCodes.notFound) return 'missing' as const;
    throw error;
  });
  if (described === 'missing') return { namespace, isCloud, description: 'missing', attributes: null };
  const aliases = described?.config?.customSearchAttributeAliases ?? {};
  const attributes = (await listAttributes(services, namespace)) ?? attributesOfAliases(aliases);
  return { namespace, isCloud, description: described === null ? null : descriptionOf(described), attributes };
}

/** Temporal Cloud's addresses, of a namespace or of a region. */
export const isCloudAddress = (address: string): boolean => /\.(tmprl\.cloud|api\.temporal\.io)(:\d+)?$/.test(address);

/** The namespace's search attributes; null when this program may not list them. */
async function listAttributes({ operatorService }: TemporalServices, namespace: string): Promise<FoundAttributes> {
  const listed = await unlessRefused(() => operatorService.listSearchAttributes({ namespace }));
  if (listed === null) return null;
  return new Map(Object.entries(listed.customAttributes).map(([name, type]) => [name, typeNames[type] ?? 'unknown']));
}

/**
 * Where the list is refused, a namespace may still name its attributes beside the columns of its database. These are called `Keyword01` or
 * `Int02`. Null when it says nothing of the kind.
 */
export function attributesOfAliases(aliases: Readonly<Record<string, string>>): FoundAttributes {
  const known = Object.entries(aliases).flatMap(([column, name]): [string, AttributeType][] => {
    const type = Object.values(typeNames).find((one) => one === /^([A-Za-z]+)\d+$/.exec(column)?.[1]);
    return type === undefined ? [] : [[name, type]];
  });
  return known.length === 0 ? null : new Map(known);
}

const { IndexedValueType, NamespaceState } = temporal.api.enums.v1;
const typeNames: Readonly<Partial<Record<number, AttributeType>>> = {
  [IndexedValueType.INDEXED_VALUE_TYPE_TEXT]: 'Text',
  [IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD]: 'Keyword',
  [IndexedValueType.INDEXED_VALUE_TYPE_INT]: 'Int',
  [IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE]: 'Double',
  [IndexedValueType.INDEXED_VALUE_TYPE_BOOL]: 'Bool',
  [IndexedValueType.INDEXED_VALUE_TYPE_DATETIME]: 'Datetime',
  [IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST]: 'KeywordList',
};

const states: Readonly<Partial<Record<number, NamespaceDescription['state']>>> = {
  [NamespaceState.NAMESPACE_STATE_REGISTERED]: 'registered',
  [NamespaceState.NAMESPACE_STATE_DEPRECATED]: 'deprecated',
  [NamespaceState.NAMESPACE_STATE_DELETED]: 'deleted',
};

type Described = Awaited<ReturnType<WorkflowService['describeNamespace']>>;

function descriptionOf({ namespaceInfo, config }: Described): NamespaceDescription {
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return {
    state: states[namespaceInfo?.state ?? 0] ?? 'unknown',
    retentionHours: Math.floor(seconds / 3600),
    takesUpdates: namespaceInfo?.capabilities?.syncUpdate ?? null,
  };
}

/** Asks by which workers an installation's queues are served. A queue that may not be read counts as served. */
export async function readQueues(
  { services, namespace }: NamespaceAddress,
  prefix: string,
  queues: readonly WorkerQueue[],
): Promise<readonly QueueFacts[]> {
  const found = await Promise.all(
    queues.map(async (queue): Promise<QueueFacts | null> => {
      const name = taskQueue(prefix, queue);
      const described = await unlessRefused(() =>
        services.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: typeOf(queue) }),
      );
      if (described === null) return null;
      const asked = described.pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
      return { name, lastAskedAtMs: asked.length === 0 ? null : Math.max(...asked) };
    }),
  );
  return found.filter((queue) => queue !== null);
}

const { TaskQueueType } = temporal.api.enums.v1;
const typeOf = (queue: WorkerQueue) =>
  queue === 'workflows' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** Makes a call; null when this program's credentials do not allow it, or the server does not offer it. */
async function unlessRefused<Answer>(call: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await call();
  } catch (error) {
    if (REFUSALS.has(grpcCodeOf(error))) return null;
    throw error;
  }
}

const REFUSALS: ReadonlySet<number | undefined> = new Set([grpcCodes.permissionDenied, grpcCodes.unimplemented]);
