import type { HintReceiver } from '../client/hints/receive';
import type { Hint, HintSource } from '../domain/hints/hint';

/**
 * Stores hints of one tenant and source one batch after the other. Those that come meanwhile are the next batch together, so the cost of a
 * request falls when many come. Each call resolves, or rejects, with the batch that its hints are in.
 */
export function createGathering(receive: HintReceiver['receive']): HintReceiver['receive'] {
  const lanes = new Map<string, Lane>();

  async function store(lane: Lane, hints: readonly Hint[]): Promise<void> {
    try {
      await receive(lane.tenant, lane.source, hints);
    } finally {
      const { next } = lane;
      lane.next = null;
      if (next === null) lanes.delete(laneName(lane.tenant, lane.source));
      else next.begin(store(lane, next.hints));
    }
  }

  return (tenant, source, hints) => {
    const lane = lanes.get(laneName(tenant, source));
    if (lane === undefined) {
      const made: Lane = { tenant, source, next: null };
      lanes.set(laneName(tenant, source), made);
      return store(made, hints);
    }
    lane.next ??= nextBatch();
    lane.next.hints.push(...hints);
    return lane.next.stored;
  };
}

interface Lane {
  readonly tenant: string;
  readonly source: HintSource;
  /** The batch that begins when the one under way is over; null where nobody waits for one. */
  next: NextBatch | null;
}

interface NextBatch {
  readonly hints: Hint[];
  readonly stored: Promise<void>;
  readonly begin: (storing: Promise<void>) => void;
}

function nextBatch(): NextBatch {
  let begin: NextBatch['begin'] = () => undefined;
  const stored = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { hints: [], stored, begin: (storing) => begin(storing) };
}

const laneName = (tenant: string, source: HintSource): string => `${tenant}/${source}`;
