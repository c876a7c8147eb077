import { aReport, aRun } from './builders';
import { NOW, useTestStore } from './test-store';

const own = useTestStore();

test('a run is stored once, and its mapping is frozen', async () => {
  expect(await own.tenant.runs.get('run-1')).toBeNull();
  expect(await own.tenant.runs.start(aRun())).toEqual(aRun());
  expect(await own.tenant.runs.start(aRun({ mappingHash: 'm2', mode: 'preview' }))).toEqual(aRun());
  expect(await own.tenant.runs.get('run-1')).toEqual(aRun());
});

test('runs are listed newest first', async () => {
  expect(await own.tenant.runs.latest()).toBeNull();
  for (const day of [2, 3, 1]) await own.tenant.runs.start(aRun({ id: `run-${day}`, startedAt: new Date(`2024-01-0${day}T00:00:00Z`) }));
  expect((await own.tenant.runs.list(2)).map(({ id }) => id)).toEqual(['run-3', 'run-2']);
  expect((await own.tenant.runs.latest())?.id).toBe('run-3');
});

test('a run that is blocked says why, and a finished one has its report', async () => {
  await own.tenant.runs.start(aRun());
  const trouble = { kind: 'unauthorized', message: 'The token was revoked.', setting: 'hubspot.accessToken' };
  await own.tenant.runs.setState('run-1', 'blocked', trouble);
  expect(await own.tenant.runs.get('run-1')).toEqual(aRun({ state: 'blocked', trouble }));
  await own.tenant.runs.setState('run-1', 'running', null);
  await own.tenant.runs.finish('run-1', aReport(), null, NOW);
  expect(await own.tenant.runs.get('run-1')).toEqual(aRun({ state: 'completed', report: aReport(), finishedAt: NOW }));
});

test('facts keep what they were given last', async () => {
  await own.tenant.runs.setFact('run-1', 'observed/hubspot.member', { complete: false });
  await own.tenant.runs.setFact('run-1', 'observed/hubspot.member', { complete: true, 'total.count': 3 });
  await own.tenant.runs.setFact('run-1', '$other', [1, null]);
  await own.tenant.runs.setFact('run-2', 'x', 1);
  const facts = { 'observed/hubspot.member': { complete: true, 'total.count': 3 }, $other: [1, null] };
  expect(await own.tenant.runs.facts('run-1')).toEqual(facts);
  expect(await own.tenant.runs.facts('run-3')).toEqual({});
});

test('the call ledger adds up, also when several add at the same time', async () => {
  const route = 'GET /crm/v3/objects/{object}';
  const ok = { vendor: 'hubspot', route, outcome: 'ok', count: 2 } as const;
  await Promise.all(
    Array.from({ length: 10 }, () => own.tenant.callLedger.add('run-1', [ok, { ...ok, outcome: 'rate-limited', count: 1 }])),
  );
  await own.tenant.callLedger.add('run-1', []);
  const sum = [
    { ...ok, count: 20 },
    { ...ok, outcome: 'rate-limited', count: 10 },
  ];
  expect([...(await own.tenant.callLedger.ofRun('run-1'))].sort((one, other) => other.count - one.count)).toEqual(sum);
  expect(await own.tenant.callLedger.ofRun('run-2')).toEqual([]);
});
