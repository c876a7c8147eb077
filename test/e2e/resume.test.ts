import { createKilledRuns } from '../support/killed-runs';
import { firstOrAll } from '../support/thorough';

/**
 * A2: a worker that is killed in the middle of a phase is replaced by another, and the run finishes by itself. There are more points in
 * resume.long.test.ts, and every point in crash-points.long.test.ts.
 */

const { finishByAnother, stop } = createKilledRuns();
afterAll(stop);

test.concurrent.each(
  firstOrAll([
    ['phase 2, between a creation and its note', 'create-called:7'],
    ['phase 3, between call and base', 'update-hubspot-called:1'],
  ]),
)(
  'A2 killed in %s: another worker finishes the run, with the same end and nothing twice (L12)',
  async (_where, point) => {
    const { seen, expected } = await finishByAnother(point);
    expect(seen).toEqual(expected);
  },
  240_000,
);
