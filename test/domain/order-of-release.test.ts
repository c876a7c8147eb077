import { inOrderOfRelease } from '../../domain/order-of-release';
import type { Exchange } from '../../domain/order-of-release';

const takes = (id: string, taken: string, released: string): Exchange => ({ id, takes: [taken], releases: [released] });
const groupsOf = (...exchanges: readonly Exchange[]) => inOrderOfRelease(exchanges).map((group) => group.map(({ id }) => id));

test('M10 along a chain, each value is let go of before it is taken', () => {
  expect(groupsOf(takes('a', '2', '1'), takes('b', '3', '2'), takes('c', 'new', '3'), takes('d', 'own', '9'))).toEqual([
    ['c', 'd'],
    ['b'],
    ['a'],
  ]);
});

test('M10 writes that wait for each other come last and together, with those that wait for them', () => {
  expect(groupsOf(takes('a', '2', '1'), takes('b', '1', '2'), takes('c', '1', '5'), takes('d', '7', '6'))).toEqual([
    ['d'],
    ['a', 'b', 'c'],
  ]);
});

test('M10 a write that keeps its own value does not wait for itself', () => {
  expect(groupsOf(takes('a', '1', '1'))).toEqual([['a']]);
  expect(groupsOf()).toEqual([]);
});
