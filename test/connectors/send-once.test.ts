import { createServer } from 'node:http';
import { NoAnswer, sendOnce } from '../../connectors/send-once';

/** A4: the size of an answer has a bound, so that no vendor fills the memory of all tenants. */

const PIECE = Buffer.alloc(1_048_576, 'x');

/** Answers with this status and as many megabytes as the caller takes; `sent` counts them. */
async function withEndlessAnswers(
  status: number,
  megabytes: number,
  task: (url: string, sent: () => number) => Promise<void>,
): Promise<void> {
  let sent = 0;
  const server = createServer((_request, response) => {
    response.writeHead(status);
    const more = (): void => {
      if (response.destroyed) return;
      if (sent >= megabytes) return void response.end();
      sent += 1;
      response.write(PIECE, more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    await task(`http://127.0.0.1:${port}/`, () => sent);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const send = (url: string) =>
  sendOnce({ method: 'GET', url, headers: {}, urlSetting: 'hubspot.apiUrl' }, { timeoutMs: 60_000, signal: undefined });

test('A4 a good answer of more than 64 MB is refused, and its rest not fetched', async () => {
  await withEndlessAnswers(200, 1_000, async (url, sent) => {
    await expect(send(url)).rejects.toThrow(new NoAnswer('it is larger than 64 MB.', true));
    expect(sent()).toBeLessThan(100);
  });
});

test('a good answer of 60 MB is read whole', async () => {
  await withEndlessAnswers(200, 60, async (url) => expect((await send(url)).text).toHaveLength(60 * PIECE.length));
});

test('A4, V4 the text of a long error is not read, its status is', async () => {
  await withEndlessAnswers(503, 1_000, async (url, sent) => {
    expect(await send(url)).toMatchObject({ status: 503, text: '' });
    expect(sent()).toBeLessThan(30);
  });
});
