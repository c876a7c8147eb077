'use strict';

/** Folders whose tests are pure computations: they start at once, without servers and without a build. */
const pure = [
  '<rootDir>/test/{activities,cli,client,connectors,contract,docs,workers}/**/*.test.ts',
  '<rootDir>/test/config/**/*.test.ts',
  '<rootDir>/test/domain/**/*.test.ts',
  '<rootDir>/test/property/**/*.test.ts',
];

const swc = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
];

/** Those of `jest.all.config.js`. */
const long = '\\.long\\.test\\.ts$';

const common = {
  rootDir: __dirname,
  roots: ['<rootDir>/test'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': swc,
    // The MongoDB driver's one dynamic import() does not work in Jest's sandbox, and without it the driver cannot say hello; as a require()
    // it does.
    '/node_modules/mongodb/lib/runtime_adapters\\.js$': swc,
  },
  transformIgnorePatterns: ['/node_modules/(?!mongodb/lib/runtime_adapters\\.js$)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.orsync'],
};

/**
 * `npm test`: all but the long tests. `jest.all.config.js` adds those.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  // More than most machines have cores: many tests wait, for servers and for runs.
  maxWorkers: 4,
  maxConcurrency: 4,
  // Many times what a test takes: it ends what hangs, and must not judge how busy a machine is.
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/scripts/plain-reporter.cjs'],
  projects: [
    { ...common, displayName: 'pure', testMatch: pure, testPathIgnorePatterns: ['/node_modules/', long] },
    {
      ...common,
      displayName: 'servers',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        long,
        '<rootDir>/test/(activities|cli|client|config|connectors|contract|docs|domain|property|workers)/',
      ],
      // Jest runs these two only when a test of this project was selected.
      globalSetup: '<rootDir>/test/support/jest-global-setup.ts',
      globalTeardown: '<rootDir>/test/support/jest-global-teardown.ts',
    },
  ],
};
