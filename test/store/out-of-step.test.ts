import { readOutOfStep } from '../../store/out-of-step';
import type { OutOfStepSources } from '../../store/out-of-step';
import { effectHash } from '../../store/content-hash';
import { aConflict, aFailure, anEffect, aReview, aVerdict } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

const held = { id: 'd1', phase: 'unlink', entity: 'member', kind: 'unlink', operations: 2, digest: 'd1' } as const;
const sources = (part: Partial<OutOfStepSources> = {}): OutOfStepSources => ({
  tenant: 't',
  runs: [{ id: 'run-1', entities: ['member'], startedAt: NOW, held: [held], hasDrift: true }],
  locationProperty: 'office',
  hasReviews: true,
  hasVerdicts: true,
  ...part,
});
const read = async (part?: Partial<OutOfStepSources>) => {
  const { groups, records } = await readOutOfStep(own.tenant, sources(part));
  return { records, groups: groups.map(({ reason, records: of, field, detail }) => [reason, of, field ?? detail ?? null]) };
};

test('a tenant in step has nothing out of step', async () => expect(await read()).toEqual({ records: 0, groups: [] }));

test('failures, reviews, what is held, what is rejected and drift are counted, each record once in all', async () => {
  const { failures, reviews, proposals, conflicts, verdicts } = own.tenant;
  await failures.record(
    'run-0',
    [
      aFailure({ subject: '1', reason: 'location-unresolved' }),
      aFailure({ subject: '2', reason: 'location-unresolved' }),
      aFailure({ subject: 'member/o3/3', phase: 'update', field: 'phone', reason: 'INVALID', side: 'hubspot' }),
    ],
    inDays(-1),
  );
  await reviews.open('run-0', [aReview({ officerndIds: ['o8', 'o9'], hubspotIds: ['8'] })], inDays(-3));
  const [left, kept] = [anEffect({ hubspotId: '4' }), anEffect({ hubspotId: '5', officerndId: 'o5' })];
  await proposals.effects.add('d1', [left, kept], inDays(14));
  await verdicts.put([aVerdict({ hash: effectHash(kept), effect: kept, at: inDays(-2) })]);
  await conflicts.record([
    // The record that failed drifts, too, and counts once in all.
    aConflict({ kind: 'drift', linkId: 'member/o3/3', officerndId: 'o3', hubspotId: '3', field: 'email', rule: 'M5' }),
    aConflict({ kind: 'drift', entity: 'company', linkId: 'company/o7/7', hubspotId: '7' }),
    aConflict(),
  ]);
  expect(await read()).toEqual({
    records: 8,
    groups: [
      ['held', 1, 'd1'],
      ['drift', 1, 'email'],
      ['location-unresolved', 2, 'office'],
      ['refused', 1, 'phone'],
      ['rejected', 1, null],
      ['review', 3, 'ambiguous'],
    ],
  });
  // A run of other entities says nothing about what this one holds.
  expect((await read({ runs: [], hasReviews: false, hasVerdicts: false })).groups).toEqual([
    ['location-unresolved', 2, 'office'],
    ['refused', 1, 'phone'],
  ]);
});
