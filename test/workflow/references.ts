import { entities } from '../../domain/entity';
import { syncModes } from '../../domain/report';
import { NOTE_WAIT } from '../../domain/trouble';
import { REQUEST_SYNC } from '../../workflows/api';
import type { RunPhase } from '../../workflows/api';
import { titleOfChild } from '../../workflows/audit';
import { kindOf } from './execution';
import { fromPayload } from './payloads';
import type { Command } from './sandbox';
import { activityShapes } from './shapes';

/**
 * A6, for everything that workflow code asks for. Every value in a command is a number, a flag, or one of the words below. That holds for
 * arguments, results, search attributes, memos, headers, ids, failures and summaries. Any other text would be a way for personal data into a history.
 */
export interface References {
  /** Throws at the first text that is not allowed. */
  readonly insistOn: (commands: readonly Command[]) => void;
}

export function createReferences(): References {
  // Texts that were checked before, because the same ones come many times.
  const good = new Set<string>();
  /** Commands that were checked before. Plays with the same beginning share them. */
  const checked = new WeakSet<readonly Command[]>();

  function checkText(text: string, where: string): void {
    if (good.has(text)) return;
    if (!words.has(text) && !references.some((reference) => reference.test(text)))
      throw new Error(`Against A6: ${where} is the text ${JSON.stringify(text)}.`);
    good.add(text);
  }

  function check(value: unknown, where: string): void {
    if (typeof value === 'string') return checkText(value, where);
    if (typeof value !== 'object' || value === null) return;
    if (isPayload(value)) return checkPayload(value, where);
    for (const [key, part] of Object.entries(value)) {
      // A stack trace has only names of our own files.
      if (key === 'stackTrace') continue;
      if (!NAME_IN_CODE.test(key)) throw new Error(`Against A6: a part of ${where} is called ${JSON.stringify(key)}.`);
      check(part, `${where}.${key}`);
    }
  }

  function checkPayload(payload: Bytes, where: string): void {
    const text = Buffer.from(payload.data).toString();
    if (good.has(text)) return;
    check(fromPayload(payload), where);
    if (good.size < MOST_REMEMBERED) good.add(text);
  }

  return {
    insistOn: (commands) => {
      if (checked.has(commands)) return;
      for (const command of commands) check(command, kindOf(command));
      checked.add(commands);
    },
  };
}

const MOST_REMEMBERED = 100_000;

interface Bytes {
  readonly metadata: Record<string, Uint8Array>;
  readonly data: Uint8Array;
}

const isPayload = (value: object): value is Bytes => 'metadata' in value && 'data' in value;

/** The names of properties, counters, search attributes and headers, and positions in lists. */
const NAME_IN_CODE = /^([a-zA-Z]{1,40}|__temporal[a-z_]+|\d+)$/;

const phases: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];

const words: ReadonlySet<string> = new Set(
  [
    ['', 'acme', 'prepare', 'done', 'TypeScriptSDK', 'simulator'],
    [...syncModes, ...entities, ...phases],
    ['running', 'completed', 'needs-approval', 'blocked', 'failed', 'cancelled', 'paused', 'waiting'],
    ['started', 'joined', 'queued', 'proposals', 'known-attributes'],
    // Names of workflows, activities, signals and task queues.
    ['syncTenant', ...phases.map((phase) => `${phase}Entity`), ...Object.keys(activityShapes), REQUEST_SYNC, 'setPaused', NOTE_WAIT],
    ['sync-workflows', 'sync-hubspot', 'sync-officernd', 'default'],
    // Names of children's steps.
    ['hubspot', 'officernd', 'plan', 'apply', 'approved', 'match', 'create'],
    // The summaries of children and activities in the UI's timeline.
    phases.flatMap((phase) => entities.flatMap((entity) => Object.values(titleOfChild(phase, entity)))),
    ['Read HubSpot', 'Read OfficeRnD', 'Look for obsolete links', 'Remove obsolete links', 'Adopt and match', 'Plan creations'],
    ['Create in OfficeRnD', 'Merge and write', 'Read configuration and definitions', 'Release what was approved', 'Write the report'],
    ['Note that the run is blocked', 'Note that the run goes on', 'OfficeRnD ↔ HubSpot: acme'],
    // Messages and types of failures, from the SDK and from the activities' interceptor.
    ['Activity task failed', 'Child Workflow execution failed', 'Cancelled', 'terminated', 'activity ScheduleToClose timeout'],
    ['The access token was refused; put a valid one in place.', 'Blocked', 'unauthorized', 'officernd.clientSecret'],
    ['Today’s calls are used up.', 'rate-limited', 'limits.hubspot.perDay'],
  ].flat(),
);

const references: readonly RegExp[] = [
  /^sync\/acme(\/run-\d+\/(observe|unlink|link|update)\/(company|member|opportunity))?$/,
  /^(observe|unlink|link|update)\/(company|member|opportunity)\/[a-zA-Z]+$/,
  /^(run|after|request|update|nightly)-\d+$/,
  /^\d+$/,
];
