import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readEnvironment, requireCodec } from '../../config/environment';

const folder = mkdtempSync(join(tmpdir(), 'orsync-payload-keys-'));
/** A home folder without a Temporal profile. */
const home = { HOME: folder, XDG_CONFIG_HOME: folder };
const read = (value: string, more: Readonly<Record<string, string>> = {}) =>
  readEnvironment({ ...home, ORSYNC_PAYLOAD_KEYS: value, ...more });
const fileOf = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return `file:${path}`;
};
const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

const shown = (value: string) => read(value).payloadKeys.map(({ id, key }) => [id, key.export().toString('base64')]);
const both = [
  ['2026-02', one],
  ['2026-01', two],
];

test.each([
  ['separated by a comma', `2026-02:${one},2026-01:${two}`],
  ['with spaces and a comma at the end', ` 2026-02: ${one} , 2026-01:${two},`],
  ['without padding', `2026-02:${one.replace('=', '')},2026-01:${two}`],
  ['in a file, one a line', fileOf('lines', `2026-02:${one}\r\n2026-01:${two}\n`)],
  ['in a file, separated by a comma', fileOf('commas', `2026-02:${one},2026-01:${two}\n`)],
])('keys are read in their order: %s', (_how, value) => expect(shown(value)).toEqual(both));

test('without the variable there are no keys, and nothing is encrypted', () => {
  expect(readEnvironment({ ...home, ORSYNC_PAYLOAD_KEYS: '' }).payloadKeys).toEqual([]);
  expect(readEnvironment(home).payloadKeys).toEqual([]);
});

test.each([
  ['no id', one, /key 1 must have the form id:key/],
  ['no key', 'a:', /key 1 must be 32 bytes in base64/],
  ['a short key', `a:${one},b:${randomBytes(16).toString('base64')}`, /key 2 must be 32 bytes in base64/],
  ['a long key', `a:${randomBytes(33).toString('base64')}`, /key 1 must be 32 bytes in base64/],
  ['hexadecimal', `a:${randomBytes(32).toString('hex')}`, /key 1 must be 32 bytes in base64/],
  ['key and id changed over', `${one}:a`, /the id of key 1 must be 1 to 40 letters/],
  ['a long id', `${'a'.repeat(41)}:${one}`, /the id of key 1 must be 1 to 40 letters/],
  ['an id twice', `a:${one},b:${two},a:${two}`, /the id of key 3 is given twice/],
  ['the id "file"', `a:${one},file:${two}`, /the id of key 2 must not be "file"/],
  ['only separators', ' , ', /there is no key in it/],
  ['an empty file', fileOf('empty', '\n'), /there is no key in it/],
  ['an absent file', `file:${join(folder, 'absent')}`, /the file that it names cannot be read/],
  ['a file with a key without id', fileOf('bare', one), /key 1 must have the form id:key/],
])('A6 %s: the message names the variable, and no key', (_what, value, message) => {
  const reading = () => read(value);
  expect(reading).toThrow(/^ORSYNC_PAYLOAD_KEYS: .* \(in the environment\)\.$/);
  expect(reading).toThrow(message);
  for (const part of value.split(/[:,]/).filter((text) => text.length > 20 && !text.includes('orsync-payload-keys'))) {
    expect(reading).not.toThrow(part.replace('=', ''));
  }
});

test('A6 no key shows when the environment is printed', () => {
  const environment = read(`a:${one}`, { ORSYNC_CODEC_TOKEN: 'a-token-of-some-length' });
  const printed = JSON.stringify(environment) + inspect(environment, { depth: 9, showHidden: true });
  expect(printed).not.toContain(one.slice(0, 20));
  expect(printed).not.toContain('a-token-of-some-length');
});

test.each([
  ['ORSYNC_PAYLOAD_KEYS', {}],
  ['ORSYNC_CODEC_TOKEN', { ORSYNC_PAYLOAD_KEYS: `a:${one}` }],
  ['ORSYNC_CODEC_TOKEN', { ORSYNC_PAYLOAD_KEYS: `a:${one}`, ORSYNC_CODEC_TOKEN: 'hunter2' }],
  ['ORSYNC_CODEC_ORIGIN', { ORSYNC_CODEC_ORIGIN: '*' }],
  ['ORSYNC_CODEC_ORIGIN', { ORSYNC_CODEC_ORIGIN: 'https://temporal.example.com/hunter2' }],
])('a codec endpoint does not start while %s is missing or wrong', (variable, env) => {
  const starting = () => requireCodec(readEnvironment({ ...home, ...env }));
  expect(starting).toThrow(new RegExp(`^${variable}: .* \\(in the environment\\)\\.$`));
  expect(starting).not.toThrow(/hunter2/);
});

test('a codec endpoint has keys, a token and an origin', () => {
  const { keys, token, origin } = requireCodec(
    read(`a:${one}`, { ORSYNC_CODEC_TOKEN: 'a-token-of-some-length', ORSYNC_CODEC_ORIGIN: 'http://127.0.0.1:8233' }),
  );
  expect([keys.length, token.reveal(), origin]).toEqual([1, 'a-token-of-some-length', 'http://127.0.0.1:8233']);
});
