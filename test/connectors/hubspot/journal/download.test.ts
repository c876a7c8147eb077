import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { downloadEvents, isFileAddress } from '../../../../connectors/hubspot/journal/download';
import { failureOf } from '../../../support/hubspot-connection';

const API = 'https://api.hubapi.com';
const HERE = 'http://127.0.0.1:1';

test.each([
  ['https://files.example.com/a?X-Signature=1', API, true],
  ['http://files.example.com/a', API, false],
  ['https://user:word@files.example.com/a', API, false],
  ['https://10.0.0.8/latest/meta-data', API, false],
  ['https://[fd00::1]/a', API, false],
  ['https://metadata/a', API, false],
  ['https://127.0.0.1/a', API, false],
  ['http://localhost:8080/a', API, false],
  ['http://127.0.0.1:8080/a', HERE, true],
  ['file:///etc/passwd', HERE, false],
  ['ftp://127.0.0.1/a', HERE, false],
  ['no address', API, false],
  [`https://files.example.com/${'a'.repeat(9_000)}`, API, false],
])('%s where HubSpot is at %s: %s', (url, api, isGood) => expect(isFileAddress(url, api)).toBe(isGood));

describe('the one call to an address that an answer names', () => {
  let server: Server;
  let url = '';
  let answer: RequestListener = () => undefined;
  const seen: { headers: object }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ headers: request.headers });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    url = `http://127.0.0.1:${address.port}/file`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const fetched = (timeoutMs = 5_000) => downloadEvents(url, { apiUrl: HERE, signal: new AbortController().signal, timeoutMs });

  test('sends no header of ours', async () => {
    answer = (_request, response) => void response.end(JSON.stringify({ offset: 'a', journalEvents: [{ a: 1 }], publishedAt: null }));
    expect(await fetched()).toEqual([{ a: 1 }]);
    expect(Object.keys(seen.at(-1)?.headers ?? {}).sort()).toEqual(['connection', 'host']);
  });

  test.each([400, 401, 403, 404, 410])('%i means that the address has expired', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end('expired');
    expect(await fetched()).toBe('expired');
  });

  test('a redirect is not followed', async () => {
    const before = seen.length;
    answer = (_request, response) => void response.writeHead(302, { location: url }).end();
    expect(await failureOf(fetched())).toMatchObject({ kind: 'unexpected', message: expect.stringContaining('a redirect') as string });
    expect(seen.length).toBe(before + 1);
  });

  test('more than 16 MB are not read', async () => {
    let sent = 0;
    answer = (_request, response) => {
      const part = Buffer.alloc(1_048_576, 'a');
      const write = (): void => {
        if (sent >= 64 || response.destroyed) return;
        sent += 1;
        response.write(part, () => setImmediate(write));
      };
      response.writeHead(200);
      write();
    };
    expect((await failureOf(fetched())).message).toMatch(/larger than 16 MB/);
    expect(sent).toBeLessThan(40);
  });

  test.each([
    ['a text', 'hello'],
    ['a cut-off text', '{"journalEvents": [{"a"'],
    ['no list of events', '{"journalEvents": {}}'],
  ])('%s is no file of the journal', async (_title, text) => {
    answer = (_request, response) => void response.end(text);
    expect(await failureOf(fetched())).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('expected form') as string });
  });

  test('a server in trouble, and one that never answers, are tried again later', async () => {
    answer = (_request, response) => void response.writeHead(503).end();
    expect(await failureOf(fetched())).toMatchObject({ kind: 'unavailable' });
    answer = () => undefined;
    expect(await failureOf(fetched(100))).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('0.1 seconds') as string });
  });
});

test('nothing is sent to an address that may not be called', async () => {
  const signal = new AbortController().signal;
  const failure = await failureOf(downloadEvents('http://files.example.com/x', { apiUrl: API, signal }));
  expect(failure).toMatchObject({ kind: 'unexpected', message: expect.stringContaining('nothing was sent') as string });
  expect(failure.message).not.toContain('example.com');
});
