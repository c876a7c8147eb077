import { aFailure, aReview } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };

test('A1 a case that is found again opens no second review', async () => {
  await own.tenant.reviews.open('run-1', [aReview()], NOW);
  await own.tenant.reviews.open('run-2', [aReview()], NOW);
  expect(await own.tenant.reviews.countOpen()).toBe(1);
  expect((await own.tenant.reviews.listOpen(everything)).items).toEqual([aReview()]);
});

test('reviews of a run are found by the records they name', async () => {
  const other = aReview({ id: 'other', officerndIds: ['o3'], hubspotIds: ['103'] });
  await own.tenant.reviews.open('run-1', [aReview(), other], NOW);
  await own.tenant.reviews.open('run-2', [other], NOW);
  const ids = { officerndIds: ['o2', 'o3'], hubspotIds: ['101', '103'] };
  expect(await own.tenant.reviews.ofRun('run-1', 'member', ids)).toEqual([aReview()]);
  expect(await own.tenant.reviews.ofRun('run-2', 'member', ids)).toEqual([other]);
  expect(await own.tenant.reviews.ofRun('run-2', 'member', { officerndIds: [], hubspotIds: ['103'] })).toEqual([other]);
  expect(await own.tenant.reviews.ofRun('run-2', 'member', { officerndIds: [], hubspotIds: [] })).toEqual([]);
  expect(await own.tenant.reviews.ofRun('run-2', 'company', ids)).toEqual([]);
});

test('reviews that a run has not found again are closed, expire, and open again when they come back', async () => {
  const stored = () => own.db.collection('reviews').findOne({ tenant: own.tenantName });
  await own.tenant.reviews.open('run-1', [aReview()], NOW);
  expect(await stored()).toMatchObject({ state: 'open', expiresAt: null });
  expect(await own.tenant.reviews.closeUnseen('run-1', 'member', ['ambiguous'], NOW)).toBe(0);
  expect(await own.tenant.reviews.closeUnseen('run-2', 'company', ['ambiguous'], NOW)).toBe(0);
  expect(await own.tenant.reviews.closeUnseen('run-2', 'member', ['merged'], NOW)).toBe(0);
  expect(await own.tenant.reviews.closeUnseen('run-2', 'member', ['ambiguous', 'merged'], NOW)).toBe(1);
  expect(await own.tenant.reviews.countOpen()).toBe(0);
  expect(await stored()).toMatchObject({ state: 'closed', closedAt: NOW, expiresAt: inDays(30) });
  await own.tenant.reviews.open('run-3', [aReview()], NOW);
  expect(await stored()).toMatchObject({ state: 'open', closedAt: null, expiresAt: null });
});

test('a dismissed review is not open, but still what its run has found, until its case is over', async () => {
  const stored = () => own.db.collection('reviews').findOne({ tenant: own.tenantName });
  const named = { officerndIds: aReview().officerndIds, hubspotIds: [] };
  await own.tenant.reviews.open('run-1', [aReview()], NOW);
  expect(await own.tenant.reviews.dismiss('another', NOW)).toBe(false);
  expect(await own.tenant.reviews.dismiss(aReview().id, NOW)).toBe(true);
  expect(await own.tenant.reviews.dismiss(aReview().id, NOW)).toBe(false);
  expect(await own.tenant.reviews.countOpen()).toBe(0);
  expect((await own.tenant.reviews.listOpen(everything)).items).toEqual([]);
  expect(await stored()).toMatchObject({ state: 'dismissed', closedAt: NOW, expiresAt: inDays(30) });
  await own.tenant.reviews.open('run-2', [aReview()], NOW);
  expect(await stored()).toMatchObject({ state: 'dismissed', closedAt: NOW, expiresAt: null });
  expect(await own.tenant.reviews.ofRun('run-2', 'member', named)).toEqual([aReview()]);
  expect(await own.tenant.reviews.closeUnseen('run-3', 'member', ['ambiguous'], NOW)).toBe(1);
  await own.tenant.reviews.open('run-4', [aReview()], NOW);
  expect(await stored()).toMatchObject({ state: 'open', closedAt: null });
});

test('A4 a record is parked when it has failed in ten different runs', async () => {
  for (const run of [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]) await own.tenant.failures.record(`run-${run}`, [aFailure()], NOW);
  const stored = { ...aFailure(), runs: 9, lastRun: 'run-9', parked: false, retryRequested: false };
  expect(await own.tenant.failures.bySubjects('member', 'link', ['101', '102'])).toEqual([stored]);
  await own.tenant.failures.record('run-10', [aFailure({ reason: 'unavailable' })], NOW);
  expect((await own.tenant.failures.list(everything)).items).toEqual([
    { ...stored, reason: 'unavailable', runs: 10, lastRun: 'run-10', parked: true },
  ]);
  expect(await own.tenant.failures.countParked()).toBe(1);
});

test('a retry unparks until the next failure', async () => {
  for (let run = 1; run <= 10; run += 1) await own.tenant.failures.record(`run-${run}`, [aFailure()], NOW);
  expect(await own.tenant.failures.requestRetry({})).toBe(1);
  expect(await own.tenant.failures.countParked()).toBe(0);
  expect(await own.tenant.failures.bySubjects('member', 'link', ['101'])).toMatchObject([{ parked: false, retryRequested: true }]);
  await own.tenant.failures.record('run-11', [aFailure()], NOW);
  expect(await own.tenant.failures.bySubjects('member', 'link', ['101'])).toMatchObject([{ parked: true, retryRequested: false }]);
});

test('a retry is asked for everything, an entity or certain records', async () => {
  await own.tenant.failures.record('run-1', [aFailure(), aFailure({ subject: '102' }), aFailure({ entity: 'company' })], NOW);
  expect(await own.tenant.failures.requestRetry({})).toBe(3);
  expect(await own.tenant.failures.requestRetry({ entity: 'member' })).toBe(2);
  expect(await own.tenant.failures.requestRetry({ subjects: ['102', '103'] })).toBe(1);
  expect(await own.tenant.failures.requestRetry({ entity: 'company', subjects: ['102'] })).toBe(0);
});

test('M10 a failure keeps what it depends on; noting that anew neither counts it again nor brings it back', async () => {
  const held = aFailure({ side: 'hubspot', said: 'Taken', against: 'a', heldElsewhere: { ids: [], hash: null } });
  await own.tenant.failures.record('run-1', [held, aFailure({ subject: '102' })], NOW);
  expect((await own.tenant.failures.pageHeldElsewhere('member', 'link', everything)).items).toMatchObject([held]);
  const now = { ...held, against: 'b', heldElsewhere: { ids: ['9'], hash: 'h' } };
  await own.tenant.failures.restate([now, aFailure({ subject: 'forgotten', against: 'b' })]);
  expect(await own.tenant.failures.bySubjects('member', 'link', ['101', 'forgotten'])).toMatchObject([
    { ...now, runs: 1, lastRun: 'run-1' },
  ]);
  await own.tenant.failures.record('run-2', [aFailure()], NOW);
  const [plain] = await own.tenant.failures.bySubjects('member', 'link', ['101']);
  expect(Object.keys(plain ?? {})).toEqual(Object.keys({ ...aFailure(), runs: 2, lastRun: '', parked: false, retryRequested: false }));
});

test('M10 failures of fields are kept and cleared apart', async () => {
  const failures = [aFailure(), aFailure({ field: 'phone' }), aFailure({ field: 'properties.a.b' })];
  await own.tenant.failures.record('run-1', failures, NOW);
  expect(await own.tenant.failures.countOfRun('run-1')).toBe(3);
  const fields = async () => (await own.tenant.failures.bySubjects('member', 'link', ['101'])).map(({ field }) => field);
  await own.tenant.failures.clear('member', 'link', ['101'], [null, 'phone']);
  expect(await fields()).toEqual(['properties.a.b']);
  await own.tenant.failures.clear('member', 'update', ['101']);
  expect(await fields()).toEqual(['properties.a.b']);
  await own.tenant.failures.clear('member', 'link', ['101']);
  expect(await fields()).toEqual([]);
});

test('U5 suppressed records are known until they are asked for again', async () => {
  await own.tenant.suppressions.add('member', ['1', '2'], 'run-1', NOW);
  await own.tenant.suppressions.add('member', ['2', '3'], 'run-2', NOW);
  expect(await own.tenant.suppressions.among('member', ['1', '3', '4'])).toEqual(new Set(['1', '3']));
  expect(await own.tenant.suppressions.among('company', ['1'])).toEqual(new Set());
  await own.tenant.suppressions.remove('member', ['1']);
  expect(await own.tenant.suppressions.among('member', ['1', '2'])).toEqual(new Set(['2']));
});
