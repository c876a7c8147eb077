import { VendorError } from '../../connectors/errors';
import { TAKEN } from '../../connectors/officernd/refused-fields';
import { writeBody } from '../../connectors/officernd/record';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { chunksOf } from '../../domain/chunks';
import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { LINK_PROPERTY, linkIdOf } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { FieldChange } from '../../domain/operation';
import type { StoredOperation } from '../../store/operations';
import { completeCreates, endOperations } from './complete-creates';
import type { CreatedRecord, JournalledCreation } from './complete-creates';
import { decideCreations } from './creation';
import type { CreateDecision } from './creation';
import { inParallel } from '../../connectors/in-parallel';
import { createRecordCalls, reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import { hubSpotStillThere } from './look-again';
import type { SliceWork, StepResult } from '../slice/run-slice';

const PAGE = 100;

/** Phase 2, applying: creates what is planned, each exactly once (L12). */
export async function createStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  // `calling` is what an interrupted attempt left behind: it may have happened (L12).
  const filter = { phase: 'link', entity, kinds: ['create'], states: ['calling', 'planned'] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after: cursor, limit: PAGE });
  const ids = items.flatMap(({ hubspotId }) => hubspotId ?? []);
  const [observations, links, unfinished] = await Promise.all([
    hubSpotStillThere(work, ids),
    store.links.activeByHubSpotIds(entity, ids),
    store.operations.unfinishedCreates(entity, ids),
  ]);
  const decisions = new Map((await decideCreations(work, observations)).map((decision) => [decision.observation.id, decision]));
  // Run ids are in order of time: of several interrupted creations the last one counts.
  const interrupted = new Map(
    unfinished.toSorted((one, other) => (one.run < other.run ? -1 : 1)).map(({ hubspotId, fields }) => [hubspotId, fields]),
  );
  const calls = createRecordCalls(work.signal);
  const creations: PendingCreation[] = [];
  const untrue: StoredOperation[] = [];
  const done: StoredOperation[] = [];
  for (const operation of items) {
    const { hubspotId } = operation;
    const decision = hubspotId === null ? undefined : decisions.get(hubspotId);
    if (hubspotId !== null && links.has(hubspotId)) done.push(operation);
    else if (decision === undefined || hubspotId === null) untrue.push(operation);
    else if (decision.plan.kind === 'skip') await fail(work, decision, decision.plan.reason, operation);
    else creations.push({ operation, decision, values: decision.plan.values, mayHaveHappened: interrupted.get(hubspotId) ?? null });
  }
  await endOperations(work, untrue, 'failed', 'no-longer-true');
  await endOperations(work, done, 'applied');
  for (const group of chunksOf(creations, TOGETHER)) await createGroup(work, group, calls);
  return { cursor: next, counters: {} };
}

/** So many records are created together: what is stored of them before and after costs as much as of one. */
const TOGETHER = 12;

interface PendingCreation extends JournalledCreation {
  readonly values: Readonly<Record<string, JsonValue>>;
  /** What an attempt was sent with that may have come through, so that OfficeRnD has to be asked for it first (L12); null without one. */
  mayHaveHappened: readonly FieldChange[] | null;
}

async function createGroup(work: SliceWork, group: readonly PendingCreation[], calls: RecordCalls): Promise<void> {
  await work.crashPoint('create-planned');
  await work.assertOwner();
  const operations = group.map(({ operation }) => operation);
  await setCalling(work, operations);
  await work.crashPoint('create-calling');
  await work.assertOwner();
  const made: CreatedRecord[] = [];
  const begun = new Set<PendingCreation>();
  const attempt = inParallel(group, async (creation) => {
    begun.add(creation);
    const done = await createOne(work, creation, calls);
    if (done === null) return;
    await work.crashPoint('create-called');
    made.push({ ...creation, ...done });
  });
  await attempt.catch(async (error: unknown) => {
    // A vendor that wants a pause, or a run that is ended, keeps what there is. Who has lost the right to write, or the store, keeps
    // nothing.
    if (!(error instanceof VendorError || work.signal.aborted)) throw error;
    await completeCreates(work, made);
    await work.assertOwner();
    await setPlanned(
      work,
      group.filter((creation) => !begun.has(creation)),
    );
    throw error;
  });
  await completeCreates(work, made);
}

type CreateAnswer = Pick<CreatedRecord, 'record' | 'sent' | 'isFound'>;

/** Creates a record, or finds the one that an earlier attempt made; null when it failed, which is noted. */
async function createOne(work: SliceWork, creation: PendingCreation, calls: RecordCalls): Promise<CreateAnswer | null> {
  const { operation, decision, values } = creation;
  const { observation } = decision;
  let isCalling = true;
  const outcome = await calls.make(async (): Promise<CreateAnswer> => {
    const earlier = creation.mayHaveHappened;
    const existing = earlier === null ? null : await findCreated(work, observation);
    if (earlier !== null && existing !== null) return { record: existing, sent: earlier, isFound: true };
    if (!isCalling) await setCalling(work, [operation]);
    isCalling = true;
    try {
      return await post(work, creation, values);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.details.mayHaveHappened !== true) {
        if (isWithoutEffect(error) && creation.mayHaveHappened === null) {
          await setPlanned(work, [creation]);
          isCalling = false;
        }
        throw error;
      }
      // Before the look, which may fail as well: no later attempt sends anything without having looked (L12).
      creation.mayHaveHappened = operation.fields;
      const found = await findCreated(work, observation);
      if (found === null) throw error;
      return { record: found, sent: operation.fields, isFound: true };
    }
  });
  if (outcome.kind === 'done') return outcome.value;
  // What may have happened stays `calling`, so that the next run looks first.
  await fail(work, decision, reasonOf(outcome.error), creation.mayHaveHappened === null ? operation : null);
  return null;
}

const setCalling = (work: SliceWork, operations: readonly StoredOperation[]): Promise<void> =>
  work.store.operations.setState(
    work.run.id,
    operations.map(({ id }) => id),
    'calling',
  );

/** Takes back what has not been sent. What another attempt may have sent stays to be looked for. */
const setPlanned = (work: SliceWork, creations: readonly PendingCreation[]): Promise<void> =>
  work.store.operations.setState(
    work.run.id,
    creations.filter(({ mayHaveHappened }) => mayHaveHappened === null).map(({ operation }) => operation.id),
    'planned',
  );

/** Sends the creation; optional fields that OfficeRnD refuses are left out, for the update phase to try and to report (M10). */
async function post(work: SliceWork, creation: PendingCreation, values: Readonly<Record<string, JsonValue>>): Promise<CreateAnswer> {
  const { entity } = creation.decision.observation;
  try {
    const record = await work.officernd.create(officerndResourceOf[entity], writeBody(null, values), {
      signal: work.signal,
      beforeSend: work.assertOwnerCached,
    });
    const paths = new Map(work.fields.map(({ key, officernd }) => [key, officernd]));
    const sent = creation.operation.fields.filter(({ field }) => Object.hasOwn(values, paths.get(field) ?? ''));
    return { record, sent, isFound: false };
  } catch (error) {
    const kept = error instanceof VendorError ? withoutRefused(values, error) : null;
    if (kept === null) throw error;
    return post(work, creation, kept);
  }
}

/** Such an answer, where it tells that nothing can have happened, takes the operation back to planned. */
const isWithoutEffect = ({ kind }: VendorError): boolean => kind === 'rate-limited' || kind === 'unavailable';

/** Without these a record would be another, or one that nobody could find again (L12). */
const REQUIRED = new Set(['name', 'location', 'status', 'company', 'member', LINK_PROPERTY, `properties.${LINK_PROPERTY}`]);

/**
 * The values without the refused ones, or null when that is no help. A value that another record has is no reason to create the same person
 * or company a second time without it: the record is refused (L6).
 */
function withoutRefused(
  values: Readonly<Record<string, JsonValue>>,
  { kind, details }: VendorError,
): Readonly<Record<string, JsonValue>> | null {
  const fields = details.refusedFields ?? [];
  const refused = fields.map(({ property }) => property).filter((property) => !REQUIRED.has(property));
  if (kind !== 'invalid' || refused.length === 0 || fields.some(({ reason }) => reason === TAKEN)) return null;
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

/** Reports a record that was not created, and ends its operation where nothing can have happened. */
async function fail(
  work: SliceWork,
  { observation, dataHash }: CreateDecision,
  reason: string,
  operation: StoredOperation | null,
): Promise<void> {
  const { store, run } = work;
  await store.failures.record(
    run.id,
    [{ entity: observation.entity, subject: observation.id, phase: 'link', field: null, reason, dataHash }],
    work.now(),
  );
  if (operation !== null) await endOperations(work, [operation], 'failed', reason);
}
