import type { Verdict } from '../../domain/decision';
import type { Entity, Side } from '../../domain/entity';
import { LINK_PATH, linkIdOf } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import type { FieldBase } from '../../domain/link';
import { pairId } from '../../domain/link';
import { baseAfterWrite } from '../../domain/plan-update';
import { LIFECYCLE, PIPELINE, PORTAL, fieldKeys, mappingOf, pools } from './model-mapping';
import { observe } from './model-observe';
import type { ModelStore } from './model-store';
import { contextOf, copyStore, emptyStore, takeDown } from './model-store';
import type { Change, ModelRecord, Vendors } from './model-vendors';
import { copyVendors, emptyTables, refusedOf, rewritten, writeRecord } from './model-vendors';
import type { Edit, PairSpec, Policy, Scenario } from './scenario';

/** Both vendors and the program's store. It is changed in place; records, links and bases are immutable. */
export interface World {
  readonly vendors: Vendors;
  readonly store: ModelStore;
}

export const copyWorld = ({ vendors, store }: World): World => ({ vendors: copyVendors(vendors), store: copyStore(store) });

export const officerndIdOf = (pair: number): string => `o${pair}`;
export const hubspotIdOf = (pair: number): string => `${100 + pair}`;

/** Makes a world with one copy on each side, and the links that the scenario gives. */
export function createWorld({ policy, pairs }: Scenario): World {
  const vendors: Vendors = { officernd: emptyTables(), hubspot: emptyTables(), archived: emptyTables() };
  const world: World = { vendors, store: emptyStore() };
  pairs.forEach((pair, index) => {
    const createdAt = `2025-01-01T00:00:${String(index).padStart(2, '0')}Z`;
    const carries = pair.where === 'both' && pair.link !== 'none';
    if (pair.where !== 'hubspot') addOfficernd(world, policy, { pairs, pair, index, createdAt, carries });
    if (pair.where !== 'officernd') addHubSpot(world, { pairs, pair, index, createdAt });
  });
  pairs.forEach((pair, index) => {
    if (pair.where === 'both' && pair.link === 'synced') link(world, policy, pair.entity, index);
  });
  return world;
}

interface Adding {
  readonly pairs: readonly PairSpec[];
  readonly pair: PairSpec;
  readonly index: number;
  readonly createdAt: string;
}

function addOfficernd(
  { vendors }: World,
  policy: Policy,
  { pairs, pair, index, createdAt, carries }: Adding & { readonly carries: boolean },
): void {
  const values: Record<string, JsonValue> = { 'properties.secret': 'ours', location: 'here' };
  fieldKeys(pair.entity).forEach((key, field) => {
    const pool = pools[pair.entity][key];
    if (pool !== undefined && pool.shared > 0) values[key] = pool.officernd[(pair.values[field] ?? 0) % pool.shared] ?? null;
  });
  if (pair.entity === 'opportunity') values['probability'] = percentOf(hubspotValues(pair)['hs_deal_stage_probability']);
  const company = companyOf(pairs, pair);
  if (company !== null && pairs[company]?.where !== 'hubspot') values['company'] = officerndIdOf(company);
  if (carries) values[LINK_PATH] = linkIdOf(PORTAL, hubspotIdOf(index));
  const id = officerndIdOf(index);
  vendors.officernd[pair.entity].set(id, { id, values: rewritten(policy, 'officernd', values), companies: [], mergedIds: [], createdAt });
}

function addHubSpot({ vendors }: World, { pairs, pair, index, createdAt }: Adding): void {
  const company = companyOf(pairs, pair);
  const id = hubspotIdOf(index);
  const companies = company !== null && pairs[company]?.where !== 'officernd' ? [hubspotIdOf(company)] : [];
  vendors.hubspot[pair.entity].set(id, { id, values: hubspotValues(pair), companies, mergedIds: [], createdAt });
}

function hubspotValues({ entity, values, passesFilter }: PairSpec): Change {
  const all: Record<string, JsonValue> = { secret: 'theirs', [LIFECYCLE]: passesFilter ? 'customer' : 'lead' };
  fieldKeys(entity).forEach((key, field) => {
    const pool = pools[entity][key];
    if (pool !== undefined && pool.shared > 0) Object.assign(all, pool.hubspot[(values[field] ?? 0) % pool.shared]);
  });
  if (entity !== 'opportunity') return all['email'] === undefined ? all : { ...all, email: String(all['email']).toLowerCase() };
  const probability = { new: '0.2', closedwon: '1', closedlost: '0' }[String(all['dealstage'])];
  return { ...all, pipeline: PIPELINE, hs_deal_stage_probability: probability ?? '' };
}

const percentOf = (share: JsonValue | undefined): number | null => (typeof share === 'string' && share !== '' ? Number(share) * 100 : null);

function companyOf(pairs: readonly PairSpec[], { entity, parent }: PairSpec): number | null {
  if (entity === 'company' || parent === 0) return null;
  const companies = pairs.flatMap((pair, index) => (pair.entity === 'company' ? [index] : []));
  return companies[(parent - 1) % Math.max(1, companies.length)] ?? null;
}

function link({ vendors, store }: World, policy: Policy, entity: Entity, index: number): void {
  const mapping = mappingOf(policy);
  const [officernd, hubspot] = [vendors.officernd[entity].get(officerndIdOf(index)), vendors.hubspot[entity].get(hubspotIdOf(index))];
  if (officernd === undefined || hubspot === undefined) return;
  const id = pairId(entity, officernd.id, hubspot.id);
  const [o, h] = [observe('officernd', entity, officernd, mapping), observe('hubspot', entity, hubspot, mapping)];
  const bases = mapping.fields
    .filter((field) => field.entity === entity)
    .map((field): [string, FieldBase] => [field.key, baseAfterWrite(field, o, h, contextOf(mapping))]);
  store.links.set(id, {
    id,
    entity,
    officerndId: officernd.id,
    hubspotId: hubspot.id,
    state: 'active',
    reason: null,
    origin: 'adopted',
    linkedAt: officernd.createdAt,
    pairedAt: officernd.createdAt,
    linkedRun: officernd.createdAt,
    retiredRun: null,
  });
  store.snapshots.set(id, Object.fromEntries(bases));
}

/** Makes a person's edit on one side. An impossible edit, such as one of a record that is gone, does nothing. */
export function applyEdit({ vendors, store }: World, { policy, pairs }: Scenario, edit: Edit): void {
  if (edit.kind === 'withdraw') return withdraw(store, edit.decision);
  const pair = pairs[edit.pair % pairs.length];
  if (pair === undefined) return;
  const index = edit.pair % pairs.length;
  const { entity } = pair;
  switch (edit.kind) {
    case 'set':
      return setValue(vendors, policy, entity, edit.side, edit.side === 'officernd' ? officerndIdOf(index) : hubspotIdOf(index), edit);
    case 'delete': {
      const id = edit.side === 'officernd' ? officerndIdOf(index) : hubspotIdOf(index);
      const gone = vendors[edit.side][entity].get(id);
      vendors[edit.side][entity].delete(id);
      if (gone !== undefined && edit.side === 'hubspot') vendors.archived[entity].set(id, gone);
      return;
    }
    case 'restore': {
      const back = vendors.archived[entity].get(hubspotIdOf(index));
      if (back === undefined) return;
      vendors.archived[entity].delete(back.id);
      vendors.hubspot[entity].set(back.id, back);
      return;
    }
    case 'merge':
      return merge(vendors, entity, hubspotIdOf(index), hubspotIdOf(edit.into % pairs.length), edit.newId);
    case 'carry': {
      const record = vendors.officernd[entity].get(officerndIdOf(index));
      if (record === undefined) return;
      const linkId = linkIdOf(edit.portal === 'ours' ? PORTAL : '7', hubspotIdOf(edit.of % (pairs.length + 1)));
      vendors.officernd[entity].set(record.id, { ...record, values: { ...record.values, [LINK_PATH]: linkId } });
      return;
    }
    case 'decide':
      return takeDown(store, entity, verdictOf(edit, officerndIdOf(index), hubspotIdOf(edit.of % pairs.length)));
  }
}

function verdictOf({ say, side, prefer }: Extract<Edit, { kind: 'decide' }>, officerndId: string, hubspotId: string): Verdict {
  switch (say) {
    case 'link':
      return { kind: say, officerndId, hubspotId, prefers: prefer ? 'hubspot' : null };
    case 'keep-apart':
      return { kind: say, officerndId, hubspotId };
    case 'create':
      return { kind: say, hubspotId };
    case 'ignore':
      return { kind: say, side, id: side === 'hubspot' ? hubspotId : officerndId };
  }
}

function withdraw({ decisions }: ModelStore, number: number): void {
  const decision = [...decisions.values()][number % Math.max(1, decisions.size)];
  if (decision === undefined || decision.withdrawn !== null) return;
  decisions.set(decision.id, { ...decision, withdrawn: { by: 'Ann', at: decision.at, note: null } });
}

function setValue(
  vendors: Vendors,
  policy: Policy,
  entity: Entity,
  side: Side,
  id: string,
  { field, value }: Extract<Edit, { kind: 'set' }>,
): void {
  const keys = fieldKeys(entity);
  const key = keys[field % keys.length] ?? '';
  const pool = pools[entity][key];
  const values = pool?.[side] ?? [];
  if (!vendors[side][entity].has(id) || values.length === 0) return;
  const chosen = value % values.length;
  const changes = side === 'officernd' ? { [key]: pool?.officernd[chosen] ?? null } : { ...pool?.hubspot[chosen] };
  if (refusedOf(policy, side, changes).length === 0) writeRecord(vendors, policy, side, entity, id, changes);
}

function merge({ hubspot }: Vendors, entity: Entity, fromId: string, intoId: string, newId: boolean): void {
  const [from, into] = [hubspot[entity].get(fromId), hubspot[entity].get(intoId)];
  if (from === undefined || into === undefined || from === into) return;
  const additional = [into.values['hs_additional_emails'], from.values['email'], from.values['hs_additional_emails']];
  const emails = additional.filter((email) => typeof email === 'string' && email !== '').join(';');
  const mergedIds = [...into.mergedIds, from.id, ...from.mergedIds, ...(newId ? [into.id] : [])];
  const survivor: ModelRecord = {
    ...into,
    id: newId ? `9${into.id}` : into.id,
    mergedIds,
    values: { ...into.values, hs_additional_emails: emails },
  };
  hubspot[entity].delete(from.id);
  hubspot[entity].delete(into.id);
  hubspot[entity].set(survivor.id, survivor);
}
