import { createLocalLimiter, sleepUnlessAborted } from '../../../connectors/limits';
import { officerndRateLimits } from '../../../connectors/officernd/connector-config';
import { createOfficerndConnector } from '../../../connectors/officernd/create-connector';
import type { Hint } from '../../../domain/hints/hint';
import { readSecretPolicy } from '../../../config/secret-policy';
import { parseTenantConfig } from '../../../config/tenant-file';
import { resolveTenantSecrets } from '../../../config/secrets';
import type { Feed, FeedTenant, FeedTurn } from '../../../workers/feeds/feed';
import { createOpportunitiesFeed, opportunitiesFeed } from '../../../workers/feeds/opportunities';
import { id, officerndUnderTest } from '../../support/officernd-emulator';
import type { OfficerndUnderTest } from '../../support/officernd-emulator';

/** The poll of OfficeRnD's opportunities, against the emulator over HTTP. */

let emulator: OfficerndUnderTest;
beforeAll(async () => {
  emulator = await officerndUnderTest();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.reset());

const ORIGINAL = '2020-01-01T00:00:00.000Z';
const opportunities = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ _id: id(n + 1), name: `Deal ${n + 1}`, createdAt: ORIGINAL, modifiedAt: ORIGINAL }));
let edits = 0;
const edit = (...numbers: readonly number[]) =>
  emulator.admin(
    'POST',
    '/edits',
    numbers.map((n) => ({ op: 'update', type: 'opportunities', id: id(n), fields: { name: `Deal ${n}, edit ${(edits += 1)}` } })),
  );
const reads = async (): Promise<unknown> => {
  const { body } = await emulator.admin('GET', '/requests');
  return Object.entries(body['byRoute'] ?? {}).find(([route]) => route.endsWith('/opportunities'))?.[1] ?? 0;
};

/** A process that asks the feed: what it tells, and where it is. `place` is what another process has left. */
function asking(place: string | null = null) {
  const config = { ...emulator, limits: {} };
  const connector = createOfficerndConnector({
    config,
    ledger: { count: () => undefined },
    limiter: createLocalLimiter({
      limits: officerndRateLimits({ readsPerMinute: 1_000_000, writesPerMinute: 1_000 }),
      now: Date.now,
      sleep: sleepUnlessAborted,
    }),
    now: Date.now,
  });
  const feed = opportunitiesFeed({ everyMs: 60_000, now: () => new Date(), connect: () => Promise.resolve(connector) });
  const state = { place, told: [] as string[], moves: 0, behind: 0 };
  const turn = (tell: FeedTurn['tell']): FeedTurn => ({
    signal: new AbortController().signal,
    place: state.place,
    lastAt: null,
    tell,
    fellBehind: () => Promise.resolve(void (state.behind += 1)),
    moveTo: (next) => {
      state.place = next;
      state.moves += 1;
      return Promise.resolve();
    },
  });
  const note = (hints: readonly Hint[]): Promise<void> => {
    expect(hints.every(({ side, entity, isGone }) => side === 'officernd' && entity === 'opportunity' && !isGone)).toBe(true);
    state.told.push(...hints.map(({ recordId }) => recordId));
    return Promise.resolve();
  };
  return { feed, state, look: (tell = note) => feed.look(turn(tell)) };
}

test('a quiet poll is one read, tells nothing and stays where it is', async () => {
  await emulator.world({ opportunities: opportunities(3) });
  const { look, state } = asking();
  expect(await look()).toEqual({ kind: 'done' });
  const { place } = state;
  await look();
  await look();
  expect([await reads(), state.told, state.place, state.moves]).toEqual([3, [], place, 1]);
});

test('each change is told once, by the process that asks next, too', async () => {
  await emulator.world({ opportunities: opportunities(3) });
  const first = asking();
  await first.look();
  await edit(1, 2);
  await first.look();
  await first.look();
  expect(first.state.told.toSorted()).toEqual([id(1), id(2)]);
  const second = asking(first.state.place);
  await edit(2);
  await second.look();
  await second.look();
  expect(second.state.told).toEqual([id(2)]);
});

test('T1 what could not be stored is told again, since the place has not moved', async () => {
  await emulator.world({ opportunities: opportunities(1) });
  const { look, state } = asking();
  await look();
  await edit(1);
  await expect(look(() => Promise.reject(new Error('the store is down')))).rejects.toThrow('the store is down');
  await look();
  expect(state.told).toEqual([id(1)]);
});

test('changes on many pages are all told', async () => {
  await emulator.world({ opportunities: opportunities(120) });
  const { look, state } = asking();
  await look();
  await edit(...Array.from({ length: 120 }, (_, n) => n + 1));
  await look();
  expect([new Set(state.told).size, state.told.length, state.behind]).toEqual([120, 120, 0]);
});

test('a place of another form begins anew', async () => {
  await emulator.world({ opportunities: opportunities(1) });
  for (const place of ['', '{"sinceMs":"x"}', 'null']) {
    const { look, state } = asking(place);
    expect(await look()).toEqual({ kind: 'done' });
    expect(JSON.parse(state.place ?? '')).toMatchObject({ told: {} });
  }
});

test('T5 more changes than a poll reads ask for a full run', async () => {
  const page = (n: number) => ({
    records: [{ id: id(n), body: { modifiedAt: new Date().toISOString() } }],
    cursor: `after ${n}`,
  });
  let pages = 0;
  const feed = opportunitiesFeed({
    everyMs: 60_000,
    now: () => new Date(),
    connect: () => Promise.resolve({ listPage: () => Promise.resolve(page((pages += 1))) }),
  });
  const { state } = asking();
  await feed.look({
    signal: new AbortController().signal,
    place: null,
    lastAt: null,
    tell: (hints) => Promise.resolve(void state.told.push(...hints.map(({ recordId }) => recordId))),
    fellBehind: () => Promise.resolve(void (state.behind += 1)),
    moveTo: () => Promise.resolve(),
  });
  expect([pages, state.told.length, state.behind]).toEqual([100, 100, 1]);
});

test.each([
  ['with opportunities and an app', ['opportunity'], true, true],
  ['without opportunities', ['company', 'member'], true, false],
  ['that hears of nothing', ['company', 'opportunity'], false, false],
])('a tenant %s: %p, %p → %p', (_name, entities, hasApp, has) => {
  const config = parseTenantConfig(
    {
      tenant: 'acme',
      officernd: { organization: 'acme', apiUrl: 'http://127.0.0.1/api', tokenUrl: 'http://127.0.0.1/t', clientId: 'i', clientSecret: 's' },
      hubspot: {
        apiUrl: 'http://127.0.0.1/h',
        portalId: '1',
        accessToken: 't',
        ...(hasApp && { app: { clientId: 'c', clientSecret: 's' } }),
      },
      entities,
    },
    'a test',
  );
  const made: Feed | null = createOpportunitiesFeed()(tenantOf(config));
  expect([made === null, made?.source, made?.everyMs]).toEqual(has ? [false, 'poll', 60_000] : [true, undefined, undefined]);
});

/** Only the configuration says whether there is a feed; nothing is connected before it is asked. */
const tenantOf = (config: FeedTenant['config']): FeedTenant => ({
  tenant: config.tenant,
  config,
  secrets: resolveTenantSecrets(config, { env: {}, policy: readSecretPolicy({}, '/run/secrets'), readFile: () => '' }),
  appliedAt: new Date(0),
  get store(): never {
    throw new Error('The poll needs no store of its own.');
  },
  connect: () => Promise.reject(new Error('nothing is connected yet')),
});
