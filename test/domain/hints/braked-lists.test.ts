import { effectsByList } from '../../../domain/hints/braked-lists';

test('T4 a run’s effects are counted by the lists of the brakes', () => {
  const applied = [
    { phase: 'unlink', entity: 'member', kind: 'unlink', reason: 'U1', count: 3 },
    { phase: 'unlink', entity: 'member', kind: 'unlink', reason: 'U7', count: 2 },
    { phase: 'unlink', entity: 'member', kind: 'unlink', reason: 'U5', count: 1 },
    { phase: 'unlink', entity: 'member', kind: 'unlink', reason: 'D1', count: 9 },
    { phase: 'link', entity: 'member', kind: 'create', reason: 'L6', count: 4 },
    { phase: 'link', entity: 'company', kind: 'create', reason: 'L6', count: 5 },
    { phase: 'update', entity: 'member', kind: 'updateHubspot', reason: 'merge', count: 7 },
  ] as const;
  const facts = {
    'update-brake/member': { links: { 'erase/hubspot/phone': 6, 'first-link': 2 }, newLinks: 8, held: ['first-link'] },
    'update-brake/company': 'of another form',
  };
  expect(effectsByList(applied, ['company', 'member'], facts)).toEqual({
    'member/unlink': 5,
    'member/officernd-gone': 1,
    create: 9,
    'member/erase/hubspot/phone': 6,
    'member/new-links': 8,
  });
});

test('T4 what a run has held is none of its effects', () => {
  const facts = { 'update-brake/member': { links: { 'erase/hubspot/phone': 6 }, newLinks: 0, held: ['erase/hubspot/phone'] } };
  expect(effectsByList([], ['member'], facts)).toEqual({});
});
