import type { CountedCall } from '../../connectors/call-ledger';
import { realClocks } from '../../connectors/clocks';
import { VendorError } from '../../connectors/errors';
import { createLocalLimiter, sleepUnlessAborted } from '../../connectors/limits';
import { sendMetered } from '../../connectors/metered-call';
import type { MeteredCall } from '../../connectors/metered-call';
import { createPatience } from '../../connectors/patience';
import { startScriptedServer } from '../support/scripted-server';
import type { ScriptedAnswer, ScriptedServer } from '../support/scripted-server';

/** A4, L12: calls are sent again after trouble that soon passes, and only where nothing can be doubled. */

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

/** A server that gives these answers, one after the other; the last one for ever. */
async function withAnswers(...answers: readonly ScriptedAnswer[]) {
  let asked = 0;
  const answering = await startScriptedServer(() => answers[Math.min(asked++, answers.length - 1)] ?? 'drop');
  server = answering;
  const counted: CountedCall[] = [];
  const limiter = createLocalLimiter({ limits: { all: null }, now: () => performance.now(), sleep: sleepUnlessAborted });
  const limited: string[] = [];
  const deps = {
    timeoutMs: 5_000,
    ledger: { count: (call: CountedCall) => void counted.push(call) },
    limiter: {
      ...limiter,
      acquire: async (classKey: string) => {
        await limiter.acquire(classKey);
        limited.push('passed');
      },
      penalise: async (classKey: string, waitMs: number) => {
        await limiter.penalise(classKey, waitMs);
        limited.push('silenced');
      },
    },
    patience: createPatience({ sleep: async () => undefined, random: Math.random }),
  };
  const send = (changes: Partial<MeteredCall> = {}, url = answering.apiUrl, clocks = realClocks) =>
    sendMetered({ ...call(changes.writes ?? false, url), ...changes }, { ...deps, clocks });
  return { send, counted, limited, seen: answering.seen, apiUrl: answering.apiUrl };
}

const call = (writes: boolean, url: string): MeteredCall => ({
  request: { method: writes ? 'POST' : 'GET', url, headers: {}, urlSetting: 'hubspot.apiUrl' },
  vendor: 'hubspot',
  route: 'GET /things',
  rateClass: 'all',
  signal: undefined,
  writes,
  noAnswer: (none) => error('unavailable', { mayHaveHappened: none.wasSent && writes }),
  toError: ({ status }) =>
    status === 429 ? error('rate-limited', { status, retryAfterMs: 50 }) : error('unavailable', { status, mayHaveHappened: writes }),
  silenceMs: ({ status }) => (status === 429 ? 50 : null),
});
const error = (kind: VendorError['kind'], details: Partial<VendorError['details']>): VendorError =>
  new VendorError(kind, 'No.', { vendor: 'hubspot', route: 'GET /things', ...details });
const failureOf = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => null,
    (reason: unknown) => reason,
  );

const good: ScriptedAnswer = { status: 200, body: {} };
const refused: ScriptedAnswer = { status: 429, body: {} };

test.each<[string, ScriptedAnswer]>([
  ['a connection that breaks', 'drop'],
  ['a gateway without its server', { status: 502, body: {} }],
  ['a server that is restarted', { status: 503, body: {} }],
  ['a gateway that waits too long', { status: 504, body: {} }],
])('a reading call survives %s', async (_what, trouble) => {
  const { send, counted, seen } = await withAnswers(trouble, trouble, good);
  expect(await send()).toMatchObject({ status: 200 });
  expect(seen).toHaveLength(3);
  expect(counted.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'ok']);
});

test.each<[string, ScriptedAnswer]>([
  ['a refusal', { status: 400, body: {} }],
  ['an error that may be this record’s own', { status: 500, body: {} }],
])('%s is not sent again', async (_what, answer) => {
  const { send, seen } = await withAnswers(answer);
  expect(await failureOf(send())).toBeInstanceOf(VendorError);
  expect(seen).toHaveLength(1);
});

test.each<[string, ScriptedAnswer]>([
  ['after a broken connection', 'drop'],
  ['after a 503', { status: 503, body: {} }],
])('L12 a write that may have happened is not sent again: %s', async (_what, trouble) => {
  const { send, seen } = await withAnswers(trouble, good);
  expect(await failureOf(send({ writes: true }))).toMatchObject({ details: { mayHaveHappened: true } });
  expect(seen).toHaveLength(1);
});

test('a write that was never sent is tried again, and asks each time whether it may still be sent', async () => {
  const { send, counted } = await withAnswers(good);
  let asked = 0;
  const beforeSend = async (): Promise<void> => void (asked += 1);
  expect(await failureOf(send({ writes: true, beforeSend }, 'http://127.0.0.1:1'))).toMatchObject({ details: { tries: 5 } });
  expect([asked, counted.length]).toEqual([5, 5]);
});

test('A2 an attempt that has been taken over while its call waited sends nothing more', async () => {
  const { send, seen } = await withAnswers(refused, good);
  let asked = 0;
  const beforeSend = async (): Promise<void> => {
    asked += 1;
    if (asked > 1) throw new Error('A later attempt has taken over.');
  };
  await expect(send({ writes: true, beforeSend })).rejects.toThrow('A later attempt has taken over.');
  expect(seen).toHaveLength(1);
});

test.each([
  ['the steady clock stood still', { wallMs: 600_000, steadyMs: 0 }],
  ['the wall clock stood still', { wallMs: 0, steadyMs: 600_000 }],
])('a call that could not leave, as the host stood still, passes the limiter again: %s', async (_what, pause) => {
  const { send, limited, seen, apiUrl } = await withAnswers(good);
  const moment = { wallMs: 1_000, steadyMs: 1_000 };
  let asked = 0;
  const beforeSend = async (): Promise<void> => {
    asked += 1;
    if (asked > 1) return;
    moment.wallMs += pause.wallMs;
    moment.steadyMs += pause.steadyMs;
  };
  await send({ writes: true, beforeSend }, apiUrl, () => ({ ...moment }));
  expect([asked, limited, seen.length]).toEqual([2, ['passed', 'passed'], 1]);
});

test('a call whose question always takes long leaves after three', async () => {
  const { send, limited, apiUrl } = await withAnswers(good);
  let nowMs = 0;
  await send({ beforeSend: async () => undefined }, apiUrl, () => ({ wallMs: (nowMs += 2_000), steadyMs: nowMs }));
  expect(limited).toEqual(['passed', 'passed', 'passed']);
});

test('a short pause is waited for in the limiter, with all calls of the class, by writes and creations too', async () => {
  const { send, limited, seen } = await withAnswers(refused, refused, refused, good);
  await Promise.all([send(), send({ writes: true }), send()]);
  expect(seen).toHaveLength(6);
  expect(limited).toEqual([...Array<string>(3).fill('passed'), ...Array<string>(3).fill('silenced'), ...Array<string>(3).fill('passed')]);
});

test('a caller that has other work gets the pause at once', async () => {
  const { send, seen } = await withAnswers(refused, good);
  expect(await failureOf(send({ handsBackPauses: true }))).toMatchObject({ kind: 'rate-limited' });
  expect(seen).toHaveLength(1);
});

test('the calls of many slices to a vendor that is down are few', async () => {
  const { send, seen } = await withAnswers('drop');
  await Promise.all(Array.from({ length: 12 }, () => failureOf(send())));
  expect(seen.length).toBeLessThanOrEqual(12 + 4);
  const before = seen.length;
  for (let attempt = 0; attempt < 5; attempt += 1) await failureOf(send());
  expect(seen.length - before).toBe(5);
});
