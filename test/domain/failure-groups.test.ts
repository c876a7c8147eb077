import { groupFailures } from '../../domain/failure-groups';
import type { DatedFailure } from '../../domain/failure-groups';

const day = (number: number) => new Date(Date.UTC(2026, 4, number));
const failed = (part: Partial<DatedFailure>): DatedFailure => ({
  entity: 'member',
  subject: '1',
  phase: 'link',
  field: null,
  reason: 'no-name',
  parked: false,
  firstAt: day(1),
  lastAt: day(1),
  ...part,
});

test('failures are grouped by vendor, code and field, the newest group and the newest failure first', () => {
  const field = { phase: 'update', field: 'email', reason: 'INVALID_EMAIL', side: 'hubspot' } as const;
  const groups = groupFailures(
    'acme',
    [
      failed({ subject: '1' }),
      failed({ ...field, subject: 'member/o1/1', lastAt: day(5), parked: true }),
      failed({ subject: '2', firstAt: day(3), lastAt: day(4) }),
      failed({ ...field, subject: 'member/o2/2', lastAt: day(6) }),
      failed({ ...field, field: 'phone', subject: 'member/o2/2' }),
    ],
    null,
  );
  expect(
    groups.map(({ group: { vendor, code, field: of, records, parked }, failures }) => [
      vendor,
      code,
      of,
      records,
      parked,
      failures[0]?.subject,
    ]),
  ).toEqual([
    ['hubspot', 'INVALID_EMAIL', 'email', 2, 1, 'member/o2/2'],
    [null, 'no-name', null, 2, 0, '2'],
    ['hubspot', 'INVALID_EMAIL', 'phone', 1, 0, 'member/o2/2'],
  ]);
  expect(groups[1]?.group).toMatchObject({ since: day(1).toISOString(), newest: day(4).toISOString(), reason: 'no-name' });
  // Why it failed helps more than that it is parked.
  expect(groups[0]?.group).toMatchObject({ reason: 'refused', step: expect.stringContaining('"email"') });
});
