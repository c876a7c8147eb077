import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from '../../connectors/let-others-run';

/** The turns of the event loop in which the takers ended. */
async function turnsOf(takers: readonly (() => Promise<void>)[]): Promise<readonly number[]> {
  let turn = 0;
  let isOver = false;
  const passedIn: number[] = [];
  const counting = (async () => {
    for (; !isOver; turn += 1) await nextTurn();
  })();
  await Promise.all(takers.map(async (take) => take().then(() => passedIn.push(turn))));
  isOver = true;
  await counting;
  return passedIn;
}

test('when many answers come at the same time, one is unpacked in each turn, so that requests leave in between', async () => {
  const takeTurn = createTurns();
  const turns = await turnsOf(Array.from({ length: 6 }, () => takeTurn));
  for (const [index, turn] of turns.entries()) expect(turn - (turns[0] ?? 0)).toBe(index);
  expect(turns[0]).toBeGreaterThanOrEqual(1);
});

test('a taker that comes after all have passed has a turn, too', async () => {
  const takeTurn = createTurns();
  const order: string[] = [];
  await Promise.all(['a', 'b'].map(async (name) => takeTurn().then(() => order.push(name))));
  await takeTurn();
  order.push('c');
  expect(order).toEqual(['a', 'b', 'c']);
});
