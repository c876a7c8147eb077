import type { Candidate, MatchInput } from '../../domain/match';
import { matchByKey } from '../../domain/match';
import { aCandidate } from './records';

const match = (given: Partial<MatchInput> & Pick<MatchInput, 'hubspot' | 'officernd'>) =>
  matchByKey({
    entity: 'company',
    key: 'name',
    decide: given.hubspot.map(({ id }) => id),
    policy: { ambiguous: 'review', emailsDiffer: 'review' },
    ...given,
  }).map((decision) => {
    switch (decision.kind) {
      case 'link':
        return `${decision.hubspotId} = ${decision.officerndId} by ${decision.rule}`;
      case 'unmatched':
        return `${decision.hubspotId} unmatched by ${decision.rule}`;
      case 'review':
        return `${decision.hubspotId} ${decision.review.kind}: ${decision.review.hubspotIds.join('+')} / ${decision.review.officerndIds.join('+')} (${decision.review.rule})`;
    }
  });

const named = (id: string, name: string, given: Partial<Candidate> = {}) => aCandidate(id, { name, ...given });
const mailed = (id: string, ...emails: readonly string[]) => aCandidate(id, { emails });
const oldest = { ambiguous: 'oldest', emailsDiffer: 'review' } as const;

/** D1: pairs that a person keeps apart. */
const keeping =
  (...pairs: readonly string[]): NonNullable<MatchInput['isApart']> =>
  (officerndId, hubspotId) =>
    pairs.includes(`${officerndId} ${hubspotId}`);
const email = { entity: 'member', key: 'email' } as const;

type Case = readonly [title: string, given: Parameters<typeof match>[0], decisions: readonly string[]];

const cases: readonly Case[] = [
  [
    'D1 a name never matches two that are kept apart',
    { isApart: keeping('o1 1'), hubspot: [named('1', 'a')], officernd: [named('o1', 'a')] },
    ['1 unmatched by L3'],
  ],
  [
    'D1 an e-mail never matches two that are kept apart',
    { ...email, isApart: keeping('o1 1'), hubspot: [mailed('1', 'x')], officernd: [mailed('o1', 'x')] },
    ['1 unmatched by L3'],
  ],
  [
    'D1 the oldest of several is none that is kept apart',
    {
      policy: oldest,
      isApart: keeping('o1 1'),
      hubspot: [named('1', 'a')],
      officernd: [
        named('o1', 'a', { createdAt: '2025-01-01' }),
        named('o2', 'a', { createdAt: '2025-02-01' }),
        named('o3', 'a', { createdAt: '2025-03-01' }),
      ],
    },
    ['1 = o2 by L4'],
  ],
  [
    'D1 two people who are kept apart are no case',
    {
      entity: 'member',
      isApart: keeping('o1 1'),
      hubspot: [named('1', 'a', { emails: ['x'] })],
      officernd: [named('o1', 'a', { emails: ['y'] })],
    },
    ['1 unmatched by L3'],
  ],
  [
    'D1 where a person has ruled out the other, an e-mail is sure',
    { ...email, isApart: keeping('o1 1'), hubspot: [mailed('1', 'x')], officernd: [mailed('o1', 'x'), mailed('o2', 'x')] },
    ['1 = o2 by L3'],
  ],
  [
    'D1 where a person has ruled out a rival, an e-mail is sure',
    { ...email, isApart: keeping('o1 1'), hubspot: [mailed('1', 'x'), mailed('2', 'x')], officernd: [mailed('o1', 'x')] },
    ['1 unmatched by L3', '2 = o1 by L3'],
  ],
  [
    'D1 L3 a name that another bears is no key, though that one is kept apart',
    { isApart: keeping('o1 1'), hubspot: [named('1', 'a'), named('2', 'a')], officernd: [named('o1', 'a')] },
    ['1 unmatched by L3', '2 ambiguous: 1+2 / o1 (L4 name)'],
  ],
  [
    'D1 L3 the same in OfficeRnD',
    { isApart: keeping('o1 1'), hubspot: [named('1', 'a')], officernd: [named('o1', 'a'), named('o2', 'a')] },
    ['1 ambiguous: 1 / o1+o2 (L4 name)'],
  ],
  [
    'D1 what is kept apart from one is a candidate for others',
    { isApart: keeping('o1 1'), hubspot: [named('1', 'b'), named('2', 'a')], officernd: [named('o1', 'a'), named('o2', 'b')] },
    ['1 = o2 by L3', '2 = o1 by L3'],
  ],
  ['L3 a name that one candidate a side has links', { hubspot: [named('1', 'a')], officernd: [named('o1', 'a')] }, ['1 = o1 by L3']],
  ['L3 no common key', { hubspot: [named('1', 'a')], officernd: [named('o1', 'b')] }, ['1 unmatched by L3']],
  ['L3 blank names match nothing', { hubspot: [aCandidate('1')], officernd: [aCandidate('o1')] }, ['1 unmatched by L3']],
  [
    'L3 any of HubSpot’s e-mails',
    { entity: 'member', key: 'email', hubspot: [mailed('1', 'x', 'y')], officernd: [mailed('o1', 'y')] },
    ['1 = o1 by L3'],
  ],
  [
    'L3 two e-mails in common are one match',
    { entity: 'member', key: 'email', hubspot: [mailed('1', 'x', 'y')], officernd: [mailed('o1', 'x', 'y')] },
    ['1 = o1 by L3'],
  ],
  [
    'L3 an opportunity’s name counts only under a common parent',
    {
      entity: 'opportunity',
      hubspot: [named('1', 'a', { parents: ['c1'] }), named('2', 'a', { parents: ['c2'] }), named('3', 'a')],
      officernd: [named('o1', 'a', { parents: ['c1'] }), named('o3', 'a')],
    },
    ['1 = o1 by L3', '2 unmatched by L3', '3 unmatched by L3'],
  ],
  [
    'L4 several in OfficeRnD',
    { hubspot: [named('1', 'a')], officernd: [named('o1', 'a'), named('o2', 'a')] },
    ['1 ambiguous: 1 / o1+o2 (L4 name)'],
  ],
  [
    'L4 several in HubSpot',
    { hubspot: [named('1', 'a'), named('2', 'a')], officernd: [named('o1', 'a')] },
    ['1 ambiguous: 1+2 / o1 (L4 name)', '2 ambiguous: 1+2 / o1 (L4 name)'],
  ],
  [
    'L4 several in HubSpot and none in OfficeRnD are two creations',
    { hubspot: [named('1', 'a'), named('2', 'a')], officernd: [] },
    ['1 unmatched by L3', '2 unmatched by L3'],
  ],
  [
    'L3 a name that a linked record in OfficeRnD has, too',
    {
      hubspot: [named('1', 'a')],
      officernd: [named('o1', 'a')],
      namesakes: { hubspot: [], officernd: [named('o9', 'a'), named('o8', 'b')] },
    },
    ['1 ambiguous: 1 / o1+o9 (L4 name)'],
  ],
  [
    'L3 a name that a linked record in HubSpot has, too',
    {
      hubspot: [named('1', 'a')],
      officernd: [named('o1', 'a')],
      namesakes: { hubspot: [named('9', 'a'), named('8', 'b')], officernd: [] },
    },
    ['1 ambiguous: 1+9 / o1 (L4 name)'],
  ],
  [
    'L3 a name that only linked records have in OfficeRnD matches none',
    { hubspot: [named('1', 'a')], officernd: [], namesakes: { hubspot: [], officernd: [named('o9', 'a')] } },
    ['1 unmatched by L3'],
  ],
  [
    'L3 a linked opportunity with the same name counts only under a common parent',
    {
      entity: 'opportunity',
      hubspot: [named('1', 'a', { parents: ['c1'] }), named('2', 'a', { parents: ['c2'] })],
      officernd: [named('o1', 'a', { parents: ['c1'] }), named('o2', 'a', { parents: ['c2'] })],
      namesakes: { hubspot: [named('9', 'a', { parents: ['c1'] })], officernd: [named('o9', 'a', { parents: ['c3'] })] },
    },
    ['1 ambiguous: 1+9 / o1 (L4 name)', '2 = o2 by L3'],
  ],
  [
    'L3 linked records do not matter under an e-mail',
    {
      entity: 'member',
      key: 'email',
      hubspot: [mailed('1', 'x')],
      officernd: [mailed('o1', 'x')],
      namesakes: { hubspot: [mailed('9', 'x')], officernd: [mailed('o9', 'x')] },
    },
    ['1 = o1 by L3'],
  ],
  [
    'L4 oldest: linked records are no candidates',
    {
      policy: oldest,
      hubspot: [named('1', 'a')],
      officernd: [named('o1', 'a', { createdAt: '2025-02-01' })],
      namesakes: { hubspot: [named('9', 'a')], officernd: [named('o9', 'a', { createdAt: '2025-01-01' })] },
    },
    ['1 = o1 by L4'],
  ],
  [
    'L3 a tenant may have a person decide about names',
    { policy: { ...oldest, name: 'review' }, hubspot: [named('1', 'a')], officernd: [named('o1', 'a')] },
    ['1 same-name: 1 / o1 (L3 name)'],
  ],
  [
    'L3 the oldest of several is a decision by name, too',
    { policy: { ...oldest, name: 'review' }, hubspot: [named('1', 'a')], officernd: [named('o1', 'a'), named('o2', 'a')] },
    ['1 same-name: 1 / o1 (L3 name)'],
  ],
  [
    'L3 where names are off, a member with a namesake is unmatched',
    { entity: 'member', policy: { ...oldest, name: 'off' }, hubspot: [named('1', 'a')], officernd: [named('o1', 'a')] },
    ['1 unmatched by L3'],
  ],
  [
    'L3 where names are off, e-mails still count',
    { entity: 'member', key: 'email', policy: { ...oldest, name: 'off' }, hubspot: [mailed('1', 'x')], officernd: [mailed('o1', 'x')] },
    ['1 = o1 by L3'],
  ],
  [
    'L4 two e-mails that lead to two members',
    { entity: 'member', key: 'email', hubspot: [mailed('1', 'x', 'y')], officernd: [mailed('o1', 'x'), mailed('o2', 'y')] },
    ['1 ambiguous: 1 / o1+o2 (L4 email)'],
  ],
  [
    'L4 only those who are asked about are decided',
    { decide: ['2'], hubspot: [named('1', 'a'), named('2', 'a')], officernd: [named('o1', 'a')] },
    ['2 ambiguous: 1+2 / o1 (L4 name)'],
  ],
  [
    'L4 oldest: the oldest OfficeRnD candidate',
    {
      policy: oldest,
      hubspot: [named('1', 'a')],
      officernd: [named('o1', 'a', { createdAt: '2025-02-01' }), named('o2', 'a', { createdAt: '2025-01-01' })],
    },
    ['1 = o2 by L4'],
  ],
  [
    'L4 oldest: of two of one age the one whose id sorts first',
    { policy: oldest, hubspot: [named('1', 'a')], officernd: [named('o2', 'a'), named('o1', 'a')] },
    ['1 = o1 by L4'],
  ],
  [
    'L4 oldest: several in HubSpot never share',
    { policy: oldest, hubspot: [named('1', 'a'), named('2', 'a')], officernd: [named('o1', 'a'), named('o2', 'a')] },
    ['1 ambiguous: 1+2 / o1+o2 (L4 name)', '2 ambiguous: 1+2 / o1+o2 (L4 name)'],
  ],
  [
    'L5 oldest: a namesake with another e-mail is not the oldest',
    {
      entity: 'member',
      policy: oldest,
      hubspot: [named('1', 'a', { emails: ['x'] })],
      officernd: [named('o1', 'a', { emails: ['y'], createdAt: '2024-01-01' }), named('o2', 'a')],
    },
    ['1 = o2 by L4'],
  ],
];

test.each(cases)('%s', (_title, given, decisions) => expect(match(given)).toEqual(decisions));

const ann = { hubspot: [named('1', 'ann', { emails: ['x'] })], officernd: [named('o1', 'ann', { emails: ['y'] })] };

test.each([
  ['L5 one name and two e-mails is a review', 'member', 'review', ['1 emails-differ: 1 / o1 (L5)']],
  ['L5 or a link', 'member', 'link', ['1 = o1 by L5']],
  ['L5 or two people', 'member', 'create', ['1 unmatched by L5']],
  ['L5 is about members only', 'company', 'review', ['1 = o1 by L3']],
] as const)('%s', (_title, entity, emailsDiffer, decisions) => {
  expect(match({ ...ann, entity, policy: { ambiguous: 'review', emailsDiffer } })).toEqual(decisions);
});

test('L5 A1 two people for the tenant are so whoever else has their name; otherwise the next run would decide differently', () => {
  const namesakes = { hubspot: [named('9', 'ann')], officernd: [named('o9', 'ann')] };
  const decided = (emailsDiffer: 'create' | 'link') =>
    match({ ...ann, entity: 'member', policy: { ambiguous: 'review', emailsDiffer }, namesakes });
  expect(decided('create')).toEqual(['1 unmatched by L5']);
  expect(decided('link')).toEqual(['1 ambiguous: 1+9 / o1+o9 (L4 name)']);
});

test.each([
  ['L5 one of several e-mails in common is enough', ['x', 'z'], ['z', 'y']],
  ['L5 an e-mail that is missing in HubSpot does not differ', [], ['y']],
  ['L5 an e-mail that is missing in OfficeRnD does not differ', ['x'], []],
] as const)('%s', (_title, hubspot, officernd) => {
  expect(
    match({ entity: 'member', hubspot: [named('1', 'ann', { emails: hubspot })], officernd: [named('o1', 'ann', { emails: officernd })] }),
  ).toEqual(['1 = o1 by L3']);
});

test('A1 a case keeps its name when a namesake joins that is no candidate', () => {
  const idOf = (namesakes: MatchInput['namesakes']) => {
    const input = { entity: 'company', key: 'name', decide: ['1'], policy: { ambiguous: 'review', emailsDiffer: 'review' } } as const;
    const [decision] = matchByKey({
      ...input,
      hubspot: [named('1', 'a')],
      officernd: [named('o1', 'a')],
      ...(namesakes !== undefined && { namesakes }),
    });
    return decision?.kind === 'review' ? decision.review.id : null;
  };
  const one = idOf({ hubspot: [named('9', 'a')], officernd: [] });
  expect(one).toBe('ambiguous/company/o1/1');
  expect(idOf({ hubspot: [named('9', 'a')], officernd: [named('o9', 'a')] })).toBe(one);
});
