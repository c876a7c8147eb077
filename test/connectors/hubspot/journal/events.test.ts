import { entities } from '../../../../domain/entity';
import { newsOf } from '../../../../connectors/hubspot/journal/events';

const PORTAL = '42';
const read = (...events: readonly unknown[]) => newsOf(events, { portalId: PORTAL, entities });
const event = (given: Readonly<Record<string, unknown>>) => ({
  type: 'crmObject',
  portalId: 42,
  occurredAt: '2026-11-01T10:00:00Z',
  objectTypeId: '0-1',
  objectId: 7,
  action: 'UPDATE',
  ...given,
});
const told = (...events: readonly unknown[]) =>
  read(...events).hints.map(({ entity, recordId, isGone }) => `${entity} ${recordId}${isGone ? ' gone' : ''}`);

test.each([
  ['T1 a changed record', { action: 'UPDATE', propertyChanges: { email: 'a@example.com' } }, ['member 7']],
  ['T1 a new one', { action: 'CREATE', objectTypeId: '0-2' }, ['company 7']],
  ['T1 one that was put back', { action: 'RESTORE', objectTypeId: '0-3' }, ['opportunity 7']],
  ['T3 one that was deleted', { action: 'DELETE' }, ['member 7 gone']],
  ['T3 one that was erased', { action: 'GDPR_DELETE' }, ['member 7 gone']],
  ['T3 one that was erased, in an event of another type', { type: 'gdprPrivacyDeletion', action: 'GDPR_DELETE' }, ['member 7 gone']],
  ['an action that is not known yet', { action: 'SPLIT' }, ['member 7']],
  ['an event without an action', { action: undefined }, ['member 7']],
  [
    'U3 a merge, its survivor under a new id',
    { action: 'MERGE', mergedObjectIds: [5, '6'] },
    ['member 7', 'member 5 gone', 'member 6 gone'],
  ],
  ['U3 a merge, its survivor under its old id', { action: 'MERGE', mergedObjectIds: [7, 6] }, ['member 7', 'member 6 gone']],
  [
    'U3 a merge, as push webhooks tell it',
    { action: 'MERGE', objectId: 5, primaryObjectId: 5, newObjectId: 9, mergedObjectIds: [6] },
    ['member 9', 'member 6 gone', 'member 5 gone'],
  ],
  [
    'L9 both ends of a link',
    { type: 'association', action: 'ASSOCIATION_ADDED', associatedObjectTypeId: '0-2', associatedObjectId: '8' },
    ['member 7', 'company 8'],
  ],
  ['L9 a link to an object of no interest', { type: 'association', associatedObjectTypeId: '0-48', associatedObjectId: 8 }, ['member 7']],
])('%s', (_title, given, hints) => expect(told(event(given))).toEqual(hints));

test('T1 ids come as numbers and as texts, and a number that JSON has rounded is none', () => {
  expect(told(event({ portalId: '42', objectId: '12345678901234567890' }))).toEqual(['member 12345678901234567890']);
  expect(read(event({ objectId: 12345678901234567000 }))).toEqual({ hints: [], ignored: 1, isUninstalled: false });
});

test('T1 values never become part of a hint', () => {
  expect(read(event({ propertyChanges: { email: 'ann@example.com' } })).hints).toEqual([
    { side: 'hubspot', entity: 'member', recordId: '7', isGone: false },
  ]);
});

test('T1 events of other portals are passed over, and not counted', () => {
  expect(read(event({ portalId: 43 }), event({ portalId: '4' }))).toEqual({ hints: [], ignored: 0, isUninstalled: false });
});

test('events of an unknown form hide no other, and are counted', () => {
  const odd = [
    null,
    7,
    'text',
    [],
    {},
    event({ type: 'listMembership' }),
    event({ objectTypeId: '0-48' }),
    event({ objectId: { $gt: 1 } }),
  ];
  expect(read(...odd, event({}))).toMatchObject({ hints: [{ recordId: '7' }], ignored: odd.length });
});

test('T1 several events of one record are one hint, which is gone if any of them says so', () => {
  const events = [event({ action: 'CREATE' }), event({ action: 'DELETE' }), event({ action: 'RESTORE' }), event({ objectId: 8 })];
  expect(told(...events)).toEqual(['member 7 gone', 'member 8']);
});

test('records of entities that are not kept in step are not hinted at', () => {
  const news = newsOf([event({}), event({ objectTypeId: '0-2' })], { portalId: PORTAL, entities: ['company'] });
  expect(news).toMatchObject({ hints: [{ entity: 'company' }], ignored: 1 });
});

test('the removal of the app is noticed, and its return', () => {
  const life = (objectTypeId: string) => event({ type: 'app_lifecycle_event', objectTypeId, objectId: undefined });
  expect(read(event({}), life('4-1916193')).isUninstalled).toBe(true);
  expect(read(life('4-1916193'), life('4-1909196')).isUninstalled).toBe(false);
});
