import type { CreatePlan } from '../../domain/plan-create';
import { LINK_PATH, linkIdOf } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import { PORTAL } from './model-mapping';
import type { Run } from './model-run';
import { effect, note, rulingsIn } from './model-run';
import { activeByOfficernd } from './model-store';
import { createRecord } from './model-vendors';

/** The calls of a creation in the model (activities/link/send-create.ts, late-effect.ts). */

export type Creation = Extract<CreatePlan, { kind: 'create' }>;

export function post(run: Run, { entity, id: hubspotId }: Observation, { values, fields }: Creation): string {
  const { vendors, store } = run.world;
  note(run, 'calling', () => store.calling.set(`${entity}/${hubspotId}`, fields));
  return effect(run, { kind: 'create', entity, hubspotId, values }, () => createRecord(vendors, run.policy, entity, values, run.now));
}

/** L12: finds the record that an interrupted run may have created. It never returns a record with another link. */
export function existing(run: Run, { entity, id }: Observation): string | null {
  const { store, vendors } = run.world;
  const { mayPair } = rulingsIn(run, entity);
  if (!store.calling.has(`${entity}/${id}`)) return null;
  const linkId = linkIdOf(PORTAL, id);
  const found = [...vendors.officernd[entity].values()].find(
    (record) => record.values[LINK_PATH] === linkId && activeByOfficernd(store, entity, record.id) === undefined && mayPair(record.id, id),
  );
  return found?.id ?? null;
}
