'use strict';

/** Ends a Jest run with one plain line, "N passed, N failed", that needs no knowledge of Jest to be read. */
module.exports = class PlainReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests + numTodoTests;
    // A test file that cannot even be loaded has no failed tests of its own, yet it has failed.
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
    console.log(skipped === 0 ? line : `${line}, ${skipped} skipped`);
  }
};
