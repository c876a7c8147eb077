import { readPath } from '../../connectors/officernd/record';
import type { BatchReadOptions } from '../../connectors/hubspot/connector';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import type { CallOptions } from '../../connectors/call-options';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { hubSpotObservation, officerndObservation, observedPaths, observedProperties } from '../../domain/to-observation';
import type { VendorError } from '../../connectors/errors';
import { inParallel } from '../../connectors/in-parallel';
import { parentsOf } from './parents';
import { recordHubSpot } from './unread';
import type { RecordCalls } from '../slice/calls-per-record';
import type { Work } from '../slice/run-slice';

/** Direct reads of single ids, as observations of this run. Records that are found are stored, so that the rest of the run sees them. */

/** Returns a function that turns HubSpot records of the entity into observations. For many records, make it once. */
export function hubSpotObserver({ mapping }: Work, entity: Entity): (record: HubSpotRecord) => Observation {
  const kept = { properties: observedProperties(entity, mapping), fields: mapping.fields };
  return (record) => hubSpotObservation(entity, record, kept);
}

/** Returns a function that turns OfficeRnD records of the entity into observations. For many records, make it once. */
export function officerndObserver({ mapping }: Work, entity: Entity): (record: OfficerndRecord) => Observation {
  const kept = { paths: observedPaths(entity, mapping.fields), fields: mapping.fields };
  return ({ id, body }) => officerndObservation(entity, { id, read: (path) => readPath(body, path) }, kept);
}

/**
 * Reads HubSpot records by id, and stores them. The result is keyed by the id that was asked for. A merged-away id has its surviving record
 * (U3). An id that no live record answers to is absent.
 *
 * @param known the associations of an earlier reading, which a batch read does not return. Other records, such as a survivor, get the
 * stored ones, or HubSpot is asked
 * @param call for the calls that read the records, before a write (M8)
 */
export async function readHubSpot(
  work: Work,
  entity: Entity,
  ids: readonly HubSpotId[],
  known?: ReadonlyMap<string, Pick<Observation, 'parents'>>,
  call: Pick<CallOptions, 'beforeSend' | 'place'> = {},
): Promise<ReadonlyMap<HubSpotId, Observation>> {
  const observations = await lookUpHubSpot(work, entity, ids, known, call);
  await recordHubSpot(work, entity, [...observations.values()]);
  return observations;
}

/** As `readHubSpot`, but stores nothing. */
export async function lookUpHubSpot(
  work: Work,
  entity: Entity,
  ids: readonly HubSpotId[],
  known?: ReadonlyMap<string, Pick<Observation, 'parents'>>,
  call: Pick<CallOptions, 'beforeSend' | 'place'> & Pick<BatchReadOptions, 'knownGone'> = {},
): Promise<ReadonlyMap<HubSpotId, Observation>> {
  if (ids.length === 0) return new Map();
  const options = { signal: work.signal, ...call };
  const object = hubSpotObjectOf[entity];
  const properties = observedProperties(entity, work.mapping);
  const records = await work.hubspot.batchRead(object, ids, properties, options);
  const notKnown = new Set([...records.values()].flatMap(({ id }) => (known?.has(id) === true ? [] : [id])));
  const others = await parentsOf(work, entity, [...notKnown]);
  const toObservation = hubSpotObserver(work, entity);
  const observations = new Map<HubSpotId, Observation>();
  for (const [id, record] of records) {
    const observation = toObservation(record);
    const { parents } = known?.get(record.id) ?? others.get(record.id) ?? observation;
    observations.set(id, { ...observation, parents });
  }
  return observations;
}

/** OfficeRnD's answers for ids. An id that is in neither set has a record. */
interface OfficerndAnswers {
  /** Ids that no record answers to. */
  readonly gone: ReadonlySet<OfficerndId>;
  /** Why ids could not be read (A4). That proves nothing about their records (U2). */
  readonly unread: ReadonlyMap<OfficerndId, VendorError>;
}

/** Reads OfficeRnD records by id, one call each. */
export async function readOfficernd(
  work: Work,
  entity: Entity,
  ids: readonly OfficerndId[],
  calls: RecordCalls,
): Promise<OfficerndAnswers> {
  const toObservation = officerndObserver(work, entity);
  const answers = await inParallel(ids, async (id) => {
    const outcome = await calls.make(() => work.officernd.readOne(officerndResourceOf[entity], id, { signal: work.signal }));
    return { id, outcome };
  });
  await work.store.observations.record(
    work.run.generation,
    answers.flatMap(({ outcome }) => (outcome.kind === 'done' && outcome.value !== null ? [toObservation(outcome.value)] : [])),
  );
  return {
    gone: new Set(answers.flatMap(({ id, outcome }) => (outcome.kind === 'done' && outcome.value === null ? [id] : []))),
    unread: new Map(answers.flatMap(({ id, outcome }) => (outcome.kind === 'failed' ? [[id, outcome.error] as const] : []))),
  };
}
