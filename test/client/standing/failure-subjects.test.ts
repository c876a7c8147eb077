import { subjectsMeant } from '../../../client/standing/failure-subjects';
import { recordIdIn } from '../../../domain/ids';
import { pairId } from '../../../domain/link';
import type { Link } from '../../../domain/link';

const link: Link = {
  id: pairId('company', 'o1', '7'),
  entity: 'company',
  officerndId: 'o1',
  hubspotId: '7',
  state: 'active',
  reason: null,
  origin: 'name',
  linkedAt: '2025-01-01T00:00:00.000Z',
  pairedAt: '2025-01-01T00:00:00.000Z',
};
const creation = { subject: '9' };
const update = { subject: link.id };
const unlink = { subject: 'o1' };
const failures = [creation, update, unlink, { subject: 'o10' }, { subject: '70' }];

test.each([
  ['HubSpot’s id of a creation', ['9'], [], ['9']],
  ['HubSpot’s id of a linked record', ['7'], [link], [link.id, 'o1']],
  ['OfficeRnD’s id', ['o1'], [], [link.id, 'o1']],
  ['a link’s id', [link.id], [], [link.id]],
  ['the value of the link property', ['12345678-9'], [], ['9']],
  ['several ids', ['9', 'o10'], [], ['9', 'o10']],
  ['an id that nothing has', ['8'], [], []],
])('retry finds failures by %s', (_title, ids, links, expected) => {
  expect(subjectsMeant(failures, ids, links)).toEqual(expected);
});

test('an id that only looks like a link property stays as it is', () => {
  expect([recordIdIn('12-34'), recordIdIn('o-1'), recordIdIn('34')]).toEqual(['34', 'o-1', '34']);
});
