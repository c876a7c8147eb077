import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { z } from 'zod';

/** Golden histories: what real runs left in Temporal, one file for each shape, named for what it protects. */
const FOLDER = join(__dirname, 'histories');

export type History = temporal.api.history.v1.IHistory;

const jsonEvent = z.looseObject({ eventId: z.string(), eventType: z.string() });
const goldenSchema = z.object({ workflowId: z.string(), workflowType: z.string(), events: z.array(jsonEvent).min(1) });
/** A history as Temporal's own tools write it, with the id that the workflow had. */
export type Golden = z.output<typeof goldenSchema>;

export const goldenNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

export const readGolden = (name: string): Golden => goldenSchema.parse(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));

/** Writes a history with one event a line, without what names this machine or this process: replaying has no use for it. */
export function writeGolden(
  name: string,
  { workflowId, workflowType }: { readonly workflowId: string; readonly workflowType: string },
  history: History,
  queuePrefix: string,
): void {
  const { events } = z.object({ events: z.array(jsonEvent) }).parse(JSON.parse(historyToJSON(history)));
  const lines = events.map((event) => `  ${JSON.stringify(event, withoutMachine).replaceAll(queuePrefix, 'sync')}`);
  const head = `"workflowId": ${JSON.stringify(workflowId.replace(queuePrefix, 'sync'))},\n"workflowType": ${JSON.stringify(workflowType)},`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `{\n${head}\n"events": [\n${lines.join(',\n')}\n]\n}\n`);
}

/** Processes and hosts, stack traces with their paths, and the checksums of the code that ran. */
function withoutMachine(key: string, value: unknown): unknown {
  switch (key) {
    case 'identity':
      return 'worker';
    case 'name':
    case 'requestId':
      // Sticky task queues are named after a process and its host.
      return typeof value === 'string' && /^\d+@/.test(value) ? 'sticky' : value;
    case 'stackTrace':
    case 'encodedAttributes':
    case 'binaryChecksum':
      return undefined;
    default:
      return value;
  }
}
