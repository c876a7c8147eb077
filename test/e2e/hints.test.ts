import type { Hint } from '../../domain/hints/hint';
import { openFeed } from '../support/hints';
import type { Feed } from '../support/hints';
import { linkedMembers, inHubSpot } from '../support/members';
import { idOf, linkShown, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Hints: a vendor's word that a record may have changed reaches the other side, for the price of that record. */

let stage: Stage;
let feed: Feed;

beforeAll(async () => {
  stage = await createSharedStage();
  feed = await openFeed(stage);
});

afterAll(async () => {
  await feed.close();
  await stage.stop();
});

const contact = (recordId: string, isGone = false): Hint => ({ side: 'hubspot', entity: 'member', recordId, isGone });
test('T1, T2, T3 an edit in HubSpot is read by its hints, with its partner, and nothing else; T5 the echo is quiet', async () => {
  const tenant = 'hints-edit';
  await linkedMembers(stage, tenant, [1, 2, 3], { settleSeconds: 0.5 });
  await inHubSpot(stage, 1, { phone: '+44 20 7946 0001' });
  for (const source of ['journal', 'hubspot-push', 'person'] as const) await feed.receive(tenant, source, [contact('1')]);
  const [run] = await feed.untilQuiet(tenant, 1);
  expect((await look(stage)).officernd(idOf('member', 1))).toMatchObject({ phone: '+44 20 7946 0001' });
  const { report } = run ?? {};
  expect(report).toMatchObject({ mode: 'incremental', hints: 1, phases: { update: { member: { compared: 1, updatedOfficernd: 1 } } } });
  // The contact; the member when it is read, right before its write, and the write.
  expect(report?.calls.hubspot.total).toBeLessThanOrEqual(2);
  expect(report?.calls.officernd.total).toBeLessThanOrEqual(3);

  await feed.receive(tenant, 'officernd-push', [{ side: 'officernd', entity: 'member', recordId: idOf('member', 1), isGone: false }]);
  const runs = await feed.untilQuiet(tenant, 2);
  expect(runs).toHaveLength(2);
  expect(runs[1]?.report).toMatchObject({ phases: { update: { member: { compared: 1, updatedOfficernd: 0, updatedHubspot: 0 } } } });
  expect(await feed.keeperState(tenant)).toEqual({ status: 'RUNNING', pending: 0 });
});

test('T3 a deletion is proven, and what is there stays; T4 the brake counts what runs for hints did before', async () => {
  const tenant = 'hints-gone';
  await linkedMembers(stage, tenant, [11, 12, 13], { settleSeconds: 0, brakes: { unlink: { count: 1, share: 0 } } });
  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '11' }]);
  await feed.receive(tenant, 'hubspot-push', [contact('11', true), contact('12', true)]);
  const [run] = await feed.untilQuiet(tenant, 1);
  expect(run?.report).toMatchObject({ state: 'completed', hints: 2, phases: { unlink: { member: { checked: 2, unlinked: 1 } } } });
  const seen = await look(stage);
  expect(linkShown(seen.officernd(idOf('member', 11)))).toBeUndefined();
  expect(linkShown(seen.officernd(idOf('member', 12)))).toBe('12345678-12');

  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: '13' }]);
  await feed.receive(tenant, 'journal', [contact('13', true)]);
  const [, next] = await feed.untilQuiet(tenant, 2);
  expect(next?.report).toMatchObject({ state: 'needs-approval', proposals: [{ kind: 'unlink', operations: 1 }] });
  expect(JSON.parse((await stage.cli('status', tenant, '--json')).stdout)).toMatchObject({
    proposals: [{ kind: 'unlink', operations: 1 }],
    hints: { waiting: 0, lastRun: { state: 'needs-approval' } },
  });
});
