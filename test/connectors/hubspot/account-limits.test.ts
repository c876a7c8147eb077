import { VendorError } from '../../../connectors/errors';
import { scarceRoomOf } from '../../../connectors/hubspot/account-limits';
import { connectHubSpot } from '../../support/hubspot-connection';
import { startScriptedServer } from '../../support/scripted-server';

/** HubSpot counts the calls of all programs that use an account and says in its answers how many are left. */

type Headers = Readonly<Record<string, string>>;

describe('the account’s day', () => {
  test('the last hundredth is left to others, and HubSpot is asked again after a quarter of an hour', async () => {
    const day = { left: 2_501 };
    const server = await startScriptedServer(() => ({
      status: 200,
      body: { results: [] },
      headers: { 'x-hubspot-ratelimit-daily': '250000', 'x-hubspot-ratelimit-daily-remaining': String((day.left -= 1)) },
    }));
    try {
      const { connector, calls, clock } = connectHubSpot(server.apiUrl);
      await connector.dealPipelines();
      clock.ms += 60_000;
      const error: unknown = await connector.dealPipelines().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(VendorError);
      expect(error).toMatchObject({ kind: 'rate-limited', details: { retryAfterMs: 14 * 60_000 } });
      expect(error).toMatchObject({ message: expect.stringContaining("2500 of the account's 250000") });
      // Nothing was sent, and nothing counted.
      expect([day.left, calls.length]).toEqual([2_500, 1]);
      clock.ms += 14 * 60_000;
      day.left = 250_000;
      for (let call = 0; call < 3; call += 1) await connector.dealPipelines();
      expect(calls).toHaveLength(4);
    } finally {
      await server.stop();
    }
  });

  const dayOf = (limit: string, left: string): Headers => ({
    'x-hubspot-ratelimit-daily': limit,
    'x-hubspot-ratelimit-daily-remaining': left,
  });
  test.each<readonly [string, Headers]>([
    ['more than the last hundredth', dayOf('100', '2')],
    ['no rest', { 'x-hubspot-ratelimit-daily': '100' }],
    ['no headers', {}],
    ['a word and a blank', dayOf('none', ' ')],
    ['negative counts', dayOf('-1', '-1')],
    ['a limit of zero, since the call was let through', dayOf('0', '0')],
    ['more digits than a number can hold', dayOf('9'.repeat(400), '5')],
  ])('%s changes nothing', async (_title, headers) => {
    const server = await startScriptedServer(() => ({ status: 200, body: { results: [] }, headers }));
    try {
      const { connector, calls } = connectHubSpot(server.apiUrl);
      for (let call = 0; call < 2; call += 1) await connector.dealPipelines();
      expect(calls).toHaveLength(2);
    } finally {
      await server.stop();
    }
  });
});

describe('the account’s window of ten seconds', () => {
  const windowOf = (remaining: string, max = '190'): Headers => ({
    'x-hubspot-ratelimit-remaining': remaining,
    'x-hubspot-ratelimit-max': max,
  });
  test.each<readonly [string, Headers, ReturnType<typeof scarceRoomOf>]>([
    ['more than half is left: nothing is noted', windowOf('96'), null],
    ['half is left: the limiter is corrected', windowOf('95'), { max: 190, remaining: 95 }],
    ['nothing is left, whoever sent the calls', windowOf('0'), { max: 190, remaining: 0 }],
    ['no headers, as with searches', {}, null],
    ['no maximum', { 'x-hubspot-ratelimit-remaining': '0' }, null],
    ['a word', windowOf('few'), null],
    ['a blank', windowOf(' '), null],
    ['a maximum of zero, since the call was let through', windowOf('0', '0'), null],
    ['a maximum of more digits than a number can hold', windowOf('5', '9'.repeat(400)), null],
  ])('%s', (_title, headers, room) => {
    expect(scarceRoomOf({ header: (name) => headers[name] ?? null })).toEqual(room);
  });
});
