import type { Filter } from 'mongodb';
import { sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { Link } from '../domain/link';
import { linkSideIds, toLink } from './link-document';
import type { LinkDocument } from './link-document';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import type { Scope } from './scope';
import { idIn } from './scope';
import { writeAll } from './writes';

/**
 * The active links that are settled, and those that are open. A settled link was compared, nothing was left to do, and nothing that the
 * comparison depends on has changed since. Before new contents of a record are stored, its link is reopened (`reopenChanged`). So phase 3
 * can skip settled links.
 */
export interface Comparisons {
  /** Active links that are not settled, in id order. */
  readonly pageOpen: (entity: Entity, request: PageRequest) => Promise<Page<OpenLink>>;
  /** The given links that are active and not settled. */
  readonly openAmong: (entity: Entity, linkIds: readonly string[]) => Promise<readonly OpenLink[]>;
  readonly countSettled: (entity: Entity) => Promise<number>;
  /**
   * Marks links as settled. The comparison depends on the two records, whose stored contents have these hashes; `stamp` stands for
   * everything else that it depends on. A link that was reopened after it was read stays open.
   */
  readonly settle: (stamp: string, compared: readonly Compared[]) => Promise<void>;
  readonly reopen: (linkIds: readonly string[]) => Promise<void>;
  /** Reopens the links that were settled with any other stamp. */
  readonly reopenOthers: (entity: Entity, stamp: string) => Promise<void>;
}

export interface OpenLink extends Link {
  /** How often the link had been reopened at the time it was read. */
  readonly reopened: number;
  /** The run that made the link active. */
  readonly linkedRun: string;
}

/** A link as it was read BEFORE its records, and the hashes of the records' contents. */
export interface Compared {
  readonly link: OpenLink;
  readonly hashes: Readonly<Record<Side, string>>;
}

/** New contents of a record, before they are stored. */
export interface NewContent {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  readonly hash: string;
}

const OPEN = { settled: null } as const;
const reopening = { $set: OPEN, $inc: { reopened: 1 } } as const;

/** The comparisons of one tenant's links. */
export function createComparisons(scope: Scope): Comparisons {
  const collection = scope.collection<LinkDocument>('links');
  const inUse = (entity: Entity): Filter<LinkDocument> => ({ tenant: scope.tenant, entity, state: 'active' });
  const named = (linkIds: readonly string[]) => ({ _id: { $in: linkIds.map((id) => idIn(scope, id)) } });
  const toOpenLink = (document: LinkDocument): OpenLink => ({
    ...toLink(document),
    reopened: document.reopened,
    linkedRun: document.linkedRun,
  });
  return {
    pageOpen: async (entity, request) => {
      const found = await collection
        .find(
          { ...inUse(entity), ...OPEN, ...afterCursor('id', request) },
          { hint: 'bySettled', sort: { id: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
        )
        .toArray();
      return toPage(found, request, { cursorOf: ({ id }) => id, read: toOpenLink });
    },
    openAmong: async (entity, linkIds) => {
      if (linkIds.length === 0) return [];
      const filter = { ...named(linkIds), ...inUse(entity), ...OPEN };
      return (await collection.find(filter, { hint: '_id_', ...inOneAnswer(linkIds.length) }).toArray()).map(toOpenLink);
    },
    countSettled: (entity) => collection.countDocuments({ ...inUse(entity), settled: { $gt: '' } }, { hint: 'bySettled' }),
    settle: (stamp, compared) =>
      writeAll(
        collection,
        compared.map(({ link, hashes }) => ({
          updateOne: {
            filter: { _id: idIn(scope, link.id), state: 'active', reopened: link.reopened },
            update: { $set: { settled: stamp, officerndHash: hashes.officernd, hubspotHash: hashes.hubspot } },
          },
        })),
      ),
    reopen: async (linkIds) => {
      if (linkIds.length > 0) await collection.updateMany(named(linkIds), reopening);
    },
    reopenOthers: async (entity, stamp) => {
      await collection.updateMany({ ...inUse(entity), settled: { $nin: [null, stamp] } }, reopening, { hint: 'bySettled' });
    },
  };
}

/** Up to this number, records are mostly changed ones. A query for their links would cost as much as it saves. */
const FEW = 100;

/**
 * Reopens the links of records whose new contents differ from the compared ones. Call it BEFORE the contents are stored: then a crash in
 * between causes one comparison too many, never one too few. An open link is also counted as reopened, because a comparison of it may be
 * under way.
 */
export async function reopenChanged(scope: Scope, contents: readonly NewContent[]): Promise<void> {
  for (const side of sides) {
    const ofSide = contents.filter((content) => content.side === side);
    for (const entity of new Set(ofSide.map((content) => content.entity))) {
      const hashes = new Map(ofSide.filter((content) => content.entity === entity).map(({ id, hash }) => [id, hash]));
      await reopenOf(scope, { side, entity, hashes });
    }
  }
}

interface NewContents extends Pick<NewContent, 'side' | 'entity'> {
  /** By the record's id. */
  readonly hashes: ReadonlyMap<string, string>;
}

async function reopenOf(scope: Scope, { side, entity, hashes }: NewContents): Promise<void> {
  const collection = scope.collection<LinkDocument>('links');
  const { idField, hashField, index: hint } = linkSideIds[side];
  const ofRecords = { tenant: scope.tenant, entity, state: 'active', [idField]: { $in: [...hashes.keys()] } } as const;
  if (hashes.size <= FEW) {
    await collection.updateMany(ofRecords, reopening, { hint });
    return;
  }
  // Many records: a preview stores all of them again, and a first reading finds no links.
  const links = await collection
    .find(ofRecords, { hint, ...inOneAnswer(hashes.size) })
    .project<Pick<LinkDocument, '_id' | 'settled' | typeof idField | typeof hashField>>({ settled: 1, [idField]: 1, [hashField]: 1 })
    .toArray();
  const touched = links.filter((link) => link.settled === null || link[hashField] !== hashes.get(link[idField]));
  if (touched.length > 0) await collection.updateMany({ _id: { $in: touched.map(({ _id }) => _id) } }, reopening);
}
