import { createRenewedTokens } from '../../connectors/access-tokens';
import type { AccessTokens } from '../../connectors/access-tokens';

interface Renewing {
  readonly tokens: AccessTokens;
  readonly clock: { ms: number; asleepMs: number };
  /** How often the vendor was asked for a token. */
  readonly asked: () => number;
}

const noTime = () => ({ wallMs: 0, steadyMs: 0 });

/** Tokens `token-1`, `token-2`, … that all live equally long. */
function renewing(lifetimeMs: number): Renewing {
  const clock = { ms: 0, asleepMs: 0 };
  let asked = 0;
  const grant = async () => {
    asked += 1;
    return { value: `token-${asked}`, lifetimeMs };
  };
  return {
    tokens: createRenewedTokens({ grant, clocks: () => ({ wallMs: clock.ms + clock.asleepMs, steadyMs: clock.ms }) }),
    clock,
    asked: () => asked,
  };
}

test('a token is asked for once by callers at the same time, and again a minute before its end', async () => {
  const { tokens, clock, asked } = renewing(1_800_000);
  await Promise.all([tokens.current(), tokens.current()]);
  clock.ms = 1_739_999;
  await expect(tokens.current()).resolves.toBe('token-1');
  expect(asked()).toBe(1);
  clock.ms = 1_740_000;
  await expect(tokens.current()).resolves.toBe('token-2');
});

test.each([1_740_000, -1])('a token is good only by both clocks: the wall clock has moved by %s ms more', async (asleepMs) => {
  const { tokens, clock, asked } = renewing(1_800_000);
  await tokens.current();
  clock.asleepMs = asleepMs;
  await expect(tokens.current()).resolves.toBe('token-2');
  await tokens.current();
  expect(asked()).toBe(2);
});

test('a token that lives for less than two minutes is used for half its life', async () => {
  const { tokens, clock, asked } = renewing(40_000);
  await tokens.current();
  clock.ms = 19_999;
  await tokens.current();
  expect(asked()).toBe(1);
  clock.ms = 20_000;
  await tokens.current();
  expect(asked()).toBe(2);
});

test('a token that was refused is replaced, and a token that was refused before it was replaced changes nothing', async () => {
  const { tokens } = renewing(1_800_000);
  const refused = await tokens.current();
  tokens.forget(refused);
  await expect(tokens.current()).resolves.toBe('token-2');
  tokens.forget(refused);
  await expect(tokens.current()).resolves.toBe('token-2');
});

test('a call that is aborted before it begins asks for no token: if nobody waits, the failure is an unhandled rejection', async () => {
  let asked = 0;
  const grant = async () => {
    asked += 1;
    throw new Error('The vendor is away.');
  };
  const tokens = createRenewedTokens({ grant, clocks: noTime });
  await expect(tokens.current(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  expect(asked).toBe(0);
  await expect(tokens.current()).rejects.toThrow('The vendor is away.');
  expect(asked).toBe(1);
});

test('an abort ends the wait and not the request, which others share', async () => {
  let answer: (token: string) => void = () => undefined;
  const granted = new Promise<string>((resolve) => (answer = resolve));
  const tokens = createRenewedTokens({ grant: async () => ({ value: await granted, lifetimeMs: 1_800_000 }), clocks: noTime });
  const hurried = new AbortController();
  const [first, second] = [tokens.current(hurried.signal), tokens.current()];
  hurried.abort(new Error('no more time'));
  await expect(first).rejects.toThrow('no more time');
  answer('new');
  await expect(second).resolves.toBe('new');
});
