import type { TransportRequest } from './transport';

/**
 * The number of results that a request asks for at most: the limit of a page or a search, or the inputs of a batch. Null where it sets no
 * limit, as for definitions.
 */
export function askedFor({ path, body }: Pick<TransportRequest, 'path' | 'body'>): number | null {
  const limit = new URL(path, 'https://api.hubapi.com').searchParams.get('limit');
  if (limit !== null) return Number(limit);
  const request: unknown = body === undefined || body === '' ? null : JSON.parse(body);
  if (typeof request !== 'object' || request === null) return null;
  if ('inputs' in request && Array.isArray(request.inputs)) return request.inputs.length;
  return 'limit' in request && typeof request.limit === 'number' ? request.limit : null;
}
