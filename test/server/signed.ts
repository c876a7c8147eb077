import { createHmac } from 'node:crypto';

/** Requests as the vendors send them, signed independently of the program's own code. */
export interface SignedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const APP_SECRET = 'app-secret-of-acme';
export const WEBHOOK_SECRET = 'webhook-secret-of-acme';
export const PUBLIC_URL = 'https://sync.example.com';

export const member = (index: number): string => `65f0c0ffee${index.toString(16).padStart(14, '0')}`;

export function hubSpotRequest(
  events: unknown,
  { secret = APP_SECRET, url = PUBLIC_URL, atMs = Date.now(), query = '' } = {},
): SignedRequest {
  const path = `/hooks/hubspot${query}`;
  const body = typeof events === 'string' ? events : JSON.stringify(events);
  const signature = createHmac('sha256', secret).update(`POST${url}${path}${body}${atMs}`).digest('base64');
  return { path, body, headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(atMs) } };
}

export function officerndRequest(event: unknown, { secret = WEBHOOK_SECRET, tenant = 'acme', atMs = Date.now() } = {}): SignedRequest {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const stamp = Math.floor(atMs / 1_000);
  const digest = createHmac('sha256', secret).update(`${body}.${stamp}`).digest('hex');
  return { path: `/hooks/officernd/${tenant}`, body, headers: { 'officernd-signature': `t=${stamp},signature=${digest}` } };
}

export const contactChange = (objectId: number, portalId = 12_345_678) => ({
  eventId: 100,
  subscriptionId: 25,
  portalId,
  appId: 1_160_452,
  occurredAt: 1_764_547_200_000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId,
  changeSource: 'CRM_UI',
  propertyName: 'firstname',
  propertyValue: 'Jane Personal',
});

export const memberEvent = (id: string, eventType = 'member.updated') => ({
  eventType,
  data: { object: { _id: id, name: 'Jane Personal', email: 'jane@example.com' }, previousAttributes: { name: 'Jane' } },
});
