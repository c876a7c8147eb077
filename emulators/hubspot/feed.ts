import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { checked } from '../shared/checked';
import type { EmulatorClock } from '../shared/clock';
import { createChannel, feedFaults } from '../shared/feed';
import { isJsonObject } from '../shared/json';
import { pushSchema } from '../shared/push';
import type { SeededRandom } from '../shared/random';
import { createSettings } from '../shared/settings';
import { AdminError } from '../shared/vendor';
import type { RecordChange } from './change';
import type { Journal } from './journal';
import { journalSwitches } from './journal-switches';
import { createHubSpotPush } from './push';

/** How HubSpot tells of changes: the body of `POST /feed`, with every default filled in. */
const feedSettingsSchema = z.strictObject({ ...feedFaults, journal: journalSwitches.prefault({}), push: pushSchema.prefault({}) });

export type FeedSettings = z.output<typeof feedSettingsSchema>;

/** Events that never happened, in the form in which the channel tells them. */
const forgedSchema = z.strictObject({ journal: z.array(z.record(z.string(), z.json())).default([]) });

export interface HubSpotFeed {
  readonly settings: () => FeedSettings;
  /** Passes a change on to all channels. */
  readonly tell: (change: RecordChange) => void;
  /** `POST /feed`. The part `forge` is told at once, and not kept. The answer has counts of webhooks as `sent`. Throws an AdminError. */
  readonly change: (body: JsonValue) => JsonValue;
  /** Goes back to the defaults, and forgets webhooks that wait. */
  readonly reset: () => void;
  readonly stop: () => void;
}

export interface HubSpotFeedDeps {
  readonly clock: EmulatorClock;
  readonly random: (label: string) => SeededRandom;
  readonly journal: () => Journal;
  readonly portalId: () => string;
  readonly clientSecret: () => string;
}

/** The feeds of one account: every change of a record goes to each channel, with the channel's own bad luck. */
export function createHubSpotFeed({ clock, random, journal, portalId, clientSecret }: HubSpotFeedDeps): HubSpotFeed {
  let store = createSettings(feedSettingsSchema);
  const settings = (): FeedSettings => store.current();
  const push = createHubSpotPush({
    clock,
    random: random('push'),
    faults: settings,
    settings: () => settings().push,
    portalId,
    clientSecret,
  });
  const channels = [
    createChannel<RecordChange>({ clock, random: random('journal channel'), faults: settings, hear: (change) => journal().add(change) }),
    push,
  ];
  return {
    settings,
    tell: (change) => {
      for (const channel of channels) channel.tell(change);
    },
    change: (body) => {
      if (!isJsonObject(body)) throw new AdminError('The body is a JSON object');
      const { forge = {}, ...patch } = body;
      const forged = checked(forgedSchema, forge);
      const shown = store.merge(patch);
      for (const event of forged.journal) journal().forge(event);
      return isJsonObject(shown) ? { ...shown, sent: push.figures() } : shown;
    },
    reset: () => {
      store = createSettings(feedSettingsSchema);
      push.reset();
    },
    stop: push.stop,
  };
}
