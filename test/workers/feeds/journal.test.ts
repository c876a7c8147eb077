import { pino } from 'pino';
import type { Connectors } from '../../../activities/deps';
import { createSecret } from '../../../config/secret';
import { parseTenantConfig } from '../../../config/tenant-file';
import type { JsonValue } from '../../../domain/json';
import type { TenantStore } from '../../../store/store';
import type { Feed, FeedTurn } from '../../../workers/feeds/feed';
import { createJournalFeed } from '../../../workers/feeds/journal';
import { aMapping } from '../../domain/records';
import { aRun } from '../../store/builders';
import { connectHubSpot } from '../../support/hubspot-connection';
import { calm, emulatorUnderTest, type EmulatorUnderTest } from '../../support/hubspot-emulator';

/** One look at HubSpot's journal after another, without a database: where it goes on, what it tells, and when it looks next. */

const PORTAL = '12345678';
const credentials = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };

let hs: EmulatorUnderTest;
let nowMs = 0;
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());
beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 1);
  await hs.reset({ companies: ['1', '2'].map((id) => ({ id, properties: { name: id } })) });
});

interface Player {
  readonly look: () => ReturnType<Feed['look']>;
  readonly told: string[];
  place: string | null;
  lastAt: Date | null;
  /** Whether MongoDB takes hints. */
  stores: boolean;
}

function play(given: { readonly appliedAt?: Date; readonly place?: string | null; readonly clientId?: string } = {}): Player {
  const { appliedAt = new Date(0), place = null, clientId = credentials.clientId } = given;
  const config = parseTenantConfig(
    {
      tenant: 'acme',
      entities: ['company'],
      officernd: { organization: 'acme', apiUrl: hs.apiUrl, tokenUrl: hs.apiUrl, clientId: 'a', clientSecret: 'b' },
      hubspot: { apiUrl: hs.apiUrl, portalId: PORTAL, accessToken: hs.accessToken, app: credentials },
    },
    'test',
  );
  const mapping = aMapping({ portalId: PORTAL, entities: ['company'] });
  const kept = { runs: { latestSync: async () => aRun({ mapping }) } } as unknown as TenantStore;
  const { connector } = connectHubSpot(hs.apiUrl, { auth: { kind: 'token', accessToken: hs.accessToken } });
  const feed = createJournalFeed({
    store: { forTenant: () => kept },
    log: pino({ level: 'silent' }),
    now: () => nowMs,
    everyMs: 30_000,
  })({
    tenant: 'acme',
    config,
    secrets: {
      officernd: { clientId: createSecret('a'), clientSecret: createSecret('b') },
      hubspot: { kind: 'token', accessToken: createSecret('t') },
      app: { clientId: createSecret(clientId), clientSecret: createSecret(credentials.clientSecret) },
    },
    appliedAt,
    store: kept,
    connect: async () => ({ hubspot: connector }) as unknown as Connectors,
  });
  if (feed === null) throw new Error('There is no feed.');
  const player: Player = {
    told: [],
    place,
    lastAt: null,
    stores: true,
    look: async () => {
      const turn: FeedTurn = {
        signal: new AbortController().signal,
        place: player.place,
        lastAt: player.lastAt,
        tell: async (hints) => {
          if (!player.stores) throw new Error('MongoDB is away.');
          player.told.push(...hints.map(({ recordId }) => recordId));
        },
        fellBehind: async () => void player.told.push('fell behind'),
        moveTo: async (next) => {
          player.place = next;
        },
      };
      const outcome = await feed.look(turn);
      player.lastAt = new Date(nowMs);
      return outcome;
    },
  };
  return player;
}

let names = 0;
const rename = (id: string, times = 1) =>
  hs.edit(
    ...Array.from({ length: times }, (_, index) => ({
      op: 'update',
      type: 'companies',
      id,
      properties: { name: `${id}-${index}-${(names += 1)}` },
    })),
  );
const feed = (body: JsonValue) => hs.admin('POST', '/feed', body);

test('it begins with what is newest, and goes on from there', async () => {
  const player = play();
  await player.look();
  await rename('1');
  await player.look();
  await rename('2');
  const again = play({ place: player.place });
  await again.look();
  expect([player.told, again.told]).toEqual([['1'], ['2']]);
});

test('T1 it does not move past hints that are not stored', async () => {
  const player = play();
  await player.look();
  const { place } = player;
  await rename('1');
  player.stores = false;
  await expect(player.look()).rejects.toThrow('MongoDB is away.');
  expect(player.place).toBe(place);
  player.stores = true;
  await player.look();
  expect(player.told).toEqual(['1']);
});

test('after news it looks again soon, and ever later while nothing comes', async () => {
  const player = play();
  await player.look();
  await rename('1');
  const pauses: number[] = [];
  for (let look = 0; look < 8; look += 1) {
    const outcome = await player.look();
    if (outcome.kind === 'done') pauses.push(outcome.nextInMs ?? 0);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('one look reads twenty files at most, and says that there is more', async () => {
  const player = play();
  await player.look();
  await feed({ journal: { eventsPerFile: 1 } });
  await rename('1', 25);
  expect([await player.look(), player.told.length]).toEqual([{ kind: 'more' }, 20]);
  expect([(await player.look()).kind, player.told.length]).toEqual(['done', 25]);
});

test('a quiet look costs one call, and the token is kept', async () => {
  const player = play();
  await player.look();
  await rename('1');
  await player.look();
  const before = await calls();
  for (let look = 0; look < 3; look += 1) await player.look();
  expect(Object.entries(await calls()).filter(([route, count]) => count !== before[route])).toEqual([
    [
      'GET /webhooks-journal/journal/2026-09/offset/{offset}/next',
      (before['GET /webhooks-journal/journal/2026-09/offset/{offset}/next'] ?? 0) + 3,
    ],
  ]);
});

test.each([400, 404, 410] as const)('T5 %i to an offset means that the feed fell behind', async (tooOld) => {
  const player = play();
  await player.look();
  await rename('1');
  await player.look();
  await feed({ journal: { tooOld } });
  await hs.advance(3 * 86_400_000);
  await hs.settings(calm);
  nowMs += 3_600_000;
  await rename('2');
  await player.look();
  await rename('1');
  await player.look();
  expect(player.told).toEqual(['1', 'fell behind', '1']);
});

test.each([204, 'earliest'] as const)(
  'T5 a HubSpot that answers %s to an old offset is noticed by the time since the last look',
  async (tooOld) => {
    const player = play();
    await player.look();
    await rename('1');
    await player.look();
    await feed({ journal: { tooOld } });
    await hs.advance(3 * 86_400_000);
    nowMs += 3 * 86_400_000;
    await rename('2');
    await player.look();
    expect(player.told).toEqual(['1', 'fell behind']);
  },
);

test('T5 a journal that was empty when the feed fell behind is read from its oldest file', async () => {
  const player = play();
  await player.look();
  nowMs += 3 * 86_400_000;
  await player.look();
  await rename('2');
  await player.look();
  expect(player.told).toEqual(['fell behind', '2']);
});

test('T5 the offset of another app is not used, and a full run reads what that app was told', async () => {
  const player = play({ place: 'another-account:1000001' });
  await player.look();
  expect(player.told).toEqual(['fell behind']);
});

test('an app that was removed is not asked again until the tenant file is applied', async () => {
  const player = play();
  await player.look();
  await feed({ forge: { journal: [{ type: 'app_lifecycle_event', portalId: PORTAL, objectTypeId: '4-1916193' }] } });
  expect(await player.look()).toMatchObject({ kind: 'stopped', message: expect.stringContaining('orsync tenant apply FILE') as string });
  const before = await calls();
  expect([(await player.look()).kind, (await play({ place: player.place }).look()).kind]).toEqual(['stopped', 'stopped']);
  expect(await calls()).toEqual(before);
  const applied = play({ place: player.place, appliedAt: new Date(1) });
  expect([(await applied.look()).kind, applied.told]).toEqual(['done', ['fell behind']]);
});

test('a subscription that HubSpot refuses beside those of records does not stop the feed', async () => {
  const refused = { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR' } };
  await hs.admin('POST', '/faults', [{ match: { method: 'POST', path: 'subscriptions' }, after: 1, times: 2, action: refused }]);
  const player = play();
  await player.look();
  await rename('1');
  await player.look();
  expect(player.told).toEqual(['1']);
});

async function calls(): Promise<Readonly<Record<string, number>>> {
  const { body } = await hs.admin('GET', '/requests');
  return (body as unknown as { byRoute: Record<string, number> }).byRoute;
}
