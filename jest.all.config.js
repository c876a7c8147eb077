'use strict';

// The laws of test/property are tried on more cases than in `npm test`.
process.env.FC_RUNS ??= '250';

// Tests and tables of test/support/thorough.ts are played whole.
process.env.ORSYNC_THOROUGH_TESTS = '1';

const quick = require('./jest.config.js');
const servers = quick.projects.find(({ displayName }) => displayName === 'servers');

/** `npm run test:all`: what `npm test` runs, what it skips as thorough, and the long tests, whose files are called `*.long.test.ts`. */
module.exports = {
  ...quick,
  testSequencer: '<rootDir>/scripts/slowest-first.cjs',
  projects: [
    ...quick.projects,
    { ...servers, displayName: 'long', testMatch: ['<rootDir>/test/**/*.long.test.ts'], testPathIgnorePatterns: ['/node_modules/'] },
  ],
};
