import { useTestStore } from './test-store';

const own = useTestStore();

const LONG_MS = 60_000;

/** Ends a lease as if its time had passed. */
const runOut = (name: string) =>
  own.db
    .collection<{ _id: string; until: Date }>('leases')
    .updateOne({ _id: `${own.tenantName}/${name}` }, { $set: { until: new Date(0) } });

test('one owner of several has a lease, until it gives it up', async () => {
  const { leases } = own.tenant;
  const terms = await Promise.all(['a', 'b', 'c'].map((owner) => leases.takeLease('journal', owner, LONG_MS)));
  const held = terms.filter((term) => term !== null);
  expect(held).toHaveLength(1);
  const [holder = '', ...others] = ['a', 'b', 'c'].toSorted((_one, other) => (terms['abc'.indexOf(other)] === null ? -1 : 1));
  expect(await leases.takeLease('journal', holder, LONG_MS)).toBe(held[0]);
  await leases.giveUp('journal', others[0] ?? '');
  expect(await leases.takeLease('journal', others[0] ?? '', LONG_MS)).toBeNull();
  await leases.giveUp('journal', holder);
  expect(await leases.takeLease('journal', others[0] ?? '', LONG_MS)).toBeGreaterThan(held[0] ?? 0);
});

test('a lease that has run out goes to whoever asks, with a later term', async () => {
  const { leases } = own.tenant;
  const first = (await leases.takeLease('journal', 'a', LONG_MS)) ?? 0;
  await runOut('journal');
  const second = (await leases.takeLease('journal', 'b', LONG_MS)) ?? 0;
  expect(second).toBeGreaterThan(first);
  expect(await leases.takeLease('journal', 'a', LONG_MS)).toBeNull();
  await runOut('journal');
  // The same owner, but others may have had it in between.
  expect(await leases.takeLease('journal', 'b', LONG_MS)).toBeGreaterThan(second);
});

test('a lease ends by itself', async () => {
  const { leases } = own.tenant;
  const first = (await leases.takeLease('journal', 'a', 1)) ?? 0;
  let second: number | null = null;
  while (second === null) second = await leases.takeLease('journal', 'b', 1);
  expect(second).toBeGreaterThan(first);
});

test('leases of other names and tenants are others', async () => {
  await own.tenant.leases.takeLease('journal', 'a', LONG_MS);
  expect(await own.tenant.leases.takeLease('poll', 'b', LONG_MS)).not.toBeNull();
  expect(await own.store.forTenant('other').leases.takeLease('journal', 'b', LONG_MS)).not.toBeNull();
});

test('a term is later than that of a lease that was removed', async () => {
  const first = (await own.tenant.leases.takeLease('journal', 'a', LONG_MS)) ?? 0;
  await own.db.collection('leases').deleteMany({});
  expect(await own.tenant.leases.takeLease('journal', 'b', LONG_MS)).toBeGreaterThan(first);
});

describe('the place of a feed', () => {
  test('is remembered, with the end of the last look', async () => {
    const { feeds } = own.tenant;
    expect(await feeds.place('journal', 5)).toEqual({ name: 'journal', place: null, lastAt: null, lastError: null });
    expect(await feeds.setPlace('journal', 'here', 5)).toBe(true);
    await feeds.noteLook('journal', 5, { error: 'It did not answer.' });
    expect(await feeds.place('journal', 6)).toEqual({ name: 'journal', place: 'here', lastAt: null, lastError: 'It did not answer.' });
    const at = new Date('2030-05-01T11:00:00Z');
    await feeds.noteLook('journal', 6, { at });
    expect(await feeds.standings()).toEqual([{ name: 'journal', place: 'here', lastAt: at, lastError: null }]);
  });

  test('can’t be moved by the holder of an earlier term', async () => {
    const { feeds } = own.tenant;
    await feeds.place('journal', 5);
    await feeds.place('journal', 6);
    expect(await feeds.setPlace('journal', 'old', 5)).toBe(false);
    await feeds.noteLook('journal', 5, { error: 'old' });
    expect(await feeds.place('journal', 5)).toBeNull();
    expect(await feeds.standings()).toMatchObject([{ place: null, lastError: null }]);
  });

  test('goes with its tenant', async () => {
    await own.store.tenants.put(own.tenantName, {}, new Date());
    await own.tenant.leases.takeLease('journal', 'a', LONG_MS);
    await own.tenant.feeds.place('journal', 1);
    await own.store.tenants.remove(own.tenantName);
    const left = await Promise.all(['leases', 'feeds'].map((name) => own.db.collection(name).countDocuments({ tenant: own.tenantName })));
    expect([left, await own.tenant.feeds.setPlace('journal', 'here', 2)]).toEqual([[0, 0], false]);
  });
});
