import { createRounds, unlessPaused } from '../../../activities/slice/short-pause';
import { VendorError } from '../../../connectors/errors';

const refusal = (retryAfterMs: number | undefined, status = 429): VendorError =>
  new VendorError('rate-limited', 'No.', {
    vendor: 'officernd',
    route: 'PUT /x',
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

test('a refusal for a short while is an outcome', async () => {
  const short = refusal(1_000);
  expect(await unlessPaused(Promise.reject(short))).toEqual({ kind: 'postponed', refusal: short });
  expect(await unlessPaused(Promise.resolve({ kind: 'done' }))).toEqual({ kind: 'done' });
});

test.each([
  ['a long pause', refusal(60_000)],
  ['a pause without an end', refusal(undefined)],
  ['a lock', refusal(2_000, 423)],
  ['the limiter’s own wait', new VendorError('rate-limited', 'No.', { vendor: 'officernd', route: 'any', retryAfterMs: 1_000 })],
  ['another error', new Error('No.')],
])('%s is thrown', async (_title, error) => {
  await expect(unlessPaused(Promise.reject(error))).rejects.toBe(error);
});

test('five rounds in a row of which every call is refused end the waiting', () => {
  const rounds = createRounds();
  const round = (hasDone: boolean) => () => rounds.note({ hasDone, refusal: refusal(1_000) });
  for (let count = 1; count <= 4; count += 1) round(false)();
  round(true)();
  for (let count = 1; count <= 4; count += 1) round(false)();
  expect(round(false)).toThrow('No.');
});

test('A4 a round remembers a refusal until the next one', () => {
  const rounds = createRounds();
  expect(rounds.wasRefused()).toBe(false);
  rounds.note({ hasDone: true, refusal: refusal(1_000) });
  expect(rounds.wasRefused()).toBe(true);
  rounds.note({ hasDone: true, refusal: null });
  expect(rounds.wasRefused()).toBe(false);
});
