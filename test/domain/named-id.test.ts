import { idsNamed, readNamedId, sideOf } from '../../domain/named-id';

const O = '650000000000000000000001';

test.each([
  ['an id of HubSpot', '101', { officerndIds: [], hubspotIds: ['101'] }],
  ['an id of OfficeRnD', '65f0c0000000000000000001', { officerndIds: ['65f0c0000000000000000001'], hubspotIds: [] }],
  ['an id of OfficeRnD that has digits alone', O, { officerndIds: [O], hubspotIds: [] }],
  ['a value of the link property', '12345678-101', { officerndIds: [], hubspotIds: ['101'] }],
  ['a link’s own name', `member/${O}/101`, { officerndIds: [O], hubspotIds: ['101'] }],
  ['an entity and an id', 'member/101', { officerndIds: [], hubspotIds: ['101'] }],
])('a record is named by %s', (_title, text, ids) => expect(idsNamed(readNamedId(text))).toEqual(ids));

test('a link’s name tells its entity', () => expect(readNamedId(`member/${O}/101`)).toMatchObject({ kind: 'pair', entity: 'member' }));

test('ids are told apart by their form', () => {
  expect([sideOf('101'), sideOf('65f0c0000000000000000001'), sideOf(O)]).toEqual(['hubspot', 'officernd', 'officernd']);
});
