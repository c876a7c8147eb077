import { VendorError } from '../../../connectors/errors';
import { connectHubSpot } from '../../support/hubspot-connection';
import { startScriptedServer } from '../../support/scripted-server';

/** HubSpot's headers count all calls of the account's day, also those of other programs. */

test('the last hundredth of the account’s day is left to others, and asked for again a quarter of an hour later', async () => {
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
    expect(error).toMatchObject({ message: expect.stringContaining("2500 of the account's 250000 calls a day") });
    // The call was not sent and not counted.
    expect([day.left, calls.length]).toEqual([2_500, 1]);
    clock.ms += 14 * 60_000;
    day.left = 250_000;
    for (let call = 0; call < 3; call += 1) await connector.dealPipelines();
    expect(calls).toHaveLength(4);
  } finally {
    await server.stop();
  }
});

test('answers without headers about the day change nothing', async () => {
  const answers = [
    { 'x-hubspot-ratelimit-daily': '100', 'x-hubspot-ratelimit-daily-remaining': '2' },
    { 'x-hubspot-ratelimit-daily': '100' },
    { 'x-hubspot-ratelimit-daily': 'none', 'x-hubspot-ratelimit-daily-remaining': '' },
    {},
  ];
  const server = await startScriptedServer(() => ({ status: 200, body: { results: [] }, headers: answers.shift() ?? {} }));
  try {
    const { connector, calls } = connectHubSpot(server.apiUrl);
    for (let call = 0; call < 5; call += 1) await connector.dealPipelines();
    expect(calls).toHaveLength(5);
  } finally {
    await server.stop();
  }
});
