import { chunksOf } from '../../domain/chunks';
import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { VendorError } from '../errors';
import { inParallel } from '../in-parallel';
import type { Call } from './client';
import type { CallOptions } from '../call-options';
import type { HubSpotConnector } from './connector';
import { PAGE_SIZE } from './records';
import { associationsSchema } from './schemas';

/** HubSpot's number of the label "primary company of". The label's text varies, the number does not. */
const PRIMARY_TYPE_ID: Readonly<Record<HubSpotObject, number | undefined>> = { companies: undefined, contacts: 1, deals: 5 };

const NONE = 'crm.associations.NO_ASSOCIATIONS_FOUND';

/** Reads the associations of any number of records. */
export const createAssociations =
  (call: Call): HubSpotConnector['associations'] =>
  async (object, to, ids, options) => {
    const chunks = chunksOf([...new Set(ids)], PAGE_SIZE);
    const read = await inParallel(chunks, (chunk) => readAllAssociations(call, object, to, chunk, options));
    return new Map(read.flatMap((found) => [...found]));
  };

/**
 * Reads all associations of these records (at most 100), the primary company first. HubSpot answers with an error entry for a record
 * without associations; here its list is empty. The call fails if the answer leaves a record out, or names one
 * that was not asked for. An incomplete list would look like a removed association.
 */
export async function readAllAssociations(
  call: Call,
  object: HubSpotObject,
  to: 'companies' | 'contacts',
  ids: readonly HubSpotId[],
  options: CallOptions | undefined,
): Promise<ReadonlyMap<HubSpotId, readonly HubSpotId[]>> {
  const primary = new Map<HubSpotId, HubSpotId>();
  const found = new Map<HubSpotId, Set<HubSpotId>>(ids.map((id) => [id, new Set()]));
  let inputs: { id: string; after?: string }[] = ids.map((id) => ({ id }));
  const places = new Set<string>();
  while (inputs.length > 0) {
    const request = { inputs };
    const { results, errors = [] } = await call(
      associationsSchema,
      ({ associations }) => associations.getPage(object, to, request),
      options,
    );
    const without = errors.filter(({ subCategory }) => subCategory === NONE).flatMap(({ context }) => context?.['fromObjectId'] ?? []);
    const answered = new Set([...without, ...results.map(({ _from }) => _from.id)]);
    const asked = new Set(inputs.map(({ id }) => id));
    if ([...asked].some((id) => !answered.has(id)) || results.some(({ _from }) => !asked.has(_from.id))) throw leftOut(object, to);
    for (const { _from, to: targets } of results) {
      for (const { toObjectId, associationTypes } of targets) {
        found.get(_from.id)?.add(toObjectId);
        if (isPrimary(object, to, associationTypes)) primary.set(_from.id, toObjectId);
      }
    }
    inputs = results.flatMap(({ _from, paging }) => (paging?.next === undefined ? [] : [{ id: _from.id, after: paging.next.after }]));
    for (const { id, after = '' } of inputs) {
      const place = `${id} ${after}`;
      // A repeated place would make the loop endless (V5).
      if (places.has(place)) throw leftOut(object, to);
      places.add(place);
    }
  }
  return new Map([...found].map(([id, associated]) => [id, primaryFirst(primary.get(id), associated)]));
}

const isPrimary = (
  object: HubSpotObject,
  to: 'companies' | 'contacts',
  types: readonly { readonly category: string; readonly typeId: number }[],
): boolean =>
  to === 'companies' && types.some(({ category, typeId }) => category === 'HUBSPOT_DEFINED' && typeId === PRIMARY_TYPE_ID[object]);

const primaryFirst = (primary: HubSpotId | undefined, ids: ReadonlySet<HubSpotId>): readonly HubSpotId[] =>
  primary === undefined ? [...ids] : [primary, ...[...ids].filter((id) => id !== primary)];

const leftOut = (object: HubSpotObject, to: string): VendorError =>
  new VendorError('unavailable', `HubSpot's answer about the ${to} of ${object} is incomplete, or about others. Try again later.`, {
    vendor: 'hubspot',
    route: `POST /crm/associations/{version}/${object}/${to}/batch/read`,
  });
