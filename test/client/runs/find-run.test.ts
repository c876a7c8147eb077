import { findAnyRun } from '../../../client/runs/find-run';
import type { TenantStore } from '../../../store/store';

/** A store in which a run appears with the given look; only the real store's timing can't be chosen. */
function storeWithRunFrom(look: number): TenantStore {
  let looks = 0;
  const runs = {
    get: async (id: string) => {
      looks += 1;
      return looks >= look ? { id } : null;
    },
    idsFrom: async () => [],
  };
  const store: object = { runs, preview: () => ({ runs: { get: async () => null, idsFrom: async () => [] } }) };
  return store as TenantStore;
}

test.each([
  ['is there from the beginning', 1],
  ['is stored while the workflow is asked', 2],
])('a run that %s is found', async (_when, look) => {
  expect((await findAnyRun(storeWithRunFrom(look), 'run-1', async () => null))?.run.id).toBe('run-1');
});

test('a run that nobody knows is not found', async () => {
  expect(await findAnyRun(storeWithRunFrom(Infinity), 'run-1', async () => null)).toBeNull();
});
