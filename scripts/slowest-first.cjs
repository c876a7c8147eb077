'use strict';

const Sequencer = require('@jest/test-sequencer').default;

/**
 * The test files that take longest, slowest first. In a clean checkout Jest knows no durations and goes by the size of files. A small file
 * that plays for minutes would come last, and all others would have ended long before.
 */
const SLOWEST = [
  'test/e2e/crash-points.long.test.ts',
  'test/cases/cases.long.test.ts',
  'test/chaos/chaos.long.test.ts',
  'test/e2e/resume.long.test.ts',
  'test/upgrade/upgrade.long.test.ts',
  'test/e2e/proposals.long.test.ts',
  'test/e2e/runs.long.test.ts',
  'test/e2e/approval.long.test.ts',
  'test/e2e/look-then-write.long.test.ts',
  'test/e2e/rules-merges.long.test.ts',
  'test/e2e/poison.long.test.ts',
  'test/e2e/rules-held-elsewhere.long.test.ts',
  'test/e2e/apply.long.test.ts',
  'test/e2e/frozen-worker.long.test.ts',
  'test/package/package.long.test.ts',
];

/** Begins with the slowest test files, then with the other long ones. The rest comes in Jest's own order. */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
};

function rankOf({ path }) {
  const name = path.replaceAll('\\', '/');
  const place = SLOWEST.findIndex((slow) => name.endsWith(slow));
  if (place !== -1) return place;
  return name.endsWith('.long.test.ts') ? SLOWEST.length : SLOWEST.length + 1;
}
