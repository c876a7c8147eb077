'use strict';
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', '.orsync');

/** Ends a Jest run with one plain line, "N passed, N failed", that needs no knowledge of Jest to be read; also left in .orsync/test-summary.txt. */
module.exports = class PlainReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests + numTodoTests;
    // A test file that cannot even be loaded has no failed tests of its own, yet it has failed.
    const counts = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
    const line = skipped === 0 ? counts : `${counts}, ${skipped} skipped`;
    console.log(line);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'test-summary.txt'), `${line}\n`);
  }
};
