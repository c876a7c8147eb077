import { createHmac } from 'node:crypto';
import { isSignedByOfficernd, readOfficerndSignature } from '../../../connectors/officernd/signature';

const secret = 'a-webhook-secret';
const body = Buffer.from('{"eventType":"member.updated"}');
const stamp = '1764547200';
const digestOf = (...parts: readonly string[]) => createHmac('sha256', secret).update(parts.join('')).digest('hex');
const good = digestOf(body.toString(), '.', stamp);

test('T1 the body comes before the time', () => {
  const fits = (digest: string) => isSignedByOfficernd(body, { stamp, atMs: Number(stamp) * 1_000, digest }, secret);
  expect(fits(good)).toBe(true);
  expect(fits(digestOf(stamp, '.', body.toString()))).toBe(false);
  expect(fits(digestOf(body.toString(), stamp))).toBe(false);
});

test('T1 another body, another time or another secret does not fit', () => {
  const signature = { stamp, atMs: Number(stamp) * 1_000, digest: good };
  expect(isSignedByOfficernd(Buffer.from(`${body.toString()} `), signature, secret)).toBe(false);
  expect(isSignedByOfficernd(body, { ...signature, stamp: '1764547201' }, secret)).toBe(false);
  expect(isSignedByOfficernd(body, signature, 'another-secret')).toBe(false);
});

test.each([
  `t=${stamp},signature=${good}`,
  `t=${stamp}, signature=${good.toUpperCase()}`,
  `t=${stamp},v1=${good}`,
  `ts=${stamp},s=${good}`,
])('T1 the header’s parts are told apart by their place: %j', (header) => {
  expect(readOfficerndSignature(header)).toMatchObject({ stamp, atMs: 1_764_547_200_000 });
});

test.each([
  '',
  good,
  `t=${stamp}`,
  `signature=${good},t=${stamp}`,
  `t=${stamp},signature=${good.slice(2)}`,
  `t=${stamp},signature=${good}00`,
  `t=now,signature=${good}`,
  `t=-${stamp},signature=${good}`,
  `t=${stamp},signature=${good},signature=${good}`,
])('T1 another header is no signature: %j', (header) => {
  expect(readOfficerndSignature(header)).toBeNull();
});
