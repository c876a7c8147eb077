import { pauseAfter } from '../../connectors/hubspot/shared-window';
import { connectHubSpot } from '../support/hubspot-connection';
import { startScriptedServer } from '../support/scripted-server';

/** Architecture.md §4: the limiter is corrected by the headers in which HubSpot tells what is left of the account's window. */

const headersWith = (remaining: string | null, max: string | null = '190', intervalMs: string | null = '10000') =>
  Object.fromEntries(
    [
      ['x-hubspot-ratelimit-remaining', remaining],
      ['x-hubspot-ratelimit-max', max],
      ['x-hubspot-ratelimit-interval-milliseconds', intervalMs],
    ].flatMap(([name, value]): [string, string][] => (typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [])),
  );

test.each([
  ['room enough', headersWith('100'), 0],
  ['just enough', headersWith('20'), 0],
  ['nearly used up by whomever', headersWith('19'), 1_000],
  ['used up', headersWith('0'), 1_000],
  ['no headers, as with searches', {}, 0],
  ['no maximum', headersWith('0', null), 0],
  ['nonsense', headersWith('few'), 0],
])('%s', (_title, headers: Readonly<Record<string, string>>, pauseMs) => {
  expect(pauseAfter({ header: (name) => headers[name] ?? null })).toBe(pauseMs);
});

test('calls pause when another program has nearly used up the window', async () => {
  let remaining = '5';
  const server = await startScriptedServer(() => ({ status: 200, body: { results: [] }, headers: headersWith(remaining) }));
  try {
    const { connector } = connectHubSpot(server.apiUrl);
    await connector.dealPipelines();
    remaining = '150';
    const startedAt = Date.now();
    await connector.dealPipelines();
    expect(Date.now() - startedAt).toBeGreaterThan(900);
  } finally {
    await server.stop();
  }
});
