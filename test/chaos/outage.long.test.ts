import { addFaults, expectSettled, look } from '../support/sight';
import { poll } from '../support/poll';
import { createStage } from '../support/stage';
import type { SideName, Stage } from '../support/stage';

/**
 * A2: both vendors answer everything with 503 in the middle of a run. The run goes on by itself when they are back. Here the outage lasts
 * for five refusals a side, about half a minute. The workflow simulator has one of six hours, since a real server's timers can't be skipped.
 */

const CONTACTS = 40;
const sides: readonly SideName[] = ['officernd', 'hubspot'];

const world = {
  officernd: { companies: [], members: [{ _id: '65f0e0000000000000000001', name: 'Ann Lee', email: 'ann@x.org', phone: '1' }] },
  hubspot: {
    portalId: '12345678',
    companies: [{ id: '1', properties: { name: 'Acme' } }],
    contacts: [
      { id: '500', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@x.org', city: 'Sofia' } },
      ...Array.from({ length: CONTACTS }, (_, index) => ({
        id: `${501 + index}`,
        properties: { firstname: 'Bob', lastname: `Roe${index}`, email: `bob${index}@x.org` },
        associations: { companies: ['1'] },
      })),
    ],
  },
};

let stage: Stage;
beforeAll(async () => {
  stage = await createStage('outage');
  await stage.putWorld(world);
  await stage.applyTenant('outage');
  await stage.startWorker();
});
afterAll(() => stage.stop());

const created = async (): Promise<number> => (await stage.requests('officernd')).byRoute['POST /organizations/{org}/members'] ?? 0;
const refusals = async (): Promise<number> => {
  const seen = await Promise.all(sides.map((side) => stage.requests(side)));
  return Math.max(...seen.map(({ byStatus }) => byStatus['503'] ?? 0));
};

test('A2 a run rides out an outage of its vendors and ends by itself, with nothing lost and nothing twice (L12)', async () => {
  const running = stage.sync('outage');
  await poll('the first creations', async () => ((await created()) > 3 ? true : undefined), { deadlineMs: 60_000, everyMs: 5 });
  for (const side of sides) await addFaults(stage, side, [{ action: { status: 503 } }]);
  const before = await created();
  const downAt = Date.now();
  await poll(
    'attempts that spread over half a minute',
    async () => (Date.now() - downAt > 30_000 && (await refusals()) > 5 ? true : undefined),
    { deadlineMs: 120_000 },
  );
  for (const side of sides) await stage.admin(side, 'DELETE', '/faults');

  expect(await running).toMatchObject({ state: 'completed' });
  expect(before).toBeLessThan(CONTACTS);
  await expectSettled(stage, 'outage');
  const { world: now } = await look(stage);
  expect(now.officernd.members).toHaveLength(CONTACTS + 1);
  const linked = now.officernd.members.map(({ properties }) => properties['hubspot_link_id']);
  expect(new Set(linked)).toEqual(new Set(world.hubspot.contacts.map(({ id }) => `12345678-${id}`)));
  expect(now.officernd.members.find(({ name }) => name === 'Ann Lee')).toMatchObject({ address: { city: 'Sofia' } });
}, 240_000);
