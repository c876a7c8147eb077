import type { z } from 'zod';
import type { OfficerndResource } from '../../domain/entity';
import { LINK_PATH, LINK_PROPERTY } from '../../domain/ids';
import { MOST_UNASKED } from '../answer-size';
import { VendorError } from '../errors';
import { factsOf, type Api } from './api';
import { malformed } from './errors';
import type { CallOptions } from '../call-options';
import type { OfficerndConnector, OfficerndRecord } from './connector';
import { readPath } from './record';
import type { ApiCall, DefinitionResource, SettingsResource } from './routes';
import { recordPageSchema } from './schemas';

/** OfficeRnD's largest page; it refuses a larger `$limit`. */
const PAGE_SIZE = '50';

/** Reads one page of records. */
export const createListPage =
  (api: Api): OfficerndConnector['listPage'] =>
  async (resource, { cursor, modifiedSince }, options) => {
    const query = {
      $limit: PAGE_SIZE,
      ...(modifiedSince === undefined ? {} : { 'modifiedAt[$gte]': modifiedSince }),
      ...(cursor === undefined ? {} : { $cursorNext: cursor }),
    };
    const { results, cursorNext } = await api.send(recordPageSchema, { kind: 'list', resource, query }, options);
    return { records: results, cursor: nextOf(cursorNext) };
  };

/** Reads all pages of a list of definitions. They are few, so OfficeRnD's default page size is enough. */
export const readDefinitions = async <T extends { readonly id: string }>(
  api: Api,
  resource: DefinitionResource | SettingsResource,
  schema: PageSchema<T>,
  options: CallOptions | undefined,
): Promise<readonly T[]> => readAll(api, resource, schema, {}, options);

/**
 * Finds records by their link property. OfficeRnD documents no such filter for opportunities. If it refuses the filter, all records are
 * read and searched here, and the filter is not tried again.
 */
export function createFindByLinkId(api: Api): OfficerndConnector['findByLinkId'] {
  const withoutFilter = new Set<OfficerndResource>();
  const filter = (linkId: string) => ({ $limit: PAGE_SIZE, [`properties[${LINK_PROPERTY}]`]: linkId });
  return async (resource, linkId, options) => {
    const isWanted = ({ body }: OfficerndRecord): boolean => readPath(body, LINK_PATH) === linkId;
    const read = async (query: Query) => readAll(api, resource, recordPageSchema, query, options, isWanted);
    if (withoutFilter.has(resource)) return read({ $limit: PAGE_SIZE });
    return read(filter(linkId)).catch((error: unknown) => {
      if (!refusesFilter(error)) throw error;
      withoutFilter.add(resource);
      return read({ $limit: PAGE_SIZE });
    });
  };
}

/** Finds members by e-mail. Whether OfficeRnD distinguishes capitals is not documented; this function does not. */
export const createFindMembersByEmail =
  (api: Api): OfficerndConnector['findMembersByEmail'] =>
  async (email, options) => {
    // If OfficeRnD silently ignored the filter, it would return all members.
    const isWanted = ({ body }: OfficerndRecord): boolean => folded(readPath(body, 'email')) === folded(email);
    return readAll(api, 'members', recordPageSchema, { $limit: PAGE_SIZE, email }, options, isWanted);
  };

type Query = Readonly<Record<string, string>>;
type PageSchema<T> = z.ZodType<{ readonly results: readonly T[]; readonly cursorNext?: string | null | undefined }>;

/** Pages of fifty records for a million of them: a list that goes on has no end. */
const MOST_PAGES = 20_000;

/**
 * Reads all pages and returns each wanted record once. A record can come twice, because records move between pages during the reading.
 */
async function readAll<T extends Pick<OfficerndRecord, 'id'>>(
  api: Api,
  resource: OfficerndResource | DefinitionResource | SettingsResource,
  schema: PageSchema<T>,
  query: Query,
  options: CallOptions | undefined,
  isWanted: (item: T) => boolean = () => true,
): Promise<readonly T[]> {
  const found = new Map<string, T>();
  const cursors = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const call: ApiCall = { kind: 'list', resource, query: cursor === null ? query : { ...query, $cursorNext: cursor } };
    const page = await api.send(schema, call, options);
    for (const item of page.results) if (isWanted(item)) found.set(item.id, item);
    cursor = nextOf(page.cursorNext);
    if (cursor === null) return [...found.values()];
    // A repeated cursor would make the loop endless, and so would a list that never ends.
    if (cursors.has(cursor) || cursors.size > MOST_PAGES || found.size > MOST_UNASKED) throw malformed(factsOf(call), 'cursorNext');
    cursors.add(cursor);
  }
}

const nextOf = (cursor: string | null | undefined): string | null => (cursor === undefined || cursor === '' ? null : cursor);

const refusesFilter = (error: unknown): boolean =>
  error instanceof VendorError &&
  error.kind === 'invalid' &&
  error.details.refusedFields?.some(({ property }) => property.startsWith('properties')) === true;

const folded = (email: unknown): string => (typeof email === 'string' ? email.trim().toLowerCase() : '');
