import { createRecordCalls } from '../../../activities/slice/calls-per-record';
import { VendorError } from '../../../connectors/errors';
import type { VendorErrorDetails, VendorErrorKind } from '../../../connectors/errors';

/** One record's call: which trouble is data, which ends the slice, and what is never sent twice (A4, L12). */

const calls = () => createRecordCalls(new AbortController().signal);
const failing = (kind: VendorErrorKind, details: Partial<VendorErrorDetails> = {}) => {
  const error = new VendorError(kind, 'No.', { vendor: 'officernd', route: 'POST /members', ...details });
  let sent = 0;
  const call = async (): Promise<never> => {
    sent += 1;
    throw error;
  };
  return { call, error, sent: () => sent };
};

test.each([
  ['no answer at all', {}],
  ['an error of a gateway', { status: 502 }],
])('L12 a call that may have happened is made once: %s', async (_title, details) => {
  const { call, error, sent } = failing('unavailable', { ...details, mayHaveHappened: true });
  await expect(calls().makeOnce(call)).resolves.toEqual({ kind: 'failed', error });
  expect(sent()).toBe(1);
});

test('A4 five such calls in a row mean that the vendor is down', async () => {
  const { call, error } = failing('unavailable', { status: 503, mayHaveHappened: true });
  const { makeOnce } = calls();
  for (let record = 1; record < 5; record += 1) expect((await makeOnce(call)).kind).toBe('failed');
  await expect(makeOnce(call)).rejects.toBe(error);
});

test.each([
  ['what was not sent', 'unavailable', {}],
  ['a limit', 'rate-limited', { status: 429 }],
] as const)('A4 %s concerns all records', async (_title, kind, details) => {
  const { call, error } = failing(kind, details);
  await expect(calls().makeOnce(call)).rejects.toBe(error);
});

test('A4 a refusal is the record’s own', async () => {
  const { call, error, sent } = failing('invalid', { status: 400 });
  await expect(calls().makeOnce(call)).resolves.toEqual({ kind: 'failed', error });
  expect(sent()).toBe(1);
});

describe('a call that may be repeated', () => {
  /** Fails so often, then succeeds. */
  const recovering = (times: number, details: Partial<VendorErrorDetails>) => {
    const { call, sent } = failing('unavailable', details);
    return { sent, call: async (): Promise<string> => (sent() < times ? call() : 'done') };
  };

  test('M8 a write whose connection breaks is soon tried again', async () => {
    const { call, sent } = recovering(4, { broke: true, mayHaveHappened: true });
    await expect(calls().make(call)).resolves.toEqual({ kind: 'done', value: 'done' });
    expect(sent()).toBe(4);
  });

  test('A4 a write whose connection breaks each time is the record’s own trouble', async () => {
    const { call, error, sent } = failing('unavailable', { broke: true, mayHaveHappened: true });
    await expect(calls().make(call)).resolves.toEqual({ kind: 'failed', error });
    expect(sent()).toBe(5);
  });

  test.each([
    ['a reading whose connection breaks, which the connector has repeated', { broke: true }],
    ['an answer that does not come in time', { mayHaveHappened: true }],
  ])('A4 %s is trouble of the vendor', async (_title, details) => {
    const { call, error, sent } = failing('unavailable', details);
    await expect(calls().make(call)).rejects.toBe(error);
    expect(sent()).toBe(1);
  });

  test('A4 what the connector has sent often enough is not sent as often again', async () => {
    const { call, error, sent } = failing('unavailable', { status: 503, tries: 5 });
    await expect(calls().make(call)).resolves.toEqual({ kind: 'failed', error });
    expect(sent()).toBe(1);
  });
});
