import { placesFor } from '../../connectors/limits';
import type { Limiter } from '../../connectors/limits';
import { createBudgetedLimiter } from '../../workers/limits/budgeted-limiter';

/** Places count in the day's budget, too. */

function world(reserve: Limiter['reserve']) {
  const takes: number[] = [];
  const limiter: Limiter = { acquire: async () => undefined, reserve, penalise: async () => undefined, noteRoom: async () => undefined };
  const budgeted = createBudgetedLimiter({
    limiter,
    tenant: 'acme',
    vendor: 'officernd',
    perDay: 1_000,
    // A lot is five calls.
    take: async (wanted) => {
      takes.push(wanted);
      return { given: wanted, resetsAt: new Date(1_000) };
    },
    now: () => 0,
  });
  return { takes, budgeted };
}

test('M8 places take as many calls of the day as there are, and those that got no place go back', async () => {
  const asked: number[] = [];
  const { takes, budgeted } = world(async (_class, most) => {
    asked.push(most);
    return placesFor(Math.min(most, 2));
  });
  expect(await budgeted.reserve('write', 12)).toHaveLength(2);
  expect(asked).toEqual([5]);
  for (let call = 0; call < 3; call += 1) await budgeted.acquire('write');
  expect(takes).toEqual([5]);
  await budgeted.acquire('write');
  expect(takes).toEqual([5, 5]);
});

test('M8 a wait for places that fails gives all of their calls back', async () => {
  const { takes, budgeted } = world(async () => {
    throw new Error('handed back');
  });
  await expect(budgeted.reserve('write', 12)).rejects.toThrow('handed back');
  for (let call = 0; call < 5; call += 1) await budgeted.acquire('write');
  expect(takes).toEqual([5]);
});
