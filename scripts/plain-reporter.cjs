'use strict';
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', '.orsync');

/** Ends a Jest run with one line, "N passed, N failed", and writes it to .orsync/test-summary.txt as well. */
module.exports = class PlainReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests + numTodoTests;
    // A test file that cannot be loaded has no failed tests, but counts as a failure.
    const counts = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
    const line = skipped === 0 ? counts : `${counts}, ${skipped} skipped`;
    console.log(line);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'test-summary.txt'), `${line}\n`);
  }
};
