import { asLabel, asList, asSentence, inMarkdown, LABEL_CHARACTERS, MESSAGE_BYTES, printable, printableJson } from '../../domain/printable';

/** Characters that steer a terminal or turn a line around, each with its name. */
const HOSTILE: readonly (readonly [name: string, character: string])[] = [
  ['an escape sequence', '\u001B'],
  ['NUL', '\0'],
  ['a bell', '\u0007'],
  ['backspace', '\b'],
  ['carriage return', '\r'],
  ['DEL', '\u007F'],
  ['C1, a one-byte escape sequence', '\u009B'],
  ['C1, the last', '\u009F'],
  ['left-to-right mark', '\u200E'],
  ['Arabic letter mark', '\u061C'],
  ['right-to-left override', '\u202E'],
  ['isolate', '\u2066'],
  ['zero-width space', '\u200B'],
  ['zero-width joiner', '\u200D'],
  ['word joiner', '\u2060'],
  ['byte order mark', '\uFEFF'],
  ['line separator', '\u2028'],
  ['paragraph separator', '\u2029'],
  ['half a character', '\uD83D'],
  ['the other half', '\uDE00'],
  ['a tag', '\u{E0041}'],
];

test.each(HOSTILE)('%s is never shown', (_name, character) => {
  const text = `Bar${character}[31mfoo`;
  for (const shown of [printable(text), asLabel(text), asSentence(text), inMarkdown(text), asList([text, [text, text]])])
    expect(shown).not.toContain(character);
  const document = { [text]: [text] };
  expect(printableJson(document)).not.toContain(character);
  expect(JSON.parse(printableJson(document, 2))).toEqual(document);
});

test('ordinary texts stay as they are, whatever their script', () => {
  for (const text of ['Zoë & Søn Ltd. (Köln)', '東京オフィス', 'مكتب', '😀 desk', 'a\u00A0b'.replace('\u00A0', ' ')]) {
    expect([printable(text), asLabel(text), asSentence(text)]).toEqual([text, text, text]);
  }
  expect(printable('one\ntwo')).toBe('one\ntwo');
  expect(asLabel(' one\r\n\ttwo\u0085three ')).toBe('one two three');
});

test('a label has at most 80 characters and ends with a whole one', () => {
  expect(asLabel('a'.repeat(80))).toBe('a'.repeat(80));
  expect(asLabel('a'.repeat(81))).toBe(`${'a'.repeat(79)}…`);
  for (const before of ['', 'a', 'ab']) {
    const shown = asLabel(before + '😀'.repeat(2_000_000));
    expect(Array.from(shown)).toHaveLength(LABEL_CHARACTERS);
    expect(shown).toMatch(/^a?b?(?:😀)+…$/u);
  }
  expect(asLabel('abcdef', 4)).toBe('abc…');
});

test('a list names twenty', () => {
  const names = Array.from({ length: 53 }, (_none, index) => `n${index}`);
  expect(asList(names)).toBe(`${names.slice(0, 20).join(', ')} and 33 more`);
  expect(asList(names.slice(0, 20))).toBe(names.slice(0, 20).join(', '));
  expect(asList(['a', ['b', 'c'.repeat(99)]])).toBe(`a, b (${'c'.repeat(79)}…)`);
  expect(asList([])).toBe('');
});

test.each([['a'], ['é'], ['…'], ['😀'], [`a😀`]])('a sentence of %j has at most a kilobyte', (part) => {
  const shown = asSentence(part.repeat(1_000_000));
  const bytes = Buffer.byteLength(shown);
  expect(bytes).toBeLessThanOrEqual(MESSAGE_BYTES);
  expect(bytes).toBeGreaterThan(MESSAGE_BYTES - 8);
  expect(shown).not.toMatch(/\p{Cs}/u);
  expect(shown.endsWith('…')).toBe(true);
  const short = part.repeat(200);
  expect(asSentence(short)).toBe(short);
});

test.each([
  ['<img src=x onerror=alert(1)>', '\\<img src=x onerror=alert(1)\\>'],
  ['[x](javascript:alert)', '\\[x\\](javascript:alert)'],
  ['[x](https://evil.example)', '`[x](https://evil.example)`'],
  ['see www.evil.example `now`', 'see `www.evil.example` \\`now\\`'],
  ['a*b* _c_ ~~d~~ | &lt; \\', 'a\\*b\\* \\_c\\_ \\~\\~d\\~\\~ \\| \\&lt; \\\\'],
  ['one\n# two', 'one # two'],
  ['`https://a`', "`'https://a'`"],
])('Markdown shows %j as it is', (text, escaped) => expect(inMarkdown(text)).toBe(escaped));
