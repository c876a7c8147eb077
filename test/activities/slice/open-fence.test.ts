import { openFence } from '../../../activities/slice/open-fence';
import type { SliceOfRun } from '../../../store/fences';
import type { TenantStore } from '../../../store/store';

/** A2: a slice of an older run does not take the tenant from a later one. Only Temporal can say that it is the present one. */

function world({ isRefused }: { readonly isRefused: boolean }) {
  const taken: [SliceOfRun, unknown][] = [];
  const asked: string[] = [];
  const store = {
    runs: {
      takeFence: async (of: SliceOfRun, options?: { readonly isPresent?: boolean }) => {
        taken.push([of, options?.isPresent ?? false]);
        return isRefused && options?.isPresent !== true ? null : 7_000 + taken.length;
      },
      holdsFence: async () => true,
    },
    observations: { asReadAt: (fence: number) => `observations of ${fence}` },
    snapshots: { asSavedAt: (fence: number) => `snapshots of ${fence}` },
  } as unknown as TenantStore;
  const open = (isPresent: boolean, turn?: number) =>
    openFence(
      { store, run: { id: 'run-1', startedAt: new Date(5_000), ...(turn !== undefined && { turn }) } },
      'update/member',
      async (run) => {
        asked.push(run);
        return isPresent;
      },
    );
  return { taken, asked, open };
}

test('a slice takes its fence by the turn of its run, and asks Temporal nothing', async () => {
  const { taken, asked, open } = world({ isRefused: false });
  const { store } = await open(false, 6_000);
  expect(taken).toEqual([[{ run: 'run-1', turn: 6_000, slice: 'update/member' }, false]]);
  expect(asked).toEqual([]);
  expect(store).toMatchObject({ observations: 'observations of 7001', snapshots: 'snapshots of 7001' });
});

test('a run of an older version is ordered by its start', async () => {
  const { taken, open } = world({ isRefused: false });
  await open(false);
  expect(taken).toMatchObject([[{ turn: 5_000 }, false]]);
});

test('a slice of a run that is over stops where a later run has begun', async () => {
  const { taken, asked, open } = world({ isRefused: true });
  await expect(open(false, 6_000)).rejects.toThrow('A later attempt or run has taken over update/member.');
  expect(asked).toEqual(['run-1']);
  expect(taken).toHaveLength(1);
});

test('the present run takes over, though a clock has given an older one a later turn', async () => {
  const { taken, open } = world({ isRefused: true });
  const { store } = await open(true, 6_000);
  expect(taken.map(([, isPresent]) => isPresent)).toEqual([false, true]);
  expect(store).toMatchObject({ observations: 'observations of 7002' });
});
