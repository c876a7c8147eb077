import { Client, Connection } from '@temporalio/client';
import { BSON } from 'mongodb';
import { syncWorkflowId } from '../../workflows/api';
import { inStore } from './sight';
import type { Stage } from './stage';

/** Everything that a run leaves behind, as texts in which a test looks for what must not be there (A6). */

/**
 * One text for each workflow of a tenant: its id, history, memo, search attributes, and what the Temporal UI shows, payloads decoded.
 * Needs a worker, which answers for the UI's page.
 */
export async function tracesInTemporal(stage: Stage, tenant: string): Promise<readonly string[]> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  try {
    const client = new Client({ connection });
    const texts: string[] = [];
    const id = syncWorkflowId(tenant, stage.env['ORSYNC_QUEUE_PREFIX']);
    for await (const { workflowId, runId } of client.workflow.list({
      query: `WorkflowId = "${id}" OR WorkflowId STARTS_WITH "${id}/"`,
    })) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const [history, { raw }, metadata] = await Promise.all([
        handle.fetchHistory(),
        handle.describe(),
        handle.query<unknown>('__temporal_workflow_metadata'),
      ]);
      texts.push([workflowId, textOf(history.events), textOf(raw), textOf(metadata)].join('\n'));
    }
    return texts;
  } finally {
    await connection.close();
  }
}

/** The documents of each collection of a stage's database, as one text. */
export const tracesInMongodb = (stage: Stage): Promise<ReadonlyMap<string, string>> =>
  inStore(stage, async (db) => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const texts = names.map(async (name) => [name, BSON.EJSON.stringify(await db.collection(name).find().toArray())] as const);
    return new Map(await Promise.all(texts));
  });

/** All texts in a history or description, keys and values. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (value instanceof Map) return [...value].map(textOf).join('\n');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, part]) => `${key}: ${textOf(part)}`)
      .join('\n');
  return String(value);
}
