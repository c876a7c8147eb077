import type { Hint } from '../../domain/hints/hint';
import { INBOX_LIMIT } from '../../store/inbox';
import { NOW, useTestStore } from './test-store';

const own = useTestStore();

const contact = (recordId: string, isGone = false): Hint => ({ side: 'hubspot', entity: 'member', recordId, isGone });
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const settled = { now: at(1_000), settleMs: 5_000 };
const claimed = async (run: string) => (await own.tenant.inbox.pageClaimed(run, 'hubspot', 'member', { after: null, limit: 10 })).items;
const stored = () => own.db.collection('inbox').find({ tenant: own.tenantName }).sort({ recordId: 1 }).toArray();

test('T1 hints of one record are one while they wait, of whatever source', async () => {
  const { inbox } = own.tenant;
  expect(await inbox.put('journal', [contact('1'), contact('2'), contact('1', true)], at(0))).toBe(2);
  expect(await inbox.put('hubspot-push', [contact('1')], at(3))).toBe(0);
  expect(await inbox.countWaiting()).toBe(2);
  expect(await inbox.waiting(5)).toEqual([
    { firstAtMs: at(0).getTime(), lastAtMs: at(0).getTime() },
    { firstAtMs: at(0).getTime(), lastAtMs: at(3).getTime() },
  ]);
  expect(await stored()).toMatchObject([
    { recordId: '1', sources: ['hubspot-push', 'journal'], isGone: true, waitsSince: at(0), lastAt: at(3), claimedBy: null },
    { recordId: '2', sources: ['journal'], isGone: false, expiresAt: at(7 * 24 * 3_600) },
  ]);
});

test('T1 what no record can have as its id is not stored', async () => {
  expect(await own.tenant.inbox.put('journal', [contact('../1'), contact(''), contact('1'.repeat(100))], NOW)).toBe(0);
  expect(await stored()).toEqual([]);
});

test('T2 a run claims what has settled, and what has waited for a minute', async () => {
  const { inbox } = own.tenant;
  await inbox.put('journal', [contact('1'), contact('3')], at(0));
  await inbox.put('journal', [contact('2')], at(58));
  await inbox.put('journal', [contact('3')], at(59));
  const now = { now: at(61), settleMs: 5_000 };
  expect(await inbox.claim('run-1', now)).toEqual({ records: 2, entities: ['member'], leftBy: [] });
  expect(await claimed('run-1')).toEqual(['1', '3']);
  expect(await inbox.claim('run-1', now)).toMatchObject({ records: 2 });
  expect(await inbox.countWaiting()).toBe(1);
});

test('T1 a hint that comes while a run has the record waits for the next run', async () => {
  const { inbox } = own.tenant;
  await inbox.put('journal', [contact('1'), contact('2')], at(0));
  await inbox.claim('run-1', settled);
  await inbox.noteRead('run-1', 'hubspot', 'member', ['1', '2']);
  await inbox.put('journal', [contact('1')], at(20));
  await inbox.settle('run-1');
  expect(await stored()).toMatchObject([{ recordId: '1', waitsSince: at(20), claimedBy: null, claimedSince: null, isRead: false }]);
});

test('T1 what a run has claimed and not read waits again, and so does everything of a run that failed', async () => {
  const { inbox } = own.tenant;
  await inbox.put('journal', [contact('1'), contact('2')], at(0));
  await inbox.claim('run-1', settled);
  await inbox.join('run-1', 'officernd', 'member', ['o1'], at(30));
  await inbox.noteRead('run-1', 'hubspot', 'member', ['2']);
  await inbox.settle('run-1');
  expect(await stored()).toMatchObject([{ recordId: '1', waitsSince: at(0), claimedBy: null }]);
  await inbox.claim('run-2', settled);
  await inbox.join('run-2', 'officernd', 'member', ['o1'], at(30));
  await inbox.release('run-2');
  expect(await stored()).toMatchObject([{ recordId: '1', waitsSince: at(0), claimedBy: null, claimedSince: null }]);
});

test('T1 the next run takes over what a run that was broken off had claimed', async () => {
  const { inbox } = own.tenant;
  await inbox.put('journal', [contact('1')], at(0));
  await inbox.claim('run-1', settled);
  await inbox.join('run-1', 'officernd', 'member', ['o1'], at(1));
  expect(await inbox.claim('run-2', settled)).toEqual({ records: 1, entities: ['member'], leftBy: ['run-1'] });
  expect(await claimed('run-2')).toEqual(['1']);
  await inbox.settle('run-1');
  await inbox.release('run-2');
  expect(await inbox.waiting(5)).toEqual([{ firstAtMs: at(0).getTime(), lastAtMs: at(0).getTime() }]);
});

test('a partner that was hinted at, too, goes on waiting when the run has ended', async () => {
  const { inbox } = own.tenant;
  await inbox.put('poll', [{ side: 'officernd', entity: 'member', recordId: 'o1', isGone: false }], at(999));
  await inbox.join('run-1', 'officernd', 'member', ['o1', 'o2'], at(999));
  expect(await inbox.claim('run-1', { now: at(1_000), settleMs: 5_000 })).toMatchObject({ records: 0 });
  await inbox.settle('run-1');
  expect(await stored()).toMatchObject([{ recordId: 'o1', waitsSince: at(999), claimedBy: null }]);
});

test('T5 a full inbox takes nothing more, and a full run is asked for once', async () => {
  const { inbox, gaps } = own.tenant;
  expect(await gaps.ask(NOW)).toBe(false);
  const document = {
    schemaVersion: 2,
    tenant: own.tenantName,
    expiresAt: null,
    side: 'hubspot',
    entity: 'member',
    sources: [],
    isGone: false,
  };
  const waiting = { waitsSince: NOW, lastAt: NOW, claimedBy: null, claimedSince: null, isRead: false };
  await own.db.collection<{ _id: string }>('inbox').insertMany(
    Array.from({ length: INBOX_LIMIT }, (_, index) => ({
      _id: `${own.tenantName}/${index}`,
      recordId: `${index}`,
      ...document,
      ...waiting,
    })),
  );
  expect(await inbox.put('journal', [contact('1')], at(1))).toBe(0);
  expect(await inbox.countWaiting()).toBe(INBOX_LIMIT);
  expect([await gaps.ask(at(2)), await gaps.ask(at(3)), await gaps.ask(at(7 * 3_600))]).toEqual([true, false, true]);
  await gaps.closeBefore(at(1));
  await gaps.note('journal', at(1));
  await gaps.closeBefore(at(9));
  expect(await gaps.ask(at(8 * 3_600))).toBe(false);
});

test('T5 a full run forgets the hints of its entities that came before it', async () => {
  const { inbox } = own.tenant;
  await inbox.put('journal', [contact('1'), { ...contact('2'), entity: 'company' }], at(0));
  await inbox.put('journal', [contact('3')], at(10));
  await inbox.forgetBefore(at(5), ['member']);
  expect((await stored()).map(({ recordId }) => recordId as unknown)).toEqual(['2', '3']);
  await inbox.forgetOthers(['member', 'opportunity']);
  expect((await stored()).map(({ recordId }) => recordId as unknown)).toEqual(['3']);
});

test('tenants whose hints wait are found', async () => {
  await own.tenant.inbox.put('journal', [contact('1')], at(5_000));
  expect(await own.store.tenantsWaiting({ after: at(4_999), before: at(5_001) })).toEqual([own.tenantName]);
  expect(await own.store.tenantsWaiting({ after: at(5_000), before: at(9_000) })).toEqual([]);
});

test('T4 what runs for hints have done is added up by list, but for one run', async () => {
  const { letThrough } = own.tenant;
  await letThrough.note('run-1', { 'member/unlink': 3, create: 0 }, at(0));
  await letThrough.note('run-1', { 'member/unlink': 4 }, at(1));
  await letThrough.note('run-2', { 'member/unlink': 2, create: 1 }, at(2));
  expect(await letThrough.since(at(0), 'run-3')).toEqual({ 'member/unlink': 6, create: 1 });
  expect(await letThrough.since(at(0), 'run-1')).toEqual({ 'member/unlink': 2, create: 1 });
  expect(await letThrough.since(at(2), 'run-3')).toEqual({ 'member/unlink': 2, create: 1 });
});
