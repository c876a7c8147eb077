import { isJsonArray, type JsonObject } from '../shared/json';
import type { PushTarget } from '../shared/push';
import type { SeededRandom } from '../shared/random';
import { badRequest, isObjectId, castError, unknownId } from './errors';
import { checkBody } from './fields';

/** The organisation's webhooks. They stay when the world is replaced. */
export interface Webhooks {
  /** Without secrets, as in all answers but that of `create`. */
  readonly list: () => readonly JsonObject[];
  readonly get: (id: string) => JsonObject;
  /** Returns the webhook with its secret, which is told only here. */
  readonly create: (body: JsonObject) => JsonObject;
  readonly update: (id: string, body: JsonObject) => JsonObject;
  readonly remove: (id: string) => JsonObject;
  /** The targets of an event of this type. */
  readonly targetsOf: (eventType: string) => readonly PushTarget[];
}

interface Webhook {
  readonly fields: JsonObject;
  readonly secret: string;
}

const fieldTable = { url: 'string', description: 'string', eventTypes: 'strings', isEnabled: 'boolean' } as const;

/** The kinds of records that have events, each with its events. There are none for opportunities and locations. */
const eventTypes: ReadonlySet<string> = new Set([
  ...['company', 'member', 'invoice', 'fee', 'membership', 'booking', 'contract', 'ticket'].flatMap((kind) =>
    ['created', 'updated', 'removed'].map((change) => `${kind}.${change}`),
  ),
  ...['company', 'member'].flatMap((kind) => ['created', 'removed'].map((change) => `${kind}.paymentdetails.${change}`)),
]);

export function createWebhooks(random: SeededRandom): Webhooks {
  const byId = new Map<string, Webhook>();
  const existing = (id: string): Webhook => {
    if (!isObjectId(id)) throw castError(id, '_id');
    const found = byId.get(id.toLowerCase());
    if (found === undefined) throw unknownId(id);
    return found;
  };
  return {
    list: () => [...byId.values()].map(({ fields }) => fields),
    get: (id) => existing(id).fields,
    create: (body) => {
      const values = checkedFields(body, ['url', 'eventTypes']);
      const id = `67${random.hex(22)}`;
      const secret = random.hex(48);
      const fields = { _id: id, description: '', isEnabled: true, ...values };
      byId.set(id, { fields, secret });
      return { ...fields, secret };
    },
    update: (id, body) => {
      const before = existing(id);
      const fields = { ...before.fields, ...checkedFields(body, []) };
      byId.set(id.toLowerCase(), { ...before, fields });
      return fields;
    },
    remove: (id) => {
      const { fields } = existing(id);
      byId.delete(id.toLowerCase());
      return fields;
    },
    targetsOf: (eventType) =>
      [...byId.values()].flatMap(({ fields, secret }) => {
        const wants = isJsonArray(fields.eventTypes) && fields.eventTypes.includes(eventType);
        return wants && fields.isEnabled === true && typeof fields.url === 'string' ? [{ url: fields.url, secret }] : [];
      }),
  };
}

function checkedFields(body: JsonObject, required: readonly string[]): JsonObject {
  const { problems, values } = checkBody(body, fieldTable);
  const missing = required.filter((field) => body[field] === undefined).map((field) => `${field} should not be empty`);
  const wrongUrl = typeof values.url === 'string' && !/^https?:\/\//.test(values.url) ? ['url must be a URL address'] : [];
  const named = isJsonArray(values.eventTypes) ? values.eventTypes : [];
  const unknown = named.every((type) => typeof type === 'string' && eventTypes.has(type))
    ? []
    : ['each value in eventTypes must be one of the known event types'];
  const all = [...missing, ...problems, ...wrongUrl, ...unknown];
  if (all.length > 0) throw badRequest(all);
  return values;
}
