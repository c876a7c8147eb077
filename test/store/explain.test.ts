import { createExplainVerbs } from '../../client/explain/verbs';
import { standardFields } from '../../domain/standard-fields';
import { canonical } from '../../domain/values';
import { againstHash, valueHash } from '../../store/refusal-hashes';
import { aFailure, anApproval, anEffect, anObservation, anOperation, aPair, aProposal, aReport, aRun } from './builders';
import { NOW, useTestStore } from './test-store';

/** `orsync explain` and `orsync history` read these facts from the store. */

const own = useTestStore();

const fields = standardFields('member');
const verbs = () => createExplainVerbs(own.store, () => NOW);
const explain = (id: string) => verbs().explain(own.tenantName, { entity: 'member', id });

const ann = (given: Partial<ReturnType<typeof anObservation>> = {}) =>
  anObservation({
    values: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com', phone: '+44 1' },
    keys: { emails: ['ann@example.com'], name: 'ann lee' },
    ...given,
  });
const annO = (given: Partial<ReturnType<typeof anObservation>> = {}) =>
  anObservation({
    side: 'officernd',
    id: 'o1',
    values: { name: 'Ann Lee', email: 'ann@example.com', phone: '+44 2' },
    keys: { emails: ['ann@example.com'], name: 'ann lee' },
    linkId: '7-101',
    ...given,
  });

const mapping = { ...aRun().mapping, fields };

async function aFinishedRun(): Promise<void> {
  await own.tenant.runs.start(aRun({ mapping }));
  await own.tenant.runs.finish('run-1', aReport(), null, NOW);
}

async function aLinkedPair(): Promise<void> {
  const { tenant } = own;
  await aFinishedRun();
  await tenant.observations.record('run-1', [ann(), annO()]);
  await tenant.links.activate([aPair()]);
}

test('a record is found by either id, by its link id, by the link’s name and by its e-mail', async () => {
  await aLinkedPair();
  for (const id of ['101', 'o1', '7-101', 'member/o1/101', 'Ann@Example.com ']) {
    expect(await explain(id)).toMatchObject({
      state: 'linked',
      officernd: { id: 'o1', name: 'Ann Lee' },
      hubspot: { id: '101', name: 'Ann Lee' },
      asOf: { run: 'run-1', isLive: false },
    });
  }
});

test('what is not known, and what names several records, is refused without naming a person', async () => {
  await aLinkedPair();
  await expect(explain('999')).rejects.toMatchObject({ kind: 'unknown-record' });
  await own.tenant.observations.record('run-1', [ann({ id: '102' })]);
  await expect(explain('ann@example.com')).rejects.toMatchObject({
    kind: 'several-records',
    message: 'That names 2 records; name one of them by its id: 101, 102.',
  });
});

test('U3 a record that was merged into another is followed, with its past', async () => {
  await aLinkedPair();
  await own.tenant.operations.plan('run-0', [
    anOperation({ hubspotId: '99', officerndId: null, kind: 'create', phase: 'link', fields: [] }),
  ]);
  await own.tenant.observations.record('run-1', [ann({ mergedIds: ['99'] })]);
  expect(await explain('99')).toMatchObject({ state: 'linked', hubspot: { id: '101' }, mergedFrom: '99' });
  const { entries } = await verbs().history(own.tenantName, { entity: 'member', id: '99' });
  expect(entries).toMatchObject([{ run: 'run-0', kind: 'create', hubspotId: '99' }]);
});

test('a record that was read by a run under way is explained by the configuration of the last one that ended', async () => {
  await aLinkedPair();
  await own.tenant.runs.start(aRun({ id: 'run-2', generation: 'run-2', startedAt: new Date(NOW.getTime() + 1000) }));
  await own.tenant.observations.record('run-2', [ann({ values: { firstname: 'Anna', lastname: 'Lee' } })]);
  expect(await explain('101')).toMatchObject({ asOf: { run: 'run-1' }, hubspot: { name: 'Anna Lee' } });
});

test('M10 a refusal is the answer for as long as its value and the refusing record are the same', async () => {
  await aLinkedPair();
  const phone = fields.find(({ key }) => key === 'phone');
  if (phone === undefined) throw new Error('Members have a phone.');
  const context = { timeZone: 'UTC', statuses: { statusByStage: {}, stageByStatus: {} } };
  const refusal = aFailure({
    subject: 'member/o1/101',
    phase: 'update',
    field: 'phone',
    side: 'hubspot',
    reason: 'phone: INVALID',
    said: 'no such phone',
    dataHash: valueHash('hubspot', 'phone', canonical(phone, 'officernd', '+44 2', context)),
    against: againstHash(ann(), 'm1', null),
  });
  const phoneOf = async () => (await explain('101'))?.fields.find(({ field }) => field === 'phone');
  await own.tenant.failures.record('run-1', [refusal], NOW);
  expect(await phoneOf()).toMatchObject({ state: 'left', rule: 'M10', said: 'no such phone' });
  await own.tenant.observations.record('run-1', [ann({ modifiedAt: '2024-02-02T00:00:00Z' })]);
  expect(await phoneOf()).toMatchObject({ state: 'next-run', rule: 'M2', writes: 'hubspot' });
});

test('M2 P1 P2 a value that is on a list of the newest run is held, and no longer when that list is over', async () => {
  const { tenant } = own;
  await aLinkedPair();
  const change = { field: 'phone', base: null, officernd: '+44 2', hubspot: '+44 1', rule: 'M2', action: 'writeHubspot' } as const;
  await tenant.proposals.effects.add('d1', [anEffect({ kind: 'updateHubspot', reason: 'M2', fields: [change] })], NOW);
  await tenant.proposals.open(aProposal({ kind: 'first-link', phase: 'update' }));
  const phoneOf = async () => (await explain('101'))?.fields.find(({ field }) => field === 'phone');
  expect(await phoneOf()).toMatchObject({ state: 'next-run' });
  await tenant.runs.start(aRun({ id: 'run-2', startedAt: new Date(NOW.getTime() + 1000), mapping }));
  const list = { id: 'd1', phase: 'update', entity: 'member', kind: 'first-link', operations: 1, digest: 'd1' } as const;
  await tenant.runs.finish('run-2', aReport({ runId: 'run-2', proposals: [list] }), null, NOW);
  expect(await phoneOf()).toMatchObject({ state: 'left', remedy: `orsync approve ${own.tenantName} d1` });
  await tenant.proposals.approve(['d1'], anApproval());
  expect(await phoneOf()).toMatchObject({ state: 'left', sentence: expect.stringContaining('which Ann has approved') });
  await tenant.proposals.finish(['d1']);
  expect(await phoneOf()).toMatchObject({ state: 'next-run' });
});

test('L4 U5 a record without a link names its candidates, and why it is not created', async () => {
  const { tenant } = own;
  await aFinishedRun();
  await tenant.observations.record('run-1', [ann(), annO({ linkId: null }), annO({ id: 'o2', linkId: null })]);
  const explained = await explain('101');
  expect(explained).toMatchObject({ state: 'unlinked', verdict: { rule: 'L4', isNext: false } });
  expect(explained?.candidates.map(({ officerndId, key, rule }) => `${officerndId} ${key} ${rule}`).sort()).toEqual([
    'o1 email L4',
    'o1 name L4',
    'o2 email L4',
    'o2 name L4',
  ]);
  await tenant.observations.record('run-1', [ann({ id: '102', keys: { emails: [], name: 'bea' }, values: { firstname: 'Bea' } })]);
  await tenant.suppressions.add('member', ['102'], 'run-1', NOW);
  expect(await explain('102')).toMatchObject({ isSuppressed: true, verdict: { rule: 'U5', remedy: expect.stringContaining('--id 102') } });
});

test('a run that waits for a person is named, since it writes nothing more', async () => {
  await aLinkedPair();
  await own.tenant.runs.start(aRun({ id: 'run-2', startedAt: new Date(NOW.getTime() + 1000), mapping }));
  expect(await explain('101')).toMatchObject({ asOf: { trouble: null } });
  await own.tenant.runs.setState('run-2', 'blocked', { kind: 'unauthorized', message: 'HubSpot refuses the token.', setting: null });
  expect(await explain('101')).toMatchObject({
    asOf: { run: 'run-1', trouble: { run: 'run-2', state: 'blocked', message: 'HubSpot refuses the token.' } },
  });
});

test('V3 an entity that the newest run has left out is explained by that run', async () => {
  await aLinkedPair();
  const paused = [{ entity: 'member', field: 'email', message: 'HubSpot has no property "email".' }] as const;
  const later = { id: 'run-2', entities: ['company'] as const, startedAt: new Date(NOW.getTime() + 1000) };
  await own.tenant.runs.start(aRun({ ...later, mapping: { ...mapping, entities: ['company'], paused } }));
  await own.tenant.runs.finish('run-2', aReport({ runId: 'run-2' }), null, NOW);
  const explained = await explain('101');
  expect(explained).toMatchObject({
    asOf: { run: 'run-2' },
    notes: [{ rule: 'V3', sentence: expect.stringContaining('no property "email"') }],
  });
  expect(explained?.fields.filter(({ state }) => state === 'next-run')).toEqual([]);
});

test('before the first run there is nothing to explain', async () => {
  expect(await explain('101')).toBeNull();
});
