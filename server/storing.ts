import type { HintReceiver } from '../client/hints/receive';
import type { Hint, HintSource } from '../domain/hints/hint';
import { createGathering } from './gathering';
import { createPlaces } from './places';
import { notStored, overloaded } from './refusal';
import { within } from './within';

/** T1: resolves when the hints of all these tenants are stored. Throws a `Refusal` when they are not stored in time. */
export type StoreHints = (source: HintSource, byTenant: ReadonlyMap<string, readonly Hint[]>) => Promise<void>;

export interface StoringDeps {
  readonly receive: HintReceiver['receive'];
  /** Told of an error, which may hold a text of the database. */
  readonly onError: (error: unknown) => void;
  /** @default 3 seconds: HubSpot gives up after five */
  readonly timeoutMs?: number | undefined;
}

/** Requests whose hints are being stored, those included that nobody waits for any more. */
const MOST_AT_ONCE = 64;
const TIMEOUT_MS = 3_000;

/**
 * Storing with bounds. Work that takes too long is refused, so the vendor sends it again. It keeps its place until it is over: a slow
 * database gets no more than it can do.
 */
export function createStoring({ receive, onError, timeoutMs = TIMEOUT_MS }: StoringDeps): StoreHints {
  const places = createPlaces(MOST_AT_ONCE);
  const gather = createGathering(receive);
  return async (source, byTenant) => {
    if (byTenant.size === 0) return;
    const leave = places.take();
    if (leave === null) throw overloaded();
    const work = Promise.all([...byTenant].map(([tenant, hints]) => gather(tenant, source, hints)));
    const isStored = work.then(
      () => true,
      (error: unknown) => {
        onError(error);
        return false;
      },
    );
    void isStored.finally(leave);
    if (!(await within(isStored, timeoutMs))) throw notStored();
  };
}
