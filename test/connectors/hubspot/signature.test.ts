import { createHmac } from 'node:crypto';
import { hubSpotStampMs, isSignedByHubSpot } from '../../../connectors/hubspot/signature';

/** HubSpot's own vectors for version 3. */
const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const vector = {
  method: 'POST',
  uri: 'https://www.example.com/webhook_uri',
  rawBody: Buffer.from("{'example_field':'example_value'}"),
  timestamp: '1693657560000',
  signature: 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
};
const second = { ...vector, timestamp: '1700000300000', signature: 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=' };

test.each([vector, second])('T1 a signature of HubSpot’s own examples fits: $timestamp', (signed) => {
  expect(isSignedByHubSpot(signed, secret)).toBe(true);
});

test.each<[string, Partial<typeof vector>]>([
  ['another method', { method: 'PUT' }],
  ['another address', { uri: 'https://www.example.com/webhook_uri?x=1' }],
  ['http for https', { uri: 'http://www.example.com/webhook_uri' }],
  ['another body', { rawBody: Buffer.from("{'example_field':'other_value'}") }],
  ['another time', { timestamp: '1693657560001' }],
  ['a longer signature', { signature: `${vector.signature}=` }],
  ['a shorter signature', { signature: vector.signature.slice(4) }],
  ['no signature', { signature: '' }],
  ['a signature in hexadecimal digits', { signature: Buffer.from(vector.signature, 'base64').toString('hex') }],
])('T1 it does not fit with %s', (_what, change) => {
  expect(isSignedByHubSpot({ ...vector, ...change }, secret)).toBe(false);
});

test('T1 another app’s secret does not fit', () => {
  expect(isSignedByHubSpot(vector, `${secret}x`)).toBe(false);
});

test('T1 of the address, just the characters that HubSpot names are decoded', () => {
  const sign = (uri: string) => createHmac('sha256', secret).update(`POST${uri}body1693657560000`).digest('base64');
  const signed = { method: 'POST', rawBody: Buffer.from('body'), timestamp: '1693657560000' };
  const given = 'https://www.example.com/a%3Ab%2Fc%3Fd%40e%21f%24g%27h%28i%29j%2Ak%2Cl%3Bm%20n%25o%26p%2b%2fq?r=%41%3a';
  const signature = sign("https://www.example.com/a:b/c?d@e!f$g'h(i)j*k,l;m%20n%25o%26p%2b/q?r=%41:");
  expect(isSignedByHubSpot({ ...signed, uri: given, signature }, secret)).toBe(true);
});

test.each([
  ['1693657560000', 1_693_657_560_000],
  ['', null],
  ['NaN', null],
  ['-1693657560000', null],
  ['1693657560000.5', null],
  ['0x18a5d1f2a40', null],
])('T1 the time of a request is a number and nothing else: %j', (text, ms) => {
  expect(hubSpotStampMs(text)).toBe(ms);
});
