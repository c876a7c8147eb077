import { aVerdict } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };
const hashes = async (kind: 'rejected' | 'waiting') => (await own.tenant.verdicts.page(kind, everything)).items.map(({ hash }) => hash);

test('P2 a verdict is read back as it was, and a later one replaces it', async () => {
  const { verdicts } = own.tenant;
  expect(await verdicts.any()).toBe(false);
  await verdicts.put([aVerdict({ note: 'seen' }), aVerdict({ hash: 'h2', brake: 'create' })]);
  expect(await verdicts.any()).toBe(true);
  expect((await verdicts.page('rejected', everything)).items).toEqual([
    aVerdict({ note: 'seen' }),
    aVerdict({ hash: 'h2', brake: 'create' }),
  ]);
  await verdicts.put([aVerdict({ verdict: 'waiting', by: 'Bob' })]);
  expect(await verdicts.of('unlink', 'member')).toEqual({ rejected: new Set(), waiting: new Set(['h1']) });
  expect(await verdicts.of('unlink', 'company')).toEqual({ rejected: new Set(), waiting: new Set() });
  expect(await verdicts.rejectedAmong(['h1', 'h2', 'h3'])).toEqual(new Set(['h2']));
});

test('P2 a verdict that was taken back stands no more, and is kept as long as other history', async () => {
  const { verdicts } = own.tenant;
  await verdicts.put([aVerdict(), aVerdict({ hash: 'h2' })]);
  expect(await verdicts.end(['h1', 'unknown'])).toBe(1);
  expect(await hashes('rejected')).toEqual(['h2']);
  const kept = await own.db.collection('verdicts').findOne({ tenant: own.tenantName, hash: 'h1' });
  expect(kept).toMatchObject({ by: 'Ann', isOver: true, expiresAt: inDays(30) });
});

test('P2 a run that plans an effect no more ends its verdict, but not one that came while it was under way', async () => {
  const { verdicts } = own.tenant;
  await verdicts.put([aVerdict(), aVerdict({ hash: 'h2' }), aVerdict({ hash: 'h3', at: inDays(1) })]);
  await verdicts.put([aVerdict({ hash: 'h4', effect: { ...aVerdict().effect, entity: 'company' } })]);
  await verdicts.seen('run-2', ['h2']);
  expect(await verdicts.endUnseen('run-2', ['member'], new Date(NOW.getTime() + 1))).toBe(1);
  expect(await hashes('rejected')).toEqual(['h2', 'h3', 'h4']);
});
