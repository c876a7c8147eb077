import { TAKEN, VendorError } from '../../connectors/errors';
import { writeBody } from '../../connectors/officernd/record';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
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
import { sendCreation } from '../slice/send-creation';

const PAGE = 100;

/**
 * Phase 2, applying: creates the planned records, each exactly once (L12). The states of a creation in the journal:
 *
 * | state     | meaning                                        | the next attempt or run                                  |
 * | --------- | ---------------------------------------------- | -------------------------------------------------------- |
 * | `planned` | nothing was sent                               | sends it                                                 |
 * | `calling` | sent, or about to be: the record may exist     | asks OfficeRnD for the record, sends it if there is none |
 * | `applied` | record, base and link are stored               | has nothing to do                                        |
 * | `failed`  | there is no record; the failure is stored      | plans it again; if refused, with other data or settings  |
 *
 * The answer of OfficeRnD decides what comes after `calling`:
 *
 * | answer                                            | next                                                               |
 * | ------------------------------------------------- | ------------------------------------------------------------------ |
 * | the record                                        | `applied`                                                          |
 * | optional fields are refused                       | sent once more without them (M10)                                  |
 * | any other refusal                                 | `failed`; stays `calling` if an earlier attempt may have succeeded |
 * | a limit or an outage: nothing can have happened   | `planned`, then another try                                        |
 * | none, or the record may exist all the same        | looks for it: `applied` if it is there, else stays `calling`       |
 */
export async function createStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  // An interrupted attempt leaves `calling` behind: the record may exist (L12).
  const filter = { phase: 'link', entity, kinds: ['create'], states: ['calling', 'planned'] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after: cursor, limit: PAGE });
  const ids = items.flatMap(({ hubspotId }) => hubspotId ?? []);
  const [observations, links, unfinished] = await Promise.all([
    hubSpotStillThere(work, ids),
    store.links.activeByHubSpotIds(entity, ids),
    store.operations.unfinishedCreates(entity, ids),
  ]);
  const decisions = new Map((await decideCreations(work, observations)).map((decision) => [decision.observation.id, decision]));
  // Run ids sort by time: of several interrupted creations the newest one counts.
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
  for (let left: readonly PendingCreation[] = creations; left.length > 0;) {
    // S2: the first write to OfficeRnD goes alone.
    const group = left.slice(0, (await work.guard.isProven()) ? TOGETHER : 1);
    left = left.slice(group.length);
    await createGroup(work, group, calls);
  }
  return { cursor: next, counters: {} };
}

/** Records that are created together: what is stored before and after them costs as much as for one. */
const TOGETHER = 12;

interface PendingCreation extends JournalledCreation {
  readonly values: Readonly<Record<string, JsonValue>>;
  /**
   * The fields of an attempt that may have come through, so that OfficeRnD is asked for the record first (L12). Null without such an
   * attempt.
   */
  mayHaveHappened: readonly FieldChange[] | null;
}

async function createGroup(work: SliceWork, group: readonly PendingCreation[], calls: RecordCalls): Promise<void> {
  await work.crashPoint('create-planned');
  await work.assertOwner();
  const operations = group.map(({ operation }) => operation);
  await setCalling(work, operations);
  await work.crashPoint('create-calling');
  await work.assertOwner();
  const made: (CreatedRecord & CreateAnswer)[] = [];
  const begun = new Set<PendingCreation>();
  const attempt = inParallel(group, async (creation) => {
    begun.add(creation);
    const done = await createOne(work, creation, calls);
    if (done === null) return;
    await work.crashPoint('create-called');
    made.push({ ...creation, ...done });
  });
  await attempt.catch(async (error: unknown) => {
    // When the vendor wants a pause, or the run is ended, the records that were made are stored. After a lost right to write, or a failure
    // of the store, nothing is.
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
  await work.guard.check(made.flatMap(({ body, record }) => (body === undefined ? [] : [{ before: null, body, after: record }])));
}

interface CreateAnswer extends Pick<CreatedRecord, 'record' | 'sent' | 'isFound'> {
  /** The body that the record was created with; absent where it was found. */
  readonly body?: Readonly<Record<string, JsonValue>>;
}

/** Creates a record, or finds the one that an earlier attempt made. Returns null when that failed, and notes the failure. */
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
      // Set before the look, which may fail too: every later attempt must look before it sends anything (L12).
      creation.mayHaveHappened = operation.fields;
      const found = await findCreated(work, observation);
      if (found === null) throw error;
      return { record: found, sent: operation.fields, isFound: true };
    }
  });
  if (outcome.kind === 'done') return outcome.value;
  // A creation that may have happened stays `calling`, so that the next run looks first.
  await fail(work, decision, reasonOf(outcome.error), creation.mayHaveHappened === null ? operation : null);
  return null;
}

const setCalling = (work: SliceWork, operations: readonly StoredOperation[]): Promise<void> =>
  work.store.operations.setState(
    work.run.id,
    operations.map(({ id }) => id),
    'calling',
  );

/** Takes back creations that were not sent. One that another attempt may have sent stays `calling`. */
const setPlanned = (work: SliceWork, creations: readonly PendingCreation[]): Promise<void> =>
  work.store.operations.setState(
    work.run.id,
    creations.filter(({ mayHaveHappened }) => mayHaveHappened === null).map(({ operation }) => operation.id),
    'planned',
  );

/** Sends the creation. Leaves out optional fields that OfficeRnD refuses: the update phase tries them again and reports them (M10). */
async function post(work: SliceWork, creation: PendingCreation, values: Readonly<Record<string, JsonValue>>): Promise<CreateAnswer> {
  const { entity } = creation.decision.observation;
  try {
    const body = writeBody(null, values);
    const record = await sendCreation(work, officerndResourceOf[entity], body);
    const paths = new Map(work.fields.map(({ key, officernd }) => [key, officernd]));
    const sent = creation.operation.fields.filter(({ field }) => Object.hasOwn(values, paths.get(field) ?? ''));
    return { record, sent, isFound: false, body };
  } catch (error) {
    const kept = error instanceof VendorError ? withoutRefused(values, error) : null;
    if (kept === null) throw error;
    return post(work, creation, kept);
  }
}

/** Errors of these kinds take the operation back to `planned`, where nothing can have happened. */
const isWithoutEffect = ({ kind }: VendorError): boolean => kind === 'rate-limited' || kind === 'unavailable';

/** Fields that are never left out. Without them it would be another record, or one that could not be found again (L12). */
const REQUIRED = new Set(['name', 'location', 'status', 'company', 'member', LINK_PROPERTY, `properties.${LINK_PROPERTY}`]);

/**
 * Returns the values without the refused ones, or null when that does not help. It never helps when another record has the value: the same
 * person or company would be created twice (L6).
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

/** L12: finds the record that an earlier attempt made, by the link id that it was created with, else by its e-mail. */
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

/** Returns the first record without a link. One with a link belongs to another HubSpot record (L13). */
async function firstUnlinked({ store }: SliceWork, entity: Entity, records: readonly OfficerndRecord[]): Promise<OfficerndRecord | null> {
  const linked = await store.links.linkedAmong(
    'officernd',
    entity,
    records.map(({ id }) => id),
  );
  return records.find(({ id }) => !linked.has(id)) ?? null;
}

/** Reports a record that was not created. Ends its operation when one is given: only where nothing can have happened. */
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
