import type { Clock } from './clock';
import { codeAtWork, inOrder } from './execution';
import type { CodeAtWork, Ending, Execution } from './execution';
import { reportToParent } from './child-commands';
import { obey } from './commands';
import type { Payload } from './payloads';
import { fromPayload, toPayload } from './payloads';
import type { Job } from './sandbox';
import type { SentUpdate, ServerCore, ServerDeps } from './server-core';

export interface SimulatedServer {
  readonly clock: Clock;
  readonly start: (workflowType: string, workflowId: string, input: unknown, scripted?: Ending) => Execution;
  readonly running: (workflowId: string) => Execution | undefined;
  readonly signal: (workflowId: string, name: string, ...args: unknown[]) => void;
  readonly update: (workflowId: string, name: string, ...args: unknown[]) => SentUpdate;
  readonly cancel: (workflowId: string) => void;
  readonly terminate: (workflowId: string) => void;
  readonly query: (workflowId: string, name: string) => Promise<unknown>;
  /** The workflows that have not ended. */
  readonly open: () => readonly Execution[];
  /** The number of workflow tasks so far. */
  readonly tasks: () => number;
  readonly step: () => Promise<boolean>;
  /** Frees all workflow code in memory. */
  readonly dispose: () => Promise<void>;
}

/**
 * A Temporal server and its workers in one, in virtual time. It has the parts that these workflows use, and every order of events that they
 * allow.
 */
export function createServer(deps: ServerDeps): SimulatedServer {
  const { clock } = deps;
  const open = new Map<string, Execution>();
  const atWork = new Map<Execution, CodeAtWork>();
  const updates = new Map<string, SentUpdate>();
  let [runs, tasks] = [0, 0];

  const tell: ServerCore['tell'] = (execution, job, events) => {
    if (execution.ending !== null) return;
    execution.events += events;
    execution.news.push(job);
    deps.observer.told(execution, job);
    if (execution.scripted !== null) return playScript(execution, job);
    if (execution.taskDue) return;
    execution.taskDue = true;
    clock.after(deps.latencyMs(), { label: `task ${execution.identity.runId}`, happen: () => takeTask(execution) });
  };

  function playScript(execution: Execution, { initializeWorkflow, cancelWorkflow }: Job): void {
    const ending = cancelWorkflow ? { kind: 'cancelled' as const } : execution.scripted;
    if ((!initializeWorkflow && !cancelWorkflow) || ending === null) return;
    clock.after(deps.latencyMs(), {
      label: `${execution.identity.workflowId} ends ${JSON.stringify(ending)}`,
      happen: () => close(execution, ending),
      isMoot: () => execution.ending !== null,
    });
  }

  const start: ServerCore['start'] = ({ workflowId, workflowType, input, waiting, continuedFrom, scripted }) => {
    runs += 1;
    const parent = waiting === null ? null : { workflowId: waiting.execution.identity.workflowId, runId: waiting.execution.identity.runId };
    const execution: Execution = {
      identity: { workflowId, workflowType, parent, runId: `run-${runs}`, continuedFrom: continuedFrom?.identity.runId ?? null },
      input,
      events: 0,
      news: [],
      taskDue: false,
      activities: new Map(),
      timers: new Set(),
      children: new Map(),
      waiting,
      attributes: { ...continuedFrom?.attributes },
      memo: { ...continuedFrom?.memo },
      scripted,
      ending: null,
    };
    open.set(workflowId, execution);
    const searchAttributes = { indexedFields: { ...execution.attributes } };
    const memo = { fields: { ...execution.memo } };
    tell(execution, { initializeWorkflow: { workflowType, workflowId, arguments: [toPayload(input)], searchAttributes, memo } }, 1);
    return execution;
  };

  const close: ServerCore['close'] = (execution, ending) => {
    if (execution.ending !== null) return;
    execution.ending = ending;
    execution.events += 1;
    if (open.get(execution.identity.workflowId) === execution) open.delete(execution.identity.workflowId);
    for (const update of updates.values()) {
      if (update.execution === execution && (update.state === 'sent' || update.state === 'accepted'))
        update.state = `${update.state} and lost`;
    }
    deps.observer.closed(execution);
    reportToParent(core, execution);
  };

  const core: ServerCore = { ...deps, running: (workflowId) => open.get(workflowId), start, tell, close, updates };

  const codeOf = async (execution: Execution): Promise<CodeAtWork> => {
    const known = atWork.get(execution);
    if (known !== undefined) {
      if (deps.losesCache()) await known.replay();
      return known;
    }
    const loaded = codeAtWork(deps.sandbox, deps.memory, execution.identity);
    atWork.set(execution, loaded);
    return loaded;
  };

  const forget = async (execution: Execution): Promise<void> => {
    const code = atWork.get(execution);
    if (code === undefined) return;
    atWork.delete(execution);
    try {
      const hasEnded = execution.ending !== null && execution.ending.kind !== 'terminated';
      if (hasEnded && deps.replaysAtEnd) await code.replay();
    } finally {
      await code.dispose();
    }
  };

  async function takeTask(execution: Execution): Promise<void> {
    execution.taskDue = false;
    if (execution.ending !== null) return forget(execution);
    tasks += 1;
    const code = await codeOf(execution);
    // The events "scheduled" and "started". The third, "completed", is counted below.
    execution.events += 2;
    const activation = {
      atMs: clock.taskAtMs(execution.events),
      jobs: inOrder(execution.news.splice(0)),
      historyLength: execution.events,
      continueAsNewSuggested: deps.suggestsContinueAsNew(execution),
    };
    const commands = await code.activate(activation);
    execution.events += 1;
    deps.observer.task(execution, activation, commands);
    for (const command of commands) obey(core, execution, command);
    if (execution.ending !== null) await forget(execution);
  }

  const need = (workflowId: string): Execution => {
    const execution = open.get(workflowId);
    if (execution === undefined) throw new Error(`${workflowId} is not running.`);
    return execution;
  };

  return {
    clock,
    start: (workflowType, workflowId, input, scripted) =>
      start({ workflowType, workflowId, input, waiting: null, continuedFrom: null, scripted: scripted ?? null }),
    running: core.running,
    open: () => [...open.values()],
    tasks: () => tasks,
    step: clock.step,
    signal: (workflowId, signalName, ...args) =>
      tell(need(workflowId), { signalWorkflow: { signalName, input: args.map(toPayload), identity: 'simulator' } }, 1),
    update: (workflowId, name, ...args) => {
      const id = `update-${updates.size + 1}`;
      const update: SentUpdate = { name, args, execution: need(workflowId), state: 'sent', answer: undefined };
      updates.set(id, update);
      // The events "accepted" and "completed" are counted when they happen.
      tell(update.execution, { doUpdate: { id, protocolInstanceId: id, name, input: args.map(toPayload), runValidator: true } }, 0);
      return update;
    },
    cancel: (workflowId) => tell(need(workflowId), { cancelWorkflow: { reason: 'asked to' } }, 1),
    terminate: (workflowId) => {
      const execution = need(workflowId);
      close(execution, { kind: 'terminated' });
      clock.after(0, { label: `forget ${workflowId}`, happen: () => forget(execution) });
    },
    query: async (workflowId, queryType) => {
      const execution = need(workflowId);
      const code = atWork.get(execution);
      if (code === undefined) return undefined;
      const jobs = [{ queryWorkflow: { queryId: '1', queryType, arguments: [] } }];
      const [answer] = await code.query({ atMs: clock.nowMs(), jobs, historyLength: execution.events, continueAsNewSuggested: false });
      const payload: Payload | null | undefined = answer?.respondToQuery?.succeeded?.response;
      if (!payload) throw new Error(`The query failed: ${answer?.respondToQuery?.failed?.message ?? 'without an answer'}`);
      return fromPayload(payload);
    },
    dispose: async () => {
      for (const execution of atWork.keys()) await forget(execution);
    },
  };
}
