import { createsNeedApproval, unlinkNeedsApproval } from '../../domain/brake';
import { pairId } from '../../domain/link';
import type { UnlinkInput } from '../../domain/plan-unlink';
import { decideUnlink } from '../../domain/plan-unlink';
import { reviewOf } from '../../domain/review';
import { aLink, aMapping } from './records';

const link = aLink({ officerndId: 'o1', hubspotId: '1', linkedAt: '2025-02-01T00:00:00Z' });
const older = aLink({ officerndId: 'o2', hubspotId: '2', linkedAt: '2025-01-01T00:00:00Z' });
const younger = aLink({ officerndId: 'o2', hubspotId: '2', linkedAt: '2025-03-01T00:00:00Z' });
const third = aLink({ officerndId: 'o3', hubspotId: '3', linkedAt: '2025-02-15T00:00:00Z' });
const sameMoment = aLink({ officerndId: 'o0', hubspotId: '2', linkedAt: '2025-02-01T00:00:00Z' });

type Case = readonly [title: string, given: Partial<UnlinkInput>, decision: ReturnType<typeof decideUnlink>];

const cases: readonly Case[] = [
  ['U1 a HubSpot record that is gone ends the link', { hubspot: { kind: 'gone' } }, { kind: 'unlink', rule: 'U1' }],
  ['U2 a record that a direct read finds keeps its link', {}, { kind: 'keep' }],
  ['U2 what is merely missing proves nothing about the other links', { survivorLinks: [older] }, { kind: 'keep' }],
  ['U3 a link follows a merge', { hubspot: { kind: 'became', id: '2' } }, { kind: 'relink', rule: 'U3', hubspotId: '2' }],
  [
    'U3 the survivor is linked already, for longer: this link ends',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [older] },
    { kind: 'merge', rule: 'U3', losers: [link], winner: older, survivorId: '2' },
  ],
  [
    'U3 the survivor is linked already, more recently: that link ends',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [younger] },
    { kind: 'merge', rule: 'U3', losers: [younger], winner: link, survivorId: '2' },
  ],
  [
    'U3 of two links of one moment the one whose id sorts first stays',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [sameMoment] },
    { kind: 'merge', rule: 'U3', losers: [link], winner: sameMoment, survivorId: '2' },
  ],
  [
    'U3 three links meet, this one is the oldest: the others end, that of the survivor itself among them',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [younger, third] },
    { kind: 'merge', rule: 'U3', losers: [younger, third], winner: link, survivorId: '2' },
  ],
  [
    'U3 three links meet, one of the others is the oldest: this one ends, the third is ended by the oldest or by itself',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [third, older] },
    { kind: 'merge', rule: 'U3', losers: [link], winner: older, survivorId: '2' },
  ],
  [
    'D1 a link does not follow a merge into a record that a person keeps from its own',
    { hubspot: { kind: 'became', id: '2' }, isParted: ({ officerndId }) => officerndId === 'o1' },
    { kind: 'part', rule: 'D1' },
  ],
  [
    'D1 a link follows where the survivor’s own is one that a person ends',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [older], isParted: ({ officerndId }) => officerndId === 'o2' },
    { kind: 'relink', rule: 'U3', hubspotId: '2' },
  ],
  [
    'D1 a link that a person has made stays, though the other is older',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [older], isDecided: ({ officerndId }) => officerndId === 'o1' },
    { kind: 'merge', rule: 'U3', losers: [older], winner: link, survivorId: '2' },
  ],
  [
    'D1 the older of two stays where a person has made both',
    { hubspot: { kind: 'became', id: '2' }, survivorLinks: [older], isDecided: () => true },
    { kind: 'merge', rule: 'U3', losers: [link], winner: older, survivorId: '2' },
  ],
  ['U5 an OfficeRnD record that is gone ends the link', { officernd: { kind: 'gone' } }, { kind: 'retire', rule: 'U5' }],
  ['U5 both gone: nothing is left to clear', { officernd: { kind: 'gone' }, hubspot: { kind: 'gone' } }, { kind: 'retire', rule: 'U5' }],
  [
    'U5 a link without OfficeRnD record does not follow a merge',
    { officernd: { kind: 'gone' }, hubspot: { kind: 'became', id: '2' } },
    { kind: 'retire', rule: 'U5' },
  ],
];

test.each(cases)('%s', (_title, given, decision) => {
  expect(decideUnlink({ link, hubspot: { kind: 'there' }, officernd: { kind: 'there' }, survivorLinks: [], ...given })).toEqual(decision);
});

const { brakes } = aMapping();

test.each([
  ['U4 ten unlinks need no approval, however few links there are', 10, 12, false],
  ['U4 eleven do', 11, 12, true],
  ['U4 of many links 5 % need none', 50, 1000, false],
  ['U4 more than 5 % do', 51, 1000, true],
])('%s', (_title, unlinks, links, needed) => expect(unlinkNeedsApproval(unlinks, links, brakes)).toBe(needed));

test('U4 both numbers are configurable', () => {
  expect(unlinkNeedsApproval(3, 10, { ...brakes, unlinkCount: 2, unlinkShare: 0.2 })).toBe(true);
  expect(unlinkNeedsApproval(3, 10, { ...brakes, unlinkCount: 2, unlinkShare: 0.3 })).toBe(false);
});

test.each([
  ['L11 as many creations as the limit need no approval', 1000, false],
  ['L11 one more does', 1001, true],
])('%s', (_title, creates, needed) => expect(createsNeedApproval(creates, brakes)).toBe(needed));

test('U6 L13 the same pair always has the same name, so that a restored link finds its base, and other pairs have others', () => {
  expect(pairId('company', 'o1', '1')).toBe(link.id);
  expect(
    new Set([pairId('company', 'o1', '1'), pairId('member', 'o1', '1'), pairId('company', 'o1', '2'), pairId('company', 'o2', '1')]).size,
  ).toBe(4);
});

test('A1 the same case is the same review for any order of its records', () => {
  const fields = { entity: 'company', kind: 'merged', rule: 'U3', hubspotIds: ['2', '1'], officerndIds: ['o2', 'o1'] } as const;
  const review = reviewOf(fields);
  expect(reviewOf({ ...fields, hubspotIds: ['1', '2'], officerndIds: ['o1', 'o2'] })).toEqual(review);
  expect(reviewOf({ ...fields, kind: 'ambiguous' }).id).not.toBe(review.id);
  expect(reviewOf({ ...fields, entity: 'member' }).id).not.toBe(review.id);
});
