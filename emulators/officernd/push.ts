import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { EmulatorClock } from '../shared/clock';
import { feedFaults } from '../shared/feed';
import { isJsonObject, jsonEquals, type JsonObject } from '../shared/json';
import { createPush, pushSchema } from '../shared/push';
import type { SeededRandom } from '../shared/random';
import { createSettings } from '../shared/settings';
import type { RowChange } from './collection';
import type { ChangeListener } from './database';
import type { Webhooks } from './webhooks';

/** The organisation's webhooks at work. */
export interface OfficerndPush {
  readonly onChange: ChangeListener;
  /** See `Vendor`. The answer has the figures of what was sent, too. */
  readonly changeFeed: (body: JsonValue) => JsonValue;
  /** Goes back to the defaults and forgets what waits. Registered webhooks stay. */
  readonly reset: () => void;
  readonly stop: () => void;
}

interface OfficerndPushDeps {
  readonly clock: EmulatorClock;
  readonly random: SeededRandom;
  readonly webhooks: Webhooks;
}

/** How OfficeRnD tells of changes: the body of `POST /feed`, with every default filled in. */
const feedSettingsSchema = z.strictObject({ ...feedFaults, push: pushSchema.prefault({}) });

/** The secret for an address that is not registered, unless `POST /feed` names another. */
const OWN_SECRET = 'emulated-webhook-secret';

/** Sends changes of companies and members to the registered webhooks, and to the address of `POST /feed`. */
export function createOfficerndPush({ clock, random, webhooks }: OfficerndPushDeps): OfficerndPush {
  let store = createSettings(feedSettingsSchema);
  const push = createPush<JsonObject>({
    clock,
    random,
    faults: () => store.current(),
    settings: () => store.current().push,
    ownSecret: () => OWN_SECRET,
    mostEvents: 1,
    request: ([event = {}], { secret }, _attempt, nowMs) => {
      const body = JSON.stringify(event);
      const stamp = Math.floor(nowMs / 1_000);
      const digest = createHmac('sha256', secret).update(`${body}.${stamp}`).digest('hex');
      return { body, signature: { 'officernd-signature': `t=${stamp},signature=${digest}` } };
    },
  });
  return {
    onChange: (resource, change) => {
      const kind = { companies: 'company', members: 'member' }[String(resource)];
      if (kind === undefined) return;
      const eventType = `${kind}.${change.kind}`;
      push.tell({ eventType, data: { object: change.row.fields, previousAttributes: previousOf(change) } }, webhooks.targetsOf(eventType));
    },
    changeFeed: (body) => {
      const shown = store.merge(body);
      return isJsonObject(shown) ? { ...shown, sent: push.figures() } : shown;
    },
    reset: () => {
      store = createSettings(feedSettingsSchema);
      push.reset();
    },
    stop: push.stop,
  };
}

/** The values that an update has replaced. */
function previousOf(change: RowChange): JsonObject {
  if (change.kind !== 'updated') return {};
  const { row, before } = change;
  return Object.fromEntries(Object.entries(before.fields).filter(([field, value]) => !jsonEquals(value, row.fields[field])));
}
