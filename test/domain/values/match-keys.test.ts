import { normaliseEmail, normaliseName } from '../../../domain/values';

describe('L3 match keys', () => {
  test.each<[string, string, string | null]>([
    ['L3 names are case-folded', 'ACME Ltd', 'acme ltd'],
    ['L3 white space is collapsed', '  Acme \t\u00A0Ltd ', 'acme ltd'],
    ['L3 compatible forms are one', '\uFF21\uFF43\uFF4D\uFF45 \u2460', 'acme 1'],
    ['L3 composed and decomposed letters are one', 'Zoe\u0308', 'zo\u00EB'],
    ['L3 sharp s folds', 'STRASSE', 'strasse'],
    ['L3 sharp s folds', 'Straße', 'strasse'],
    ['L3 capital sharp s folds', 'STRAẞE', 'strasse'],
    ['L3 legal suffixes stay', 'Acme, Inc.', 'acme, inc.'],
    ['a blank name has no key', ' \t', null],
    ['an empty name has no key', '', null],
  ])('%s: %j', (_title, text, key) => expect(normaliseName(text)).toBe(key));

  test('L3 the two small sigmas fold', () => expect(normaliseName('Οδυσσεύς')).toBe(normaliseName('ΟΔΥΣΣΕΎΣ')));

  test.each<[string, string, string | null]>([
    ['L3 e-mails are lower-cased and trimmed', ' Jo@Example.COM ', 'jo@example.com'],
    ['a blank e-mail has no key', ' ', null],
  ])('%s', (_title, text, key) => expect(normaliseEmail(text)).toBe(key));
});
