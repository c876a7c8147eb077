import type { Entity, Side } from '../../domain/entity';
import { LINK_PATH } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import type { Policy } from './scenario';

/** A vendor's record. Its values have OfficeRnD's paths or HubSpot's property names. */
export interface ModelRecord {
  readonly id: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  /** HubSpot's associations. */
  readonly companies: readonly string[];
  readonly mergedIds: readonly string[];
  readonly createdAt: string;
}

export type Table = Map<string, ModelRecord>;
export type Tables = Readonly<Record<Entity, Table>>;

export interface Vendors {
  readonly officernd: Tables;
  readonly hubspot: Tables;
  /** HubSpot's recycle bin. */
  readonly archived: Tables;
}

export const emptyTables = (): Tables => ({ company: new Map(), member: new Map(), opportunity: new Map() });

const copyTables = ({ company, member, opportunity }: Tables): Tables => ({
  company: new Map(company),
  member: new Map(member),
  opportunity: new Map(opportunity),
});

export const copyVendors = ({ officernd, hubspot, archived }: Vendors): Vendors => ({
  officernd: copyTables(officernd),
  hubspot: copyTables(hubspot),
  archived: copyTables(archived),
});

const stageProbability: Readonly<Record<string, string>> = { new: '0.2', talk: '0.4', closedwon: '1', closedlost: '0', mystery: '0.5' };
const statusProbability: Readonly<Record<string, number>> = { open: 30, won: 100, lost: 0, paused: 5 };
const CLOSED_ON = '2026-01-31T09:00:00.000Z';

export type Change = Readonly<Record<string, JsonValue>>;

export type WriteAnswer = { readonly kind: 'written' } | { readonly kind: 'refused'; readonly properties: readonly string[] };

/** A write by a person or by the program, with the vendor's own rewriting and side effects. It happens completely or not at all. */
export function writeRecord(vendors: Vendors, policy: Policy, side: Side, entity: Entity, id: string, changes: Change): WriteAnswer {
  const record = vendors[side][entity].get(id);
  if (record === undefined) throw new Error(`There is no ${side} ${entity} ${id}.`);
  const properties = refusedOf(policy, side, changes);
  if (properties.length > 0) return { kind: 'refused', properties };
  const effects = side === 'hubspot' ? hubspotEffects(record, changes) : officerndEffects(policy, record, changes);
  vendors[side][entity].set(id, { ...record, values: { ...record.values, ...rewritten(policy, side, changes), ...effects } });
  return { kind: 'written' };
}

export const refusedOf = (policy: Policy, side: Side, changes: Change): readonly string[] =>
  Object.keys(changes).filter((name) => name === 'phone' && changes[name] === 'bad' && policy.refusesBadPhone === side);

export function rewritten({ officerndTrims }: Policy, side: Side, changes: Change): Change {
  const rewrite = (name: string, value: JsonValue): JsonValue => {
    if (typeof value !== 'string') return value;
    if (side === 'hubspot') return name === 'email' ? value.toLowerCase() : value;
    const trimmed = officerndTrims ? value.trim() : value;
    return trimmed === '' ? null : trimmed;
  };
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, rewrite(name, value)]));
}

/** HubSpot computes the probability from the stage, and sets the close date of a closed deal unless one is sent (M11). */
function hubspotEffects({ values }: Pick<ModelRecord, 'values'>, changes: Change): Change {
  const stage = changes['dealstage'];
  if (typeof stage !== 'string' || stage === values['dealstage']) return {};
  const closes = stage.startsWith('closed') && !Object.hasOwn(changes, 'closedate');
  return { hs_deal_stage_probability: stageProbability[stage] ?? '', ...(closes && { closedate: CLOSED_ON }) };
}

function officerndEffects({ officerndSetsProbability }: Policy, { values }: Pick<ModelRecord, 'values'>, changes: Change): Change {
  const status = changes['status'];
  if (!officerndSetsProbability || typeof status !== 'string' || status === values['status']) return {};
  return { probability: statusProbability[status] ?? null };
}

/** Creates a record in OfficeRnD. Its id contains the HubSpot id, so that worlds can be compared. */
export function createRecord(vendors: Vendors, policy: Policy, entity: Entity, values: Change, createdAt: string): string {
  const table = vendors.officernd[entity];
  const twin = `new-${String(values[LINK_PATH])}`;
  const id = table.has(twin) ? `${twin}-again` : twin;
  const refused = refusedOf(policy, 'officernd', values);
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !refused.includes(name)));
  const blank = { values: {} };
  table.set(id, {
    id,
    values: { ...rewritten(policy, 'officernd', kept), ...officerndEffects(policy, blank, kept) },
    companies: [],
    mergedIds: [],
    createdAt,
  });
  return id;
}

/** A direct read in HubSpot. The id of a merged record gives its survivor (U3). */
export const readHubSpot = ({ hubspot }: Vendors, entity: Entity, id: string): ModelRecord | null =>
  hubspot[entity].get(id) ?? [...hubspot[entity].values()].find(({ mergedIds }) => mergedIds.includes(id)) ?? null;
