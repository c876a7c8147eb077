import { entities } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { Link, LinkOrigin, RetireReason } from '../domain/link';
import * as schema from './schema';
import type { StoredDocument } from './scope';

/** One pair, active or retired. */
export interface LinkDocument extends StoredDocument {
  readonly id: string;
  readonly entity: Entity;
  readonly officerndId: string;
  readonly hubspotId: string;
  readonly state: Link['state'];
  readonly reason: RetireReason | null;
  readonly origin: LinkOrigin;
  readonly linkedAt: string;
  readonly pairedAt: string;
  /** The run that made the link active. */
  readonly linkedRun: string;
  /** The run that ended the link. */
  readonly retiredRun: string | null;
  /** The stamp with which the link was settled; null while it is open. See `Comparisons`. */
  readonly settled: string | null;
  /** Hashes of the contents that were compared when the link was last settled; null before the first time. */
  readonly officerndHash: string | null;
  readonly hubspotHash: string | null;
  /** How often the link was reopened. */
  readonly reopened: number;
  /** D1: the decision by which the link was made. */
  readonly decision?: string;
  /** D1: a person has ended the link. `reason` is `merged` then, since the release before knows no other that fits. */
  readonly byHand?: boolean;
  /** X2: the run that took the link back. */
  readonly undoneBy?: string;
}

const origins: readonly LinkOrigin[] = ['adopted', 'email', 'name', 'created', 'relinked', 'restored'];
const reasons: readonly RetireReason[] = ['hubspot-deleted', 'merged', 'officernd-deleted'];
const active: Pick<Link, 'state'> = { state: 'active' };
const retired: Pick<Link, 'state'> = { state: 'retired' };

/** Few links are taken back. */
const undone = { undoneBy: { $gt: '' } };

/** The two unique indexes enforce L13. */
export const linksSpec: schema.CollectionSpec = {
  name: 'links',
  fields: {
    id: schema.text,
    entity: schema.oneOf(entities),
    officerndId: schema.text,
    hubspotId: schema.text,
    state: schema.oneOf(['active', 'retired']),
    reason: schema.oneOf([...reasons, null]),
    origin: schema.oneOf(origins),
    linkedAt: schema.text,
    pairedAt: schema.text,
    linkedRun: schema.text,
    retiredRun: schema.textOrNull,
    settled: schema.textOrNull,
    officerndHash: schema.textOrNull,
    hubspotHash: schema.textOrNull,
    reopened: schema.count,
  },
  optional: { decision: schema.text, byHand: schema.flag, undoneBy: schema.text },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, entity: 1, state: 1, reason: 1, id: 1 } },
    { name: 'bySettled', key: { tenant: 1, entity: 1, state: 1, settled: 1, id: 1 } },
    { name: 'activeHubSpotId', key: { tenant: 1, entity: 1, hubspotId: 1 }, unique: true, partialFilterExpression: active },
    { name: 'activeOfficerndId', key: { tenant: 1, entity: 1, officerndId: 1 }, unique: true, partialFilterExpression: active },
    { name: 'undone', key: { tenant: 1, entity: 1, undoneBy: 1 }, partialFilterExpression: undone },
    { name: 'retiredHubSpotId', key: { tenant: 1, entity: 1, hubspotId: 1, state: 1 }, partialFilterExpression: retired },
    { name: 'retiredOfficerndId', key: { tenant: 1, entity: 1, officerndId: 1, state: 1 }, partialFilterExpression: retired },
  ],
};

/** For each side, the fields of the record's id and hash in a link, and the index that finds active links by the id. */
export const linkSideIds = {
  officernd: { idField: 'officerndId', hashField: 'officerndHash', index: 'activeOfficerndId' },
  hubspot: { idField: 'hubspotId', hashField: 'hubspotHash', index: 'activeHubSpotId' },
} as const satisfies Readonly<Record<Side, object>>;

/** The link without the store's own fields. */
export const toLink = ({
  id,
  entity,
  officerndId,
  hubspotId,
  state,
  reason,
  origin,
  linkedAt,
  pairedAt,
  decision,
  byHand,
  undoneBy,
}: LinkDocument): Link => ({
  id,
  entity,
  officerndId,
  hubspotId,
  state,
  reason: reason === 'merged' && byHand === true ? 'by-hand' : reason,
  origin,
  linkedAt,
  pairedAt,
  ...(decision !== undefined && { decision }),
  ...(state === 'retired' && undoneBy !== undefined && { undoneBy }),
});

/** The update that ends a link. */
export const endOf = (reason: RetireReason, run: string) =>
  ({
    $set: {
      state: 'retired',
      reason: reason === 'by-hand' ? 'merged' : reason,
      retiredRun: run,
      ...(reason === 'by-hand' && { byHand: true }),
    },
    ...(reason !== 'by-hand' && { $unset: { byHand: '' as const } }),
  }) as const;
