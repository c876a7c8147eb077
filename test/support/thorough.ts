/** Set by jest.all.config.js. */
const isThorough = process.env['ORSYNC_THOROUGH_TESTS'] === '1';

/** A test that `npm run test:all` plays and `npm test` skips, because it shows another case of a rule that a quick test shows. */
export const thorough: jest.It = isThorough ? test : test.skip;

/** The cases of a table: all of them in `npm run test:all`, the first one in `npm test`. */
export const firstOrAll = <Case>(cases: readonly Case[]): readonly Case[] => (isThorough ? cases : cases.slice(0, 1));
