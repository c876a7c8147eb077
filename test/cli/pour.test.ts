import { Writable } from 'node:stream';
import { pourInto } from '../../cli/pour';

/** A stream whose reader takes nothing before `take` is called. */
function slowStream() {
  const waiting: (() => void)[] = [];
  const taken: string[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write: (chunk: Buffer, _encoding, done) => {
      taken.push(chunk.toString());
      waiting.push(done);
    },
  });
  return { stream, taken, take: () => waiting.shift()?.() };
}

test('pieces are made no faster than the reader takes them', async () => {
  let made = 0;
  async function* pieces() {
    for (; made < 1_000; made += 1) yield 'x'.repeat(100);
  }
  const { stream, taken, take } = slowStream();
  const poured = pourInto(stream, pieces());
  const settled = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
  };
  await settled();
  const atFirst = made;
  expect(atFirst).toBeLessThan(60);
  take();
  await settled();
  expect(made).toBeLessThan(atFirst + 60);
  while (taken.length < 1_000) {
    take();
    await new Promise((done) => setImmediate(done));
  }
  take();
  await poured;
  expect(taken.join('')).toHaveLength(100_000);
  expect(stream.writableEnded).toBe(false);
});

test('a reader that goes away is no error, and ends the reading', async () => {
  let [made, isEnded] = [0, false];
  async function* pieces() {
    try {
      for (; made < 1_000; made += 1) yield 'piece';
    } finally {
      isEnded = true;
    }
  }
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stream = new Writable({ highWaterMark: 5, write: (_chunk, _encoding, done) => done(made > 3 ? gone : null) });
  await pourInto(stream, pieces());
  expect(made).toBeLessThan(100);
  expect(isEnded).toBe(true);
});

test('other troubles are told', async () => {
  async function* broken() {
    yield 'a';
    throw new Error('MongoDB has gone.');
  }
  await expect(pourInto(new Writable({ write: (_chunk, _encoding, done) => done() }), broken())).rejects.toThrow('MongoDB has gone.');
});
