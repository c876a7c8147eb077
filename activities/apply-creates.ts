import { VendorError } from '../connectors/errors';
import { writeBody } from '../connectors/officernd/record';
import type { OfficerndRecord } from '../connectors/officernd/officernd-connector';
import { officerndResourceOf } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { JsonValue } from '../domain/json';
import { linkIdOf } from '../domain/ids';
import type { FieldBase } from '../domain/link';
import { pairId } from '../domain/link';
import type { Observation } from '../domain/observation';
import { baseAfterWrite } from '../domain/plan-update';
import type { StoredOperation } from '../store/store';
import { planCreatesOf } from './create-plan';
import type { PlannedCreate } from './create-plan';
import { inParallel } from '../connectors/in-parallel';
import { officerndObservation } from './read-records';
import { createRecordCalls, reasonOf } from './record-calls';
import type { RecordCalls } from './record-calls';
import type { SliceWork, StepResult } from './work';

const PAGE = 100;

/** Phase 2, applying: creates what is planned, each exactly once (L12). */
export async function applyCreatesStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  // `calling` is what an interrupted attempt left behind: it may have happened (L12).
  const filter = { phase: 'link', entity, kinds: ['create'], states: ['calling', 'planned'] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after: cursor, limit: PAGE });
  const ids = items.flatMap(({ hubspotId }) => hubspotId ?? []);
  const [observations, links, unfinished] = await Promise.all([
    store.observations.byIds(run.generation, 'hubspot', entity, ids),
    store.links.activeByHubSpotIds(entity, ids),
    store.operations.unfinishedCreates(entity, ids),
  ]);
  const plans = new Map((await planCreatesOf(work, [...observations.values()])).map((create) => [create.observation.id, create]));
  const mayHaveHappened = new Set(unfinished.map(({ hubspotId }) => hubspotId));
  const calls = createRecordCalls(work.signal);
  await inParallel(items, async (operation) => {
    const { hubspotId } = operation;
    const create = hubspotId === null ? undefined : plans.get(hubspotId);
    if (create === undefined || hubspotId === null) return settle(work, operation, 'failed', 'no-longer-true');
    if (links.has(hubspotId)) return settle(work, operation, 'applied');
    return createOne(work, { operation, create, calls, askFirst: mayHaveHappened.has(hubspotId) });
  });
  return { cursor: next, counters: {} };
}

interface Creation {
  readonly operation: StoredOperation;
  readonly create: PlannedCreate;
  readonly calls: RecordCalls;
  readonly askFirst: boolean;
}

async function createOne(work: SliceWork, { operation, create, calls, askFirst }: Creation): Promise<void> {
  const { observation, plan } = create;
  if (plan.kind === 'skip') return fail(work, create, plan.reason, operation);
  await work.crashPoint('create-planned');
  let mayHaveHappened = askFirst;
  const outcome = await calls.make(async () => {
    await work.stillMine();
    const existing = mayHaveHappened ? await findCreated(work, observation) : null;
    if (existing !== null) return existing;
    await work.store.operations.setState(work.run.id, [operation.id], 'calling');
    await work.crashPoint('create-calling');
    await work.stillMine();
    return post(work, observation, plan.values).catch(async (error: unknown) => {
      if (!(error instanceof VendorError)) throw error;
      if (error.details.mayHaveHappened !== true) {
        if (isWithoutEffect(error) && !mayHaveHappened) await work.store.operations.setState(work.run.id, [operation.id], 'planned');
        throw error;
      }
      // Before the look, which may fail as well: no later attempt sends anything without having looked (L12).
      mayHaveHappened = true;
      const made = await findCreated(work, observation);
      if (made === null) throw error;
      return made;
    });
  });
  // What may have happened stays `calling`, so that the next run looks first.
  if (outcome.kind === 'failed') return fail(work, create, reasonOf(outcome.error), mayHaveHappened ? null : operation);
  await work.crashPoint('create-called');
  return complete(work, operation, observation, outcome.value);
}

/** Sends the creation; optional fields that OfficeRnD refuses are left out (M10). */
async function post(work: SliceWork, observation: Observation, values: Readonly<Record<string, JsonValue>>): Promise<OfficerndRecord> {
  try {
    return await work.officernd.create(officerndResourceOf[observation.entity], writeBody(null, values), { signal: work.signal });
  } catch (error) {
    const kept = error instanceof VendorError ? withoutRefused(values, error) : null;
    if (kept === null) throw error;
    return post(work, observation, kept);
  }
}

/** Such an answer, where it tells that nothing can have happened, takes the operation back to planned. */
const isWithoutEffect = ({ kind }: VendorError): boolean => kind === 'rate-limited' || kind === 'unavailable';

const REQUIRED = new Set(['name', 'location', 'status', 'company', 'member']);

/** The values without the refused ones, or null when that is no help. */
function withoutRefused(
  values: Readonly<Record<string, JsonValue>>,
  { kind, details }: VendorError,
): Readonly<Record<string, JsonValue>> | null {
  const refused = (details.refusedFields ?? []).map(({ property }) => property).filter((property) => !REQUIRED.has(property));
  if (kind !== 'invalid' || refused.length === 0) return null;
  const kept = Object.entries(values).filter(
    ([path]) => !refused.some((property) => path === property || path === `properties.${property}` || path.startsWith(`${property}.`)),
  );
  return kept.length === Object.keys(values).length ? null : Object.fromEntries(kept);
}

/** L12: the record that an earlier attempt made, found by the link id it was created with, or by its e-mail while nobody else has it. */
async function findCreated(work: SliceWork, { entity, id, values }: Observation): Promise<OfficerndRecord | null> {
  const options = { signal: work.signal };
  const found = await firstUnlinked(
    work,
    entity,
    await work.officernd.findByLinkId(officerndResourceOf[entity], linkIdOf(work.mapping.portalId, id), options),
  );
  if (found !== null) return found;
  const email = values['email'];
  if (entity !== 'member' || typeof email !== 'string') return null;
  return firstUnlinked(work, entity, await work.officernd.findMembersByEmail(email, options));
}

/** A record that is in a link already is another HubSpot record's (L13). */
async function firstUnlinked({ store }: SliceWork, entity: Entity, records: readonly OfficerndRecord[]): Promise<OfficerndRecord | null> {
  const linked = await store.links.linkedAmong(
    'officernd',
    entity,
    records.map(({ id }) => id),
  );
  return records.find(({ id }) => !linked.has(id)) ?? null;
}

/** Notes a creation: what OfficeRnD answered, the link, and the base that both sides now share (M7). */
async function complete(work: SliceWork, operation: StoredOperation, hubspot: Observation, record: OfficerndRecord): Promise<void> {
  const { store, run, input, context } = work;
  const { entity } = input;
  const officernd = officerndObservation(work, entity, record);
  await store.observations.record(run.generation, [officernd]);
  const pair = { entity, officerndId: officernd.id, hubspotId: hubspot.id };
  const snapshot: Record<string, FieldBase> = {};
  for (const field of work.fields) {
    // What flows the other way, or what a side can't take, has not been agreed on by creating (M2).
    if (field.direction !== '→' && !field.readOnly.officernd) snapshot[field.key] = baseAfterWrite(field, officernd, hubspot, context);
  }
  await store.snapshots.save(new Map([[pairId(entity, officernd.id, hubspot.id), snapshot]]), entity);
  await work.crashPoint('create-snapshot');
  const now = work.now().toISOString();
  await store.links.activate([{ ...pair, origin: 'created', run: run.id, linkedAt: now, pairedAt: now }]);
  await work.crashPoint('create-applied');
  await store.failures.clear(entity, 'link', [hubspot.id]);
  await settle(work, operation, 'applied');
}

/** Reports a record that was not created, and ends its operation where nothing can have happened. */
async function fail(
  work: SliceWork,
  { observation, dataHash }: PlannedCreate,
  reason: string,
  operation: StoredOperation | null,
): Promise<void> {
  const { store, run } = work;
  await store.failures.record(
    run.id,
    [{ entity: observation.entity, subject: observation.id, phase: 'link', field: null, reason, dataHash }],
    work.now(),
  );
  if (operation !== null) await settle(work, operation, 'failed', reason);
}

const settle = (work: SliceWork, { id }: StoredOperation, state: 'applied' | 'failed', error?: string): Promise<void> =>
  work.store.operations.setState(work.run.id, [id], state, error);
