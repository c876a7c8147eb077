import { z } from 'zod';
import type { TenantConfig } from '../../config/tenant-config';
import type { OfficerndConnector, OfficerndRecord } from '../../connectors/officernd/connector';
import type { Hint } from '../../domain/hints/hint';
import { askedSinceMs, firstPlace, placeAfter, untold } from '../../domain/hints/poll-place';
import type { PolledRecord, PollPlace } from '../../domain/hints/poll-place';
import { parsedJson } from '../../domain/json';
import type { Feed, FeedMaker, FeedTurn } from './feed';

/** OfficeRnD tells of no change of an opportunity, so it is asked for them. */
const EVERY_MS = 60_000;
/** Pages of 50. Above that a full run reads them at the same price. */
const MOST_PAGES = 100;

/**
 * Asks OfficeRnD once a minute which opportunities have changed: one read, of which most bring nothing. Only tenants have it that keep
 * opportunities in step and hear of other changes by themselves, too.
 */
export const createOpportunitiesFeed =
  ({ everyMs = EVERY_MS }: { readonly everyMs?: number } = {}): FeedMaker =>
  ({ config, connect }) =>
    config.entities.includes('opportunity') && hearsOfChanges(config)
      ? opportunitiesFeed({ everyMs, now: () => new Date(), connect: async () => (await connect()).officernd })
      : null;

interface OpportunitiesDeps {
  readonly everyMs: number;
  readonly now: () => Date;
  readonly connect: () => Promise<Pick<OfficerndConnector, 'listPage'>>;
}

/** The feed of one tenant. */
export function opportunitiesFeed({ everyMs, now, connect }: OpportunitiesDeps): Feed {
  return {
    source: 'poll',
    everyMs,
    look: async (turn) => {
      const nowMs = now().getTime();
      const place = placeIn(turn.place) ?? firstPlace(nowMs);
      const { records, isWhole } = await recordsSince(await connect(), askedSinceMs(place), turn);
      // T5: what is not read here is found by a full run. The next look goes on from what was seen.
      if (!isWhole) await turn.fellBehind();
      // T1: told before the place moves. A process that dies in between tells these once more, which changes nothing.
      await turn.tell(untold(records, place).map(hintOf));
      const next = JSON.stringify(placeAfter(place, records, nowMs));
      if (next !== turn.place) await turn.moveTo(next);
      return { kind: 'done' };
    },
  };
}

const hearsOfChanges = ({ hubspot, officernd }: TenantConfig): boolean =>
  hubspot.app !== undefined || officernd.webhookSecret !== undefined;

const hintOf = ({ id }: PolledRecord): Hint => ({ side: 'officernd', entity: 'opportunity', recordId: id, isGone: false });

async function recordsSince(
  officernd: Pick<OfficerndConnector, 'listPage'>,
  sinceMs: number,
  { signal }: FeedTurn,
): Promise<{ readonly records: readonly PolledRecord[]; readonly isWhole: boolean }> {
  // A record that moves between pages comes twice; its last state counts.
  const found = new Map<string, PolledRecord>();
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const request: Parameters<OfficerndConnector['listPage']>[1] = {
      modifiedSince: new Date(sinceMs).toISOString(),
      ...(cursor !== null && { cursor }),
    };
    const page = await officernd.listPage('opportunities', request, { signal });
    for (const record of page.records) found.set(record.id, { id: record.id, modifiedAtMs: modifiedAtMsOf(record, sinceMs) });
    cursor = page.cursor;
    if (cursor === null) return { records: [...found.values()], isWhole: true };
  }
  return { records: [...found.values()], isWhole: false };
}

/** A record without a readable time counts as changed at the beginning of what was asked for: it is told, and moves nothing. */
function modifiedAtMsOf({ body }: OfficerndRecord, sinceMs: number): number {
  const given = body['modifiedAt'];
  const ms = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  return Number.isFinite(ms) ? ms : sinceMs;
}

const placeSchema = z.object({ sinceMs: z.number(), told: z.record(z.string(), z.number()) });

/** A place of another form, as another release may have left it, counts as none. */
const placeIn = (text: string | null): PollPlace | null => (text === null ? null : (placeSchema.safeParse(parsedJson(text)).data ?? null));
