import { isDeepStrictEqual } from 'node:util';
import { isHeldElsewhere } from '../../connectors/errors';
import { effectsOf } from '../../domain/listed-effect';
import { isNoFailure } from '../../domain/plan-create';
import { listedHash } from '../../store/content-hash';
import type { OperationFilter, StoredOperation } from '../../store/operations';
import { createRecordCalls } from '../slice/calls-per-record';
import { nextPart, readPart } from '../slice/cursor';
import type { SliceSteps, SliceWork } from '../slice/run-slice';
import { endOperations } from './complete-creates';
import { createGroup, fail } from './create-group';
import type { CreateSlice, PendingCreation } from './create-group';
import { decideCreations, operationOf } from './creation';
import type { CreateDecision } from './creation';
import { unfinishedOf } from './late-effect';
import { wasLinkIdRefused } from './link-property';
import { hubSpotStillThere } from './look-again';

const PAGE = 100;
/** Records that are created together: what is stored before and after them costs as much as for one. */
const TOGETHER = 12;

/**
 * The two passes over a run's creations, each with its parts. The second one comes after phase 3, if the first left something for it.
 *
 * | part      | goes through                                                                                     |
 * | --------- | ------------------------------------------------------------------------------------------------ |
 * | `send`    | all that are planned, or were interrupted                                                        |
 * | `unknown` | those whose outcome is unknown: looks once more                                                  |
 * | `taken`   | those that were refused because another record held the value: sends them once more (M10)        |
 * | `late`    | as `unknown`, after everything else of the run                                                   |
 */
const parts = ['send', 'unknown', 'taken', 'late'] as const;
type Part = (typeof parts)[number];
const passes: readonly (readonly Part[])[] = [
  ['send', 'unknown'],
  ['taken', 'late'],
];

const statesOf = {
  send: ['calling', 'planned'],
  unknown: ['calling'],
  taken: ['failed'],
  late: ['calling'],
} as const satisfies Readonly<Record<Part, OperationFilter['states']>>;

/**
 * Phase 2, applying: creates the planned records, each exactly once (L12). Make one for each slice. The states of a creation in the journal:
 *
 * | state     | meaning                                        | the next attempt or run                                         |
 * | --------- | ---------------------------------------------- | --------------------------------------------------------------- |
 * | `planned` | nothing was sent                               | sends it                                                        |
 * | `calling` | sent, or about to be: the record may exist     | asks for it; sends it if it is not there and its time is over   |
 * | `applied` | record, base and link are stored               | has nothing to do                                               |
 * | `failed`  | there is no record; the failure is stored      | plans it again; if refused, with other data or settings         |
 *
 * The answer of OfficeRnD decides what comes after `calling`:
 *
 * | answer                                            | next                                                         |
 * | ------------------------------------------------- | ------------------------------------------------------------ |
 * | the record                                        | `applied`                                                    |
 * | optional fields are refused                       | sent once more without them (M10)                            |
 * | the link id is refused                            | `failed`, and so are all others of the entity, unsent (L6)   |
 * | any other refusal                                 | `failed`                                                     |
 * | a limit, or it was not sent                       | `planned`, then another try                                  |
 * | none, or the record may exist all the same        | looks for it: `applied` if it is there, else stays `calling` |
 */
export function createCreating(): SliceSteps {
  let refusedBefore: boolean | null = null;
  return {
    step: async (work, cursor) => {
      refusedBefore ??= await wasLinkIdRefused(work);
      const slice: CreateSlice = { calls: createRecordCalls(work.signal), isLinkIdRefused: refusedBefore, taken: 0 };
      const next = await createStep(work, slice, cursor);
      refusedBefore = slice.isLinkIdRefused;
      return { cursor: next, counters: { taken: slice.taken } };
    },
    finish: async ({ store, run, input }) => {
      const creates = { phase: 'link', entity: input.entity, kinds: ['create'], state: 'calling' } as const;
      return { counters: { pending: await store.operations.count(run.id, creates) } };
    },
  };
}

/** Goes through a page of creations, and returns the cursor of the next one. */
async function createStep(work: SliceWork, slice: CreateSlice, cursor: string | null): Promise<string | null> {
  const { store, run, input } = work;
  const { part, after } = readPart(cursor, parts);
  const filter = { phase: 'link', entity: input.entity, kinds: ['create'], states: statesOf[part] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after, limit: PAGE });
  const again = part === 'taken' ? items.filter(({ error }) => error !== null && isHeldElsewhere(error)) : items;
  if (again.length > 0) await createPage(work, slice, again);
  // A creation is tried once more in its run, not twice.
  if (part === 'taken') slice.taken = 0;
  return nextPart(part, next, passes.find((pass) => pass.includes(part)) ?? parts);
}

async function createPage(work: SliceWork, slice: CreateSlice, items: readonly StoredOperation[]): Promise<void> {
  const { store, input } = work;
  const { entity } = input;
  const ids = items.flatMap(({ hubspotId }) => hubspotId ?? []);
  const [observations, links, unfinished] = await Promise.all([
    hubSpotStillThere(work, ids),
    store.links.activeByHubSpotIds(entity, ids),
    unfinishedOf(work, entity, ids),
  ]);
  const decisions = new Map((await decideCreations(work, observations)).map((decision) => [decision.observation.id, decision]));
  const creations: PendingCreation[] = [];
  const untrue: StoredOperation[] = [];
  const done: StoredOperation[] = [];
  for (const operation of items) {
    const { hubspotId } = operation;
    const decision = hubspotId === null ? undefined : decisions.get(hubspotId);
    if (hubspotId !== null && links.has(hubspotId)) done.push(operation);
    else if (decision === undefined || hubspotId === null || isAnother(work, decision, operation)) untrue.push(operation);
    else if (decision.plan.kind === 'create')
      creations.push({ operation, decision, values: decision.plan.values, earlier: unfinished.get(hubspotId) ?? null });
    else if (isNoFailure(decision.plan.reason)) untrue.push(operation);
    else await fail(work, decision, decision.plan.reason, operation);
  }
  await endOperations(work, untrue, 'failed', 'no-longer-true');
  await endOperations(work, done, 'applied');
  for (let left: readonly PendingCreation[] = creations; left.length > 0;) {
    // S2: the first write to OfficeRnD goes alone.
    const group = left.slice(0, (await work.guard.isProven()) ? TOGETHER : 1);
    left = left.slice(group.length);
    await createGroup(work, slice, group);
  }
}

/** Whether a run that applies a preview would create the record in another way by now than it has planned, and the preview lists. */
const isAnother = (work: SliceWork, decision: CreateDecision, planned: StoredOperation): boolean =>
  work.run.applies !== undefined &&
  operationOf(work, decision).some((now) => !isDeepStrictEqual(effectsOf(now).map(listedHash), effectsOf(planned).map(listedHash)));
