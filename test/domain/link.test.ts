import { isSuperseded, pairId, pairOf } from '../../domain/link';
import { aLink } from './records';

const link = aLink({ officerndId: 'o1', hubspotId: '1', linkedAt: '2025-01-01T00:00:00Z', pairedAt: '2025-03-01T00:00:00Z' });

test.each([
  ['its HubSpot record was linked since', { officerndId: 'o2', hubspotId: '1', pairedAt: '2025-04-01T00:00:00Z' }, true],
  ['its OfficeRnD record was linked since', { officerndId: 'o1', hubspotId: '2', pairedAt: '2025-04-01T00:00:00Z' }, true],
  ['another pair was linked since', { officerndId: 'o2', hubspotId: '2', pairedAt: '2025-04-01T00:00:00Z' }, false],
  ['it followed a merge that a younger link had lost', { officerndId: 'o2', hubspotId: '1', pairedAt: '2025-02-01T00:00:00Z' }, false],
])('U6 %s', (_what, other, superseded) => {
  expect(isSuperseded(link, [link, aLink({ ...other, linkedAt: other.pairedAt })])).toBe(superseded);
});

test.each([
  ['65f0e0000000000000000001', '12345'],
  ['o/1', '7'],
])('the name of a pair tells its records: %s and %s', (officerndId, hubspotId) => {
  expect(pairOf(pairId('member', officerndId, hubspotId))).toEqual({ officerndId, hubspotId });
});
