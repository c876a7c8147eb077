import { judgeAttributes } from './search-attributes';
import type { FoundAttributes, NamespacePlace } from './search-attributes';
import { ok, problem, warning } from './finding';
import type { Finding } from './finding';

/** A namespace of Temporal, as it describes itself. */
export interface NamespaceFacts extends NamespacePlace {
  /** Null when this program may not read it. */
  readonly description: NamespaceDescription | 'missing' | null;
  readonly attributes: FoundAttributes;
}

export interface NamespaceDescription {
  readonly state: 'registered' | 'deprecated' | 'deleted' | 'unknown';
  /** How long the history of an ended run is kept. */
  readonly retentionHours: number;
  /** Whether workflows take updates, with which every run is asked for. Null when Temporal does not say. */
  readonly takesUpdates: boolean | null;
}

/** A task queue of this installation. */
export interface QueueFacts {
  readonly name: string;
  /** When a worker last asked it for work, by Temporal's clock; null when none has for minutes. */
  readonly lastAskedAtMs: number | null;
}

/** With less, nobody who comes back the next day can look at what a run did. */
const SHORTEST_RETENTION_HOURS = 24;

/** Temporal's namespace: whether runs can be started in it, and what it keeps of them. */
export function judgeNamespace(facts: NamespaceFacts): readonly Finding[] {
  const { namespace, description } = facts;
  if (description === 'missing') return [missing()];
  if (description === null) return [unreadable(namespace), ...judgeAttributes(facts, facts.attributes)];
  const findings = [...judgeState(namespace, description), ...judgeRetention(namespace, description)];
  const well = ok(
    'temporal',
    `Temporal answers, and the namespace ${namespace} keeps ended runs for ${inDays(description.retentionHours)}.`,
  );
  return [...(findings.length > 0 ? findings : [well]), ...judgeAttributes(facts, facts.attributes)];
}

const missing = (): Finding =>
  problem({
    about: 'temporal',
    setting: 'TEMPORAL_NAMESPACE',
    message: 'Temporal has no namespace with the name in TEMPORAL_NAMESPACE; create it or correct the name.',
  });

const unreadable = (namespace: string): Finding =>
  warning({
    about: 'temporal',
    setting: 'TEMPORAL_API_KEY',
    message: `Temporal answers, but this program may not read the namespace ${namespace}, so its retention is not known; give its key the right to read it.`,
  });

function judgeState(namespace: string, { state, takesUpdates }: NamespaceDescription): readonly Finding[] {
  if (state === 'deprecated' || state === 'deleted') {
    const message = `The namespace ${namespace} is ${state} and takes no new runs; set TEMPORAL_NAMESPACE to another one.`;
    return [problem({ about: 'temporal', setting: 'TEMPORAL_NAMESPACE', message })];
  }
  if (takesUpdates !== false) return [];
  const message = `The namespace ${namespace} takes no workflow updates, with which runs are asked for; update Temporal, or set frontend.enableUpdateWorkflowExecution to true.`;
  return [problem({ about: 'temporal', setting: 'TEMPORAL_NAMESPACE', message })];
}

function judgeRetention(namespace: string, { retentionHours }: NamespaceDescription): readonly Finding[] {
  if (retentionHours >= SHORTEST_RETENTION_HOURS) return [];
  const message = `The namespace ${namespace} keeps ended runs for ${inDays(retentionHours)} only, so that nobody can look at them the next day; set its retention to 3 days or more.`;
  return [warning({ about: 'temporal', setting: 'TEMPORAL_NAMESPACE', message })];
}

const inDays = (hours: number): string =>
  hours % 24 === 0 && hours > 0 ? `${hours / 24} ${hours === 24 ? 'day' : 'days'}` : `${hours} ${hours === 1 ? 'hour' : 'hours'}`;

/** A worker asks again after a minute at most, so one that has not for two minutes is gone. */
const SILENT_AFTER_MS = 120_000;
/** Clocks of servers that are set by a time service differ by less. */
const CLOCK_TOLERANCE_MS = 5_000;

/** The workers, seen from their task queues. */
export function judgeQueues(queues: readonly QueueFacts[], nowMs: number): readonly Finding[] {
  // This program may not read them.
  if (queues.length === 0) return [];
  const isServed = ({ lastAskedAtMs }: QueueFacts): boolean => lastAskedAtMs !== null && nowMs - lastAskedAtMs < SILENT_AFTER_MS;
  const idle = queues.filter((queue) => !isServed(queue)).map(({ name }) => name);
  const ahead = Math.max(...queues.map(({ lastAskedAtMs }) => (lastAskedAtMs ?? 0) - nowMs));
  const served =
    idle.length === 0
      ? ok('worker', `Workers serve ${queues.map(({ name }) => name).join(', ')}.`)
      : warning({ about: 'worker', message: `No worker serves ${idle.join(', ')}; start one with "orsync worker", or no run goes on.` });
  return ahead > CLOCK_TOLERANCE_MS ? [served, clockAhead(ahead)] : [served];
}

const clockAhead = (aheadMs: number): Finding =>
  problem({
    about: 'clock',
    message: `Temporal's clock is at least ${Math.floor(aheadMs / 1000)} s ahead of this machine's; set both by a time service (NTP).`,
  });
