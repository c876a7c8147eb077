import { z } from 'zod';
import { addFaults, expectSettled, hubspotContents, idOf, linkId, look, PORTAL } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/**
 * A2, A4: a vendor drops one call in eight, or refuses one in five for a second. The run takes at most ten times as long as without trouble.
 * It ends in the same state, and nothing is doubled. The runs are played one after the other, so they compare on any machine.
 */

let stage: Stage;
beforeAll(async () => {
  stage = await createSharedStage();
});
afterAll(() => stage.stop());

const LINKED = 140;
const NEW = 12;
const MOST_TIMES = 10;

/** Pairs with a value to write on each side, and contacts that are to be created. */
const world = {
  officernd: {
    members: Array.from({ length: LINKED }, (_, index) => ({
      _id: idOf('member', index + 1),
      name: `Member ${index + 1}`,
      email: `m${index + 1}@example.com`,
      phone: `+44 ${1_000 + index}`,
    })),
  },
  hubspot: {
    portalId: PORTAL,
    contacts: Array.from({ length: LINKED + NEW }, (_, index) => ({
      id: `${index + 1}`,
      properties: { firstname: 'Member', lastname: `${index + 1}`, email: `m${index + 1}@example.com`, city: 'Leeds' },
    })),
  },
};

interface Played {
  readonly seconds: number;
  readonly calls: number;
  readonly report: SeenReport;
  readonly state: unknown;
}

const times = z.object({ startedAt: z.coerce.date(), finishedAt: z.coerce.date() });

async function play(tenant: string, fault: object | null): Promise<Played> {
  await stage.putWorld(world);
  await stage.applyTenant(tenant);
  const before = await callsSoFar();
  if (fault !== null) for (const side of ['officernd', 'hubspot'] as const) await addFaults(stage, side, [fault]);
  const report = await stage.sync(tenant);
  for (const side of ['officernd', 'hubspot'] as const) await stage.admin(side, 'DELETE', '/faults');
  const calls = (await callsSoFar()) - before;
  const { startedAt, finishedAt } = times.parse(report);
  await expectSettled(stage, tenant);
  return { seconds: (finishedAt.getTime() - startedAt.getTime()) / 1_000, calls, report, state: await stateNow() };
}

const callsSoFar = async (): Promise<number> => (await stage.requests('officernd')).total + (await stage.requests('hubspot')).total;

/** Both sides, without the ids and stamps that the vendors choose. */
async function stateNow(): Promise<unknown> {
  const { world: now } = await look(stage);
  const members = now.officernd.members.map(({ name, email, phone, address, properties }) => ({ name, email, phone, address, properties }));
  return { members: members.toSorted((one, other) => (`${one.name}` < `${other.name}` ? -1 : 1)), hubspot: hubspotContents(now) };
}

test('A2, A4 one call in eight dropped, or one in five refused for a second: at most ten times as long, and nothing doubled', async () => {
  const played = new Map<string, Played>();
  played.set('undisturbed', await play('recovery-calm', null));
  played.set('dropped before', await play('recovery-before', { probability: 1 / 8, action: { dropBeforeCommit: true } }));
  played.set('dropped after', await play('recovery-after', { probability: 1 / 8, action: { dropAfterCommit: true } }));
  played.set('refused', await play('recovery-refused', { probability: 1 / 5, action: { status: 429, headers: { 'Retry-After': '1' } } }));

  const calm = played.get('undisturbed');
  if (calm === undefined) throw new Error('The run without trouble was not played.');
  const lines = [...played].map(
    ([name, { seconds, calls }]) =>
      `${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s ${(seconds / calm.seconds).toFixed(1).padStart(6)} times ${calls} calls`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  const tooSlow: string[] = [];
  expect(calm.report).toMatchObject({ state: 'completed', failures: 0, pending: 0 });
  for (const [name, { seconds, report, state }] of played) {
    expect([name, report]).toEqual([name, expect.objectContaining({ state: 'completed', failures: 0, pending: 0 })]);
    expect([name, state]).toEqual([name, calm.state]);
    if (seconds > MOST_TIMES * calm.seconds) tooSlow.push(name);
  }
  expect(tooSlow).toEqual([]);
  const shown = (await look(stage)).world.officernd.members.map(({ properties }) => String(properties['hubspot_link_id']));
  expect(shown.toSorted()).toEqual(world.hubspot.contacts.map(({ id }) => linkId(id)).toSorted());
}, 900_000);
