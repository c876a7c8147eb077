import { waysOf } from '../../../client/decisions/ways';
import { reviewOf } from '../../../domain/review';

const caseOf = (officerndIds: readonly string[], hubspotIds: readonly string[]) =>
  reviewOf({ entity: 'member', kind: 'ambiguous', rule: 'L4 email', officerndIds: [...officerndIds], hubspotIds: [...hubspotIds] });
const partners = (...pairs: readonly (readonly [officerndId: string, hubspotId: string])[]) => ({
  officernd: new Map(pairs),
  hubspot: new Map(pairs.map(([officerndId, hubspotId]) => [hubspotId, officerndId])),
});
const free = partners();
const [a, b] = ['65f0e0000000000000000001', '65f0e0000000000000000002'];

test.each([
  ['one of each side: the link is named', [a], ['1'], free, [`link ${a} 1`, 'keep-apart', 'create', 'ignore']],
  ['several: a person chooses', [a, b], ['1'], free, ['link', 'keep-apart', 'create', 'ignore']],
  ['OfficeRnD’s alone', [a, b], [], free, ['ignore']],
  [
    'one that is linked: its link may end, and it is not created',
    [a, b],
    ['1'],
    partners([a, '1']),
    ['link', 'keep-apart', 'ignore', `unlink ${a}`],
  ],
  ['a HubSpot record that is linked with another', [a], ['1'], partners([b, '1']), [`link ${a} 1`, 'keep-apart', 'ignore', 'unlink 1']],
  ['two that are linked with each other', [a], ['1'], partners([a, '1']), [`unlink ${a}`]],
] as const)('D1 the decisions that a case can take: %s', (_title, officerndIds, hubspotIds, linked, expected) =>
  expect(waysOf(caseOf(officerndIds, hubspotIds), linked).map(({ say, records }) => [say, ...records].join(' '))).toEqual(expected),
);
