import { createAccessTokens } from '../../../connectors/hubspot/access-token';

const oauth = { kind: 'oauth', clientId: 'c', clientSecret: 's', refreshToken: 'r' } as const;

test('a call that is aborted before it begins asks for no token, because nobody would see the failure of the refresh', async () => {
  let asked = 0;
  const tokens = createAccessTokens({
    auth: oauth,
    version: '2026-09',
    now: () => 0,
    http: async () => {
      asked += 1;
      throw new Error('HubSpot is away.');
    },
  });
  await expect(tokens.current(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  expect(asked).toBe(0);
  await expect(tokens.current()).rejects.toThrow('HubSpot is away.');
  expect(asked).toBe(1);
});

test('an abort ends the wait and not the refresh, which others share', async () => {
  let answer: (token: string) => void = () => undefined;
  const granted = new Promise<string>((resolve) => (answer = resolve));
  const tokens = createAccessTokens({
    auth: oauth,
    version: '2026-09',
    now: () => 0,
    http: async () => ({
      status: 200,
      text: await granted,
      contentType: 'application/json',
      retryAfter: null,
      correlationId: null,
    }),
  });
  const hurried = new AbortController();
  const [first, second] = [tokens.current(hurried.signal), tokens.current()];
  hurried.abort(new Error('no more time'));
  await expect(first).rejects.toThrow('no more time');
  answer(JSON.stringify({ access_token: 'new', expires_in: 1800 }));
  await expect(second).resolves.toBe('new');
});
