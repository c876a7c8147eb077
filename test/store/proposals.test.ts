import { proposalIdOf } from '../../domain/proposal';
import { effectHash } from '../../store/content-hash';
import { anApproval, anEffect, aProposal, aRun } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };
const stateOf = async (id = 'd1') => (await own.tenant.proposals.get(id))?.state;

test('P1 a proposal is read back as it was, and opening it again changes nothing', async () => {
  await own.tenant.proposals.open(aProposal());
  await own.tenant.proposals.open(aProposal({ openedAt: inDays(3), validUntil: inDays(17) }));
  expect(await own.tenant.proposals.get('d1')).toEqual({ ...aProposal(), id: 'd1', state: 'open', approval: null });
  expect(await own.tenant.proposals.get('d2')).toBeNull();
});

test('P1 an open proposal that nobody approved in time is open again when a run plans the list again', async () => {
  await own.tenant.proposals.open(aProposal());
  await own.tenant.proposals.open(aProposal({ openedAt: inDays(14), validUntil: inDays(28) }));
  expect(await own.tenant.proposals.get('d1')).toMatchObject({ openedAt: inDays(14), validUntil: inDays(28) });
});

test('P2 the first approval counts; carried out, the same list needs another one', async () => {
  const { proposals } = own.tenant;
  await proposals.open(aProposal());
  await proposals.approve(['d1'], anApproval());
  await proposals.approve(['d1'], anApproval({ by: 'Bob' }));
  await proposals.open(aProposal({ openedAt: inDays(20) }));
  expect(await proposals.approved('unlink', 'member')).toMatchObject([{ id: 'd1', approval: { by: 'Ann' } }]);
  expect(await proposals.approved('officernd-gone', 'member')).toEqual([]);
  await proposals.finish(['d1']);
  expect(await stateOf()).toBe('done');
  await proposals.open(aProposal({ openedAt: inDays(20) }));
  expect(await proposals.get('d1')).toMatchObject({ state: 'open', approval: null });
});

test('P1 a list is kept until it can be approved no more; an approved one as long as other history', async () => {
  const { proposals } = own.tenant;
  const effects = [anEffect(), anEffect({ hubspotId: '102', fields: [] }), anEffect({ reason: 'U7' })];
  await proposals.effects.add('d1', effects, inDays(14));
  await proposals.effects.add('d1', effects, inDays(14));
  await proposals.effects.add('d2', [anEffect()], inDays(14));
  await proposals.open(aProposal());
  const { items } = await proposals.effects.page('d1', everything);
  expect(new Set(items.map(effectHash))).toEqual(new Set(effects.map(effectHash)));
  expect(await proposals.effects.hashes(['d1'])).toEqual(new Set(effects.map(effectHash)));
  const expiries = () => own.db.collection('heldEffects').distinct('expiresAt', { tenant: own.tenantName, proposal: 'd1' });
  expect(await expiries()).toEqual([inDays(14)]);
  await proposals.approve(['d1'], anApproval());
  expect(await expiries()).toEqual([inDays(30)]);
  expect(await own.db.collection('proposals').findOne({ tenant: own.tenantName })).toMatchObject({ expiresAt: inDays(30) });
});

test('P1 an edit makes another effect of an overwriting, and none of an unlink or a creation', () => {
  const change = { field: 'phone', base: '1', officernd: '2', hubspot: '', rule: 'M6', action: 'writeOfficernd' } as const;
  const hashes = (kind: 'create' | 'updateOfficernd') =>
    ['2', '3'].map((officernd) => effectHash(anEffect({ kind, fields: [{ ...change, officernd }] })));
  expect(new Set(hashes('create')).size).toBe(1);
  expect(new Set(hashes('updateOfficernd')).size).toBe(2);
  expect(proposalIdOf('0123456789abcdef')).toBe('0123456789ab');
});

test('P2 an approval is used up by a later run that has read everything of the entity and has come to its end', async () => {
  const { runs } = own.tenant;
  const later = { startedAt: inDays(1), entities: ['member'] } as const;
  await runs.start(aRun({ id: 'incremental', ...later, state: 'completed', reading: { kind: 'incremental', since: '' } }));
  await runs.start(aRun({ id: 'failed', ...later, state: 'failed' }));
  await runs.start(aRun({ id: 'before', startedAt: NOW, state: 'completed' }));
  expect(await runs.hasReadAllSince('member', NOW)).toBe(false);
  await runs.start(aRun({ id: 'full', ...later, state: 'needs-approval' }));
  expect(await runs.hasReadAllSince('member', NOW)).toBe(true);
  expect(await runs.hasReadAllSince('company', NOW)).toBe(false);
  expect(await runs.hasReadAllSince('company', null)).toBe(true);
});

test('P2 an approved import is none of a brake, and the other way round', async () => {
  const { proposals } = own.tenant;
  await proposals.open(aProposal({ digest: 'i1', kind: 'import', phase: 'link' }));
  await proposals.open(aProposal({ digest: 'c1', kind: 'create', phase: 'link' }));
  await proposals.approve(['i1', 'c1'], anApproval());
  expect(await proposals.get('i1')).toMatchObject({ kind: 'import', state: 'approved' });
  expect((await proposals.approved('import', 'member')).map(({ id }) => id)).toEqual(['i1']);
  expect((await proposals.approved('create', 'member')).map(({ id }) => id)).toEqual(['c1']);
});
