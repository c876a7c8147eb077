import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Phase 1 when OfficeRnD allows fewer reads of single records at a time than it needs. The activities run in this process. */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('unlink-limits');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Links this many members, and then deletes those in `gone`. */
async function linkMembers(tenant: string, count: number, gone: readonly number[]): Promise<void> {
  await stage.putWorld({
    officernd: { members: upTo(count).map((number) => ({ _id: idOf('member', number), name: `Ann ${number}` })) },
    hubspot: { contacts: upTo(count).map((number) => ({ id: `${number}`, properties: { firstname: 'Ann', lastname: `${number}` } })) },
  });
  // Many records end at once here, which no brake shall hold.
  await engine.addTenant(tenant, { brakes: { unlink: { count: 100, share: 1 } } });
  await engine.run(tenant);
  await stage.edit(
    'officernd',
    gone.map((number) => ({ op: 'delete', type: 'members', id: idOf('member', number) })),
  );
}

const singleReads = async () => {
  const { byRoute } = await stage.requests('officernd');
  return Object.entries(byRoute).reduce((sum, [route, count]) => (/^GET .*\/members\/\{\w+\}$/.test(route) ? sum + count : sum), 0);
};

test('U5 more records are gone than may be read in a minute: each window ends links, and every link is checked once', async () => {
  const tenant = 'limits-gone';
  await linkMembers(tenant, 70, upTo(60).slice(10));
  const before = await singleReads();
  const { told } = await engine.run(tenant, { readsUntilHandedBack: 25 });
  expect(told['unlink']).toMatchObject({ checked: 70, retired: 50 });
  // The rest of a window after a step may be used up without a result.
  expect((await singleReads()) - before).toBeLessThanOrEqual(60);
});

test('U3, U5 records that are linked to survivors of merges, and gone, count as well', async () => {
  const tenant = 'limits-merged';
  await stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'primary' });
  await linkMembers(
    tenant,
    60,
    upTo(30).map((number) => 30 + number),
  );
  await stage.edit(
    'hubspot',
    upTo(30).map((number) => ({ op: 'merge', type: 'contacts', id: `${number}`, into: `${30 + number}` })),
  );
  const { told } = await engine.run(tenant, { readsUntilHandedBack: 25 });
  expect(told['unlink']).toMatchObject({ checked: 60, retired: 30, relinked: 30 });
});
