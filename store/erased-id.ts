import { createHash } from 'node:crypto';
import type { Entity, Side } from '../domain/entity';

/** No record's id begins with it. */
const MARK = '#';
const DIGITS = 40;

/**
 * The hash that is kept of a record's id after its erasure. A person who knows the id can find it again. It names no tenant, because data of
 * a pair may get another tenant's name (D3).
 */
export const erasedId = (side: Side, entity: Entity, id: string): string =>
  `${MARK}${createHash('sha256')
    .update(JSON.stringify([side, entity, id]))
    .digest('hex')
    .slice(0, DIGITS)}`;

/** A name that is made of ids, such as a link's, with each of these ids replaced. */
export const withoutIds = (name: string, replaced: ReadonlyMap<string, string>): string =>
  name.replaceAll(/[^/+]+/g, (part) => replaced.get(part) ?? part);
