import { subscriptionChanges, wantedSubscriptions } from '../../../../connectors/hubspot/journal/subscriptions';
import type { Subscription, SubscriptionRequest } from '../../../../connectors/hubspot/journal/subscriptions';
import type { TenantMapping } from '../../../../domain/tenant-mapping';
import { aMapping, aTextField, PORTAL } from '../../../domain/records';

const all = () => true;
const wanted = (given: Partial<TenantMapping> = {}, isKnown: (entity: string, property: string) => boolean = all) =>
  wantedSubscriptions(PORTAL, [aMapping(given)], isKnown);
const ofObject = (requests: readonly SubscriptionRequest[], objectTypeId: string) =>
  requests.find((one) => one.subscriptionType === 'OBJECT' && one.objectTypeId === objectTypeId);
const made = (requests: readonly SubscriptionRequest[]): readonly Subscription[] =>
  requests.map((request, index) => ({ ...request, id: String(index + 1) }));

test('each entity has a subscription of its object, with the properties that runs read, one by one', () => {
  const requests = wanted({ fields: [aTextField('vat', { entity: 'company', hubspot: ['vat_number'] })] });
  expect(ofObject(requests, '0-2')).toEqual({
    subscriptionType: 'OBJECT',
    portalId: PORTAL,
    objectTypeId: '0-2',
    actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'],
    properties: ['name', 'vat_number'],
    associatedObjectTypeIds: [],
  });
  expect(ofObject(requests, '0-1')?.properties).toEqual(expect.arrayContaining(['email', 'firstname', 'hs_additional_emails', 'lastname']));
  expect(ofObject(requests, '0-3')?.properties).toEqual(expect.arrayContaining(['dealname', 'dealstage', 'pipeline']));
});

test('L8, L10 the properties that creations ask for are told, too, where the object has them', () => {
  const { creation } = aMapping();
  const filter = [{ entities: ['company'] as const, property: 'lifecyclestage', in: ['customer'] }];
  const given = { creation: { ...creation, filter, locations: { ...creation.locations, property: 'office' } } };
  const requests = wanted(given, (entity, name) => name !== 'office' || entity === 'company');
  expect(ofObject(requests, '0-2')?.properties).toEqual(expect.arrayContaining(['lifecyclestage', 'office']));
  expect(ofObject(requests, '0-3')?.properties).not.toContain('office');
});

test('links to parents are told, erasures of people, and the removal of the app', () => {
  const others = wanted().filter(({ subscriptionType }) => subscriptionType !== 'OBJECT');
  expect(others.map((one) => [one.subscriptionType, one.objectTypeId, one.associatedObjectTypeIds])).toEqual([
    ['ASSOCIATION', '0-1', ['0-2']],
    ['ASSOCIATION', '0-3', ['0-2', '0-1']],
    ['GDPR_PRIVACY_DELETION', '0-1', []],
    ['APP_LIFECYCLE_EVENT', '4-1916193', []],
  ]);
});

test('entities that are not kept in step need no subscription', () => {
  const requests = wanted({ entities: ['company'] });
  expect(requests.map(({ subscriptionType, objectTypeId }) => `${subscriptionType} ${objectTypeId}`)).toEqual([
    'OBJECT 0-2',
    'APP_LIFECYCLE_EVENT 4-1916193',
  ]);
});

test('tenants that share a portal share its subscriptions', () => {
  const mine = aMapping({ entities: ['company'], fields: [aTextField('a', { hubspot: ['a'] })] });
  const theirs = aMapping({ entities: ['company', 'member'], fields: [aTextField('b', { hubspot: ['b'] })] });
  expect(ofObject(wantedSubscriptions(PORTAL, [mine, theirs], all), '0-2')?.properties).toEqual(['a', 'b', 'name']);
});

test('what is there as it should be stays, in any order of its parts', () => {
  const requests = wanted();
  const present = made(requests).map((one) => ({ ...one, properties: one.properties.toReversed(), actions: one.actions.toReversed() }));
  expect(subscriptionChanges(PORTAL, present, requests)).toEqual({ remove: [], create: [] });
});

test('what differs is removed and made anew, what is double or no longer needed is removed', () => {
  const requests = wanted({ entities: ['company'] });
  const [company] = made(requests);
  if (company === undefined) throw new Error('There is no subscription of companies.');
  const present: readonly Subscription[] = [
    { ...company, id: 'old', properties: ['name'] },
    ...made(requests).slice(1),
    { ...company, id: 'contacts', objectTypeId: '0-1' },
  ];
  const { remove, create } = subscriptionChanges(PORTAL, present, requests);
  expect(remove).toEqual(['old', 'contacts']);
  expect(create).toEqual([requests[0]]);
  const twice = [...made(requests), { ...company, id: 'double' }];
  expect(subscriptionChanges(PORTAL, twice, requests)).toEqual({ remove: ['double'], create: [] });
});

test('subscriptions of other portals and of other objects are not ours', () => {
  const requests = wanted();
  const [first] = made(requests);
  if (first === undefined) throw new Error('There is no subscription.');
  const foreign: readonly Subscription[] = [
    { ...first, id: 'portal', portalId: '43' },
    { ...first, id: 'ticket', objectTypeId: '0-5' },
    { ...first, id: 'list', subscriptionType: 'LIST_MEMBERSHIP', objectTypeId: null },
  ];
  expect(subscriptionChanges(PORTAL, [...made(requests), ...foreign], requests)).toEqual({ remove: [], create: [] });
});
