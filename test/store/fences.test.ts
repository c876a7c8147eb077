import type { SliceOfRun } from '../../store/fences';
import { useTestStore } from './test-store';

/** One slice of one run holds the right to write (docs/decisions/0004-slices-and-fences.md). */

const own = useTestStore();

const sliceOf = (part: Partial<SliceOfRun> = {}): SliceOfRun => ({ run: 'run-1', turn: 1_000, slice: 'update/member', ...part });

async function take(part: Partial<SliceOfRun> = {}, options?: { readonly isPresent: true }): Promise<number> {
  const fence = await own.tenant.runs.takeFence(sliceOf(part), options);
  if (fence === null) throw new Error('The fence was not given.');
  return fence;
}

const holds = (fence: number, part: Partial<SliceOfRun> = {}) => own.tenant.runs.holdsFence(sliceOf(part), fence);

test('A2 a fence is held until the next attempt at its slice takes one', async () => {
  const older = await take();
  expect(await holds(older)).toBe(true);
  await take({ slice: 'update/company' });
  expect(await holds(older)).toBe(true);
  const newer = await take();
  expect(newer).toBeGreaterThan(older);
  expect([await holds(older), await holds(newer)]).toEqual([false, true]);
  expect(await holds(newer, { run: 'run-2' })).toBe(false);
});

test('A2 the first slice of a later run ends the rights of all slices of the runs before, for good', async () => {
  const slices = ['update/member', 'apply-creates/company', 'finish'];
  const fences = await Promise.all(slices.map((slice) => take({ slice })));
  const ofLater = await take({ run: 'run-2', turn: 1_001, slice: 'observe-hubspot/company' });
  expect(Math.max(...fences)).toBeLessThan(ofLater);
  expect(await Promise.all(slices.map((slice, index) => holds(fences[index] ?? 0, { slice })))).toEqual([false, false, false]);
  expect(await own.tenant.runs.takeFence(sliceOf())).toBeNull();
  expect(await holds(ofLater, { run: 'run-2', slice: 'observe-hubspot/company' })).toBe(true);
});

test('a run of which Temporal says that it is the present one takes the tenant over, whatever the clocks have said', async () => {
  const ofTomorrow = await take({ turn: 90_000_000 });
  const present = { run: 'run-2', turn: 1_000 };
  expect(await own.tenant.runs.takeFence(sliceOf(present))).toBeNull();
  const taken = await take(present, { isPresent: true });
  expect([await holds(ofTomorrow), await holds(taken, present)]).toEqual([false, true]);
  // From then on it is the present run.
  expect(await holds(await take({ ...present, slice: 'match/member' }), { ...present, slice: 'match/member' })).toBe(true);
});

test('fences taken at the same time are all different', async () => {
  const tenants = Array.from({ length: 10 }, (_none, index) => own.store.forTenant(`at-once-${index}`));
  // The first fences of a tenant insert its document, at the same time.
  for (const { runs } of tenants) {
    const taken = await Promise.all(Array.from({ length: 20 }, () => runs.takeFence(sliceOf())));
    const numbers = taken.flatMap((fence) => fence ?? []);
    expect(new Set(numbers).size).toBe(20);
    expect(await runs.holdsFence(sliceOf(), Math.max(...numbers))).toBe(true);
  }
});

test('a number is greater than the moments by which an earlier release ordered readings', async () => {
  const before = Date.now();
  expect(await take()).toBeGreaterThanOrEqual(before - 1_000);
});

test('the fences of one tenant do not concern another, and a removed tenant has none', async () => {
  const fence = await take();
  await own.store.forTenant('another').runs.takeFence(sliceOf({ run: 'run-2', turn: 2_000 }));
  expect(await holds(fence)).toBe(true);
  await own.store.tenants.remove(own.tenantName);
  expect(await holds(fence)).toBe(false);
});
