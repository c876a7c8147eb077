import { hintsOfHubSpotPush } from '../../../domain/hints/hubspot-push';
import type { HubSpotPushEvent } from '../../../domain/hints/hubspot-push';
import { hintOfOfficerndPush, officerndEventTypes } from '../../../domain/hints/officernd-push';

/** Pushed events and the records that they are about. A short form of a hint: the entity, the id, and `gone`. */

const hinted = (event: HubSpotPushEvent) =>
  hintsOfHubSpotPush(event).map(({ side, entity, recordId, isGone }) => {
    expect(side).toBe('hubspot');
    return `${entity} ${recordId}${isGone ? ' gone' : ''}`;
  });

test.each<[string, HubSpotPushEvent, readonly string[]]>([
  ['a new contact', { subscriptionType: 'contact.creation', objectId: '1' }, ['member 1']],
  ['a changed company', { subscriptionType: 'company.propertyChange', objectId: '2' }, ['company 2']],
  ['a restored deal', { subscriptionType: 'deal.restore', objectId: '3' }, ['opportunity 3']],
  ['a deleted contact', { subscriptionType: 'contact.deletion', objectId: '1' }, ['member 1 gone']],
  ['an erased contact', { subscriptionType: 'contact.privacyDeletion', objectId: '1' }, ['member 1 gone']],
  ['a type by its number', { subscriptionType: 'object.creation', objectTypeId: '0-2', objectId: '2' }, ['company 2']],
  ['a custom type', { subscriptionType: 'object.creation', objectTypeId: '2-123', objectId: '2' }, []],
  ['another type', { subscriptionType: 'ticket.creation', objectId: '2' }, []],
  ['another change', { subscriptionType: 'contact.greeting', objectId: '2' }, []],
  ['a type without a change', { subscriptionType: 'contact', objectId: '2' }, []],
  ['the name of an object’s own function', { subscriptionType: 'constructor.creation', objectId: '2' }, []],
  ['no record', { subscriptionType: 'contact.creation' }, []],
])('T1 %s', (_what, event, hints) => {
  expect(hinted(event)).toEqual(hints);
});

test('T1 a merge tells of the survivor and of those that are gone, under a new id or under the primary’s', () => {
  const merge = { subscriptionType: 'contact.merge', primaryObjectId: '1', mergedObjectIds: ['2', '4'] };
  expect(hinted({ ...merge, newObjectId: '3' })).toEqual(['member 3', 'member 1 gone', 'member 2 gone', 'member 4 gone']);
  expect(hinted(merge)).toEqual(['member 1', 'member 2 gone', 'member 4 gone']);
  expect(hinted({ ...merge, mergedObjectIds: undefined, primaryObjectId: undefined, objectId: '1' })).toEqual(['member 1']);
});

test('T1 a changed association tells of both ends, as far as they are kept in step', () => {
  const change = { subscriptionType: 'contact.associationChange', fromObjectId: '1', toObjectId: '2' };
  expect(hinted({ ...change, associationType: 'CONTACT_TO_COMPANY' })).toEqual(['member 1', 'company 2']);
  expect(hinted({ ...change, associationType: 'DEAL_TO_CONTACT' })).toEqual(['opportunity 1', 'member 2']);
  expect(hinted({ ...change, associationType: 'CONTACT_TO_TICKET' })).toEqual(['member 1']);
  const byNumber = { ...change, subscriptionType: 'object.associationChange', fromObjectTypeId: '0-3', toObjectTypeId: '0-2' };
  expect(hinted(byNumber)).toEqual(['opportunity 1', 'company 2']);
});

test('T1 an OfficeRnD event tells of its record', () => {
  const id = '65f0c0ffee000000000000b1';
  const seen = officerndEventTypes.map((type) => hintOfOfficerndPush(type, id));
  expect(seen.map((hint) => hint?.entity)).toEqual(['company', 'company', 'company', 'member', 'member', 'member']);
  expect(seen.map((hint) => hint?.isGone)).toEqual([false, false, true, false, false, true]);
  expect(seen.every((hint) => hint?.side === 'officernd' && hint.recordId === id)).toBe(true);
  for (const other of ['opportunity.updated', 'member.paymentdetails.created', 'invoice.created', 'member', ''])
    expect(hintOfOfficerndPush(other, id)).toBeNull();
});
