import type { OfficerndConnector, OfficerndRecord } from '../../connectors/officernd/connector';
import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { LINK_PATH } from '../../domain/ids';
import { surprisesOf } from '../../domain/surprise';
import type { ValueFacts } from '../../domain/surprise';
import type { Canary } from '../../store/canaries';
import type { RunFacts } from '../../store/run-facts';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { PROGRAM_VERSION } from '../program-version';
import { createRecordCalls } from './calls-per-record';
import { createSurpriseNotes } from './surprise-notes';
import { WritesStopped, canaryFailed, severalSurprises } from './writes-stopped';

/** Whether OfficeRnD does with an entity's records what it is asked to (S1, S2). Make one for each slice. */
export interface WriteGuard {
  /** S2: false until a first write was proven right. Until then send writes one by one, and check each. Throws while a block is not lifted. */
  readonly isProven: () => Promise<boolean>;
  /**
   * S1, S2: compares the answers of writes that are stored already. Throws `WritesStopped` where nothing more may be written before a person
   * has resumed the run.
   */
  readonly check: (answers: readonly OfficerndAnswer[]) => Promise<void>;
}

/** An OfficeRnD write with its answer. */
export interface OfficerndAnswer {
  /** The record as M8 has read it; null for a creation. */
  readonly before: OfficerndRecord | null;
  readonly body: Readonly<Record<string, JsonValue>>;
  readonly after: OfficerndRecord;
}

/** The parts of a slice's work that the guard uses. */
export interface GuardedWork extends ValueFacts {
  readonly store: Pick<TenantStore, 'canaries'> & { readonly runs: RunFacts };
  readonly run: Pick<Run, 'id' | 'mode' | 'mappingHash'>;
  readonly input: { readonly entity: Entity };
  readonly officernd: Pick<OfficerndConnector, 'readOne'>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** So many records with a surprise stop the entity's writes (S1). */
const STOP_AT = 3;
/** A proof is good for this long (S2). */
const PROOF_VALID_MS = 7 * 86_400_000;

/** The run fact that says when a person has resumed the run last. */
export const RESUMED_FACT = 'resumed-at';

export function createWriteGuard(work: GuardedWork): WriteGuard {
  const { store, run, input, officernd, signal, now, fields, context } = work;
  const { entity } = input;
  const resource = officerndResourceOf[entity];
  const notes = createSurpriseNotes(work);
  let known: Canary | undefined;
  /** Checks come one after the other, because each adds to what is stored. */
  let checking: Promise<void> = Promise.resolve();

  const save = async (canary: Canary): Promise<Canary> => {
    await store.canaries.put(entity, canary);
    known = canary;
    return canary;
  };

  const load = async (): Promise<Canary> => {
    if (known !== undefined) return known;
    const stored = await store.canaries.of(entity);
    const ofConfiguration = stored?.mappingHash === run.mappingHash ? stored : null;
    const canary: Canary = ofConfiguration ?? { mappingHash: run.mappingHash, proof: null, accepted: [], told: null };
    const told = stored?.told ?? null;
    if (told === null || told.run !== run.id) return (known = canary);
    // A request that came in meanwhile wakes the run, too, or it is another attempt: no person has seen the surprise.
    const resumedAt = (await store.runs.facts(run.id))[RESUMED_FACT];
    if (typeof resumedAt !== 'string' || new Date(resumedAt) < told.at) throw new WritesStopped(told.message);
    // A link id that is not kept cannot be accepted: no creation would happen exactly once (L12).
    const accepted = told.fields.filter((field) => field !== LINK_PATH);
    return save({ ...canary, told: null, accepted: [...new Set([...canary.accepted, ...accepted])] });
  };

  const isProven = async (): Promise<boolean> => {
    const { proof } = await load();
    return proof !== null && proof.version === PROGRAM_VERSION && now().getTime() - proof.at.getTime() < PROOF_VALID_MS;
  };

  const stop = async (fieldsToTell: readonly string[], message: string): Promise<never> => {
    await save({ ...(await load()), told: { run: run.id, at: now(), fields: fieldsToTell, message } });
    throw new WritesStopped(message);
  };

  /** The record once more; null if it is gone or cannot be read, which is no reason to stop (A4). */
  const readAgain = async ({ after }: OfficerndAnswer): Promise<OfficerndAnswer['after'] | null> => {
    const outcome = await createRecordCalls(signal).make(() => officernd.readOne(resource, after.id, { signal }));
    return outcome.kind === 'done' ? outcome.value : null;
  };

  /** The fields that are not as they should be. A difference in the answer alone proves nothing: a vendor may answer with a part. */
  const examine = async (answer: OfficerndAnswer, isCanary: boolean) => {
    const before = answer.before?.body ?? null;
    const inRecord = (after: OfficerndAnswer['after']) =>
      surprisesOf({ entity, before, body: answer.body, after: after.body }, { fields, context });
    const inAnswer = inRecord(answer.after);
    if (inAnswer.length === 0 && !isCanary) return { isRead: false, surprises: inAnswer };
    const again = await readAgain(answer);
    if (again === null) return { isRead: false, surprises: [] };
    const inReading = inRecord(again);
    // A person may have changed the record since the answer.
    const isUntouched = again.body['modifiedAt'] === answer.after.body['modifiedAt'];
    return { isRead: true, surprises: isUntouched && isCanary ? inReading : inReading.filter((field) => inAnswer.includes(field)) };
  };

  /** Notes all surprises before it stops, so that the report names every record of writes that were made together. */
  const checkAll = async (answers: readonly OfficerndAnswer[]): Promise<void> => {
    const isCanary = !(await isProven());
    const { accepted } = await load();
    const unexpected = new Set<string>();
    let isRead = false;
    for (const answer of answers) {
      const seen = await examine(answer, isCanary);
      isRead ||= seen.isRead;
      // A preview only asks what a run would ask.
      if (run.mode === 'preview') continue;
      await notes.add(seen.surprises, answer.after.id);
      for (const field of seen.surprises) if (!accepted.includes(field)) unexpected.add(field);
    }
    if (unexpected.size > 0 && isCanary) await stop([...unexpected].toSorted(), canaryFailed(entity, [...unexpected].toSorted()));
    if (isCanary && isRead) await save({ ...(await load()), proof: { version: PROGRAM_VERSION, at: now() } });
    if (unexpected.size === 0 || isCanary) return;
    const noted = await notes.of(accepted);
    if (noted.records >= STOP_AT) await stop(noted.fields, severalSurprises(entity, noted));
  };

  return {
    isProven,
    check: (answers) => {
      checking = checking.catch(() => undefined).then(() => (answers.length === 0 ? undefined : checkAll(answers)));
      return checking;
    },
  };
}
