import { randomUUID } from 'node:crypto';
import type { Undoing } from '../../domain/undoing';
import { approveIn } from '../../client/approve';
import { createDecisionVerbs } from '../../client/decisions/decision-verbs';
import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { takingBackPoints } from '../support/crash-kinds';
import { idOf, look, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * X1–X3, D2 over seeds: a run, its undo, and the undo of that, with workers that are killed. `ORSYNC_UNDO_SEEDS` says how
 * many, `ORSYNC_UNDO_SEED` the first.
 */

const SEEDS = Number(process.env['ORSYNC_UNDO_SEEDS'] ?? '8');
const FIRST = Number(process.env['ORSYNC_UNDO_SEED'] ?? '1');
const PEOPLE = 7;

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('undo-seeds');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

if (SEEDS > 8) jest.setTimeout(SEEDS * 30_000);

/** Numbers below 1 that are the same for the same seed. */
function numbersOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

const numbers = Array.from({ length: PEOPLE }, (_, index) => index + 1);
const member = (number: number) => idOf('member', number);
const phones = ['', '+1 1', '+1 2', '+1 3'];
const cities = ['', 'Leeds', 'York'];
interface Dice {
  readonly pick: <T>(from: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
}

function diceOf(seed: number): Dice {
  const next = numbersOf(seed);
  return {
    pick: (from) => {
      const found = from[Math.floor(next() * from.length)];
      if (found === undefined) throw new Error('There is nothing to pick from.');
      return found;
    },
    chance: (share) => next() < share,
  };
}

/** People on either side or on both, with different phones and cities. */
async function putPeople({ pick, chance }: Dice): Promise<void> {
  const where = numbers.map(() => pick(['both', 'both', 'both', 'hubspot', 'officernd'] as const));
  const inOfficernd = numbers.filter((number) => where[number - 1] !== 'hubspot');
  const inHubSpot = numbers.filter((number) => where[number - 1] !== 'officernd');
  const email = (number: number) => `p${number}@example.com`;
  await stage.putWorld({
    officernd: {
      members: inOfficernd.map((number) => ({
        _id: member(number),
        name: `P No${number}`,
        email: email(number),
        phone: pick(phones),
        address: { city: pick(cities) },
        ...(chance(0.2) && where[number - 1] === 'both' && { properties: { hubspot_link_id: `12345678-${number}`, Kept: 'k' } }),
      })),
    },
    hubspot: {
      contacts: inHubSpot.map((number) => ({
        id: `${number}`,
        properties: { firstname: 'P', lastname: `No${number}`, email: email(number), phone: pick(phones), city: pick(cities) },
      })),
    },
  });
}

async function editSome({ pick, chance }: Dice): Promise<void> {
  const { officernd, hubspot } = await look(stage);
  for (const number of numbers) {
    if (chance(0.5) && officernd(member(number)) !== undefined)
      await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(number), fields: { phone: pick(phones) } }]);
    if (chance(0.5) && hubspot(`${number}`) !== undefined)
      await stage.edit('hubspot', [
        { op: 'update', type: 'contacts', id: `${number}`, properties: { phone: pick(phones), city: pick(cities) } },
      ]);
  }
}

/** Both sides’ values of the people that the world began with. Records that runs create are left out. */
async function valuesNow() {
  const { officernd, values } = await look(stage);
  const blankOr = (value: unknown) => (value === '' || value === undefined ? null : value);
  return numbers.map((number) => {
    const record = officernd(member(number));
    const { address, phone } = record ?? { address: null, phone: null };
    const properties = record?.properties ?? {};
    const city: unknown = typeof address === 'object' && address !== null ? Reflect.get(address, 'city') : null;
    const there = values(`${number}`);
    return {
      number,
      officernd: [blankOr(phone), blankOr(city), blankOr(properties['hubspot_link_id']), blankOr(properties['Kept'])],
      hubspot: [blankOr(there['phone']), blankOr(there['city'])],
    };
  });
}

const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

const activeLinks = async (tenant: string) => {
  const { items } = await engine.store.forTenant(tenant).links.pagePairs('member', { after: null, limit: 100 });
  return items.map(({ id }) => id);
};

/** Takes back with a worker that dies once, or twice: at any point, for any time that it comes there. */
async function takeBack(tenant: string, undoes: Undoing, { pick }: Dice): Promise<string> {
  const runId = randomUUID();
  await engine.run(tenant, { runId, undoes, killAt: { point: pick(takingBackPoints), nth: pick([1, 1, 2, 3]) } });
  return runId;
}

/** The brakes are tried elsewhere. */
const settings = { brakes: { unlink: { count: 100, share: 1 }, erase: { count: 100, share: 1 }, firstLink: { count: 100, share: 1 } } };

const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST + index);

test.each(seeds)('X1 X2 X3 A2 seed %i: a run, its undo and the undo of that, with kills', async (seed) => {
  const dice = diceOf(seed);
  const tenant = `undo-${seed}`;
  await putPeople(dice);
  await engine.addTenant(tenant, settings);
  // Either the first sync is undone, which links and creates, or one that merges edits.
  if (dice.chance(0.5)) {
    await engine.run(tenant);
    await editSome(dice);
  }
  const links = await activeLinks(tenant);
  const before = await valuesNow();
  const runId = randomUUID();
  await engine.run(tenant, { runId });
  const [after, linksAfter] = [await valuesNow(), await activeLinks(tenant)];

  const undone = await takeBack(tenant, { run: runId }, dice);
  const kept = (ids: readonly string[], all: typeof before) =>
    all.map(({ number, officernd: [phone, city, linkId, own], hubspot }) => {
      const isLinked = ids.some((id) => id.startsWith(`member/${member(number)}/`));
      // L14: the id of a link that stays may show now.
      return { number, officernd: [phone, city, isLinked ? 'linked' : linkId, own], hubspot };
    });
  expect(kept(links, await valuesNow())).toEqual(kept(links, before));
  expect(await activeLinks(tenant)).toEqual(links);
  const sent = await writes();
  await engine.run(tenant);
  expect(await writes()).toEqual(sent);

  await takeBack(tenant, { run: undone }, dice);
  expect(await valuesNow()).toEqual(after);
  expect(await activeLinks(tenant)).toEqual(linksAfter);
  const sentAgain = await writes();
  await engine.run(tenant);
  expect(await writes()).toEqual(sentAgain);
});

test.each(seeds.slice(0, 4))('D2 A2 seed %i: values that gave way are taken back, with kills', async (seed) => {
  const dice = diceOf(seed + 10_000);
  const tenant = `take-back-${seed}`;
  await putPeople(dice);
  await engine.addTenant(tenant, settings);
  const runId = randomUUID();
  await engine.run(tenant, { runId });
  const kept = engine.store.forTenant(tenant);
  const lost = (await kept.conflicts.page(runId, { after: null, limit: 100 })).items.filter(({ kind }) => kind !== 'drift');
  if (lost.length === 0) return;
  await takeBack(tenant, { conflicts: lost.map(({ id }) => id) }, dice);
  const { officernd, values } = await look(stage);
  for (const { officerndId, hubspotId, field, hubspot } of lost.filter((one) => one.field === 'phone'))
    expect([officernd(officerndId)?.[field], values(hubspotId)[field]]).toEqual([hubspot, hubspot]);
  const again = await kept.conflicts.byIds(lost.map(({ id }) => id));
  expect(again.filter(({ takenBackBy }) => takenBackBy === undefined)).toEqual([]);
  const sent = await writes();
  await engine.run(tenant);
  expect(await writes()).toEqual(sent);
});

describe('brakes', () => {
  /** People without a phone in OfficeRnD, and one edit each that the run carries over. */
  async function filled(tenant: string, count: number, brakes: object): Promise<string> {
    const some = Array.from({ length: count }, (_, index) => index + 1);
    await stage.putWorld({
      officernd: { members: some.map((number) => ({ _id: member(number), name: `P No${number}`, email: `p${number}@example.com` })) },
      hubspot: {
        contacts: some.map((number) => ({
          id: `${number}`,
          properties: { firstname: 'P', lastname: `No${number}`, email: `p${number}@example.com`, phone: `+1 ${number}` },
        })),
      },
    });
    await engine.addTenant(tenant, { brakes });
    const runId = randomUUID();
    await engine.run(tenant, { runId });
    return runId;
  }

  const heldOf = async (tenant: string, runId: string) =>
    (await engine.store.forTenant(tenant).operations.page(runId, { state: 'held' }, { after: null, limit: 50 })).items.map(
      ({ kind, hubspotId }) => `${kind} ${hubspotId ?? ''}`,
    );

  test('X3 M6 U4 what the brakes hold of an undo becomes proposals, and the approved run does it', async () => {
    const tenant = 'undo-braked';
    const first = await filled(tenant, 3, { erase: { count: 1, share: 0 }, unlink: { count: 1, share: 0 } });
    const undone = randomUUID();
    await engine.run(tenant, { runId: undone, undoes: { run: first } });
    expect((await heldOf(tenant, undone)).toSorted()).toEqual([
      ...[1, 2, 3].map((number) => `unlink ${number}`),
      ...[1, 2, 3].map((number) => `updateOfficernd ${number}`),
    ]);
    const { officernd } = await look(stage);
    expect(numbers.slice(0, 3).map((number) => officernd(member(number))?.['phone'])).toEqual(['+1 1', '+1 2', '+1 3']);
    const kept = engine.store.forTenant(tenant);
    const lists = [...(await kept.proposals.approved('unlink', 'member')), ...(await openOf(tenant, undone))];
    expect(lists.map(({ undoes }) => undoes)).toEqual([{ run: first }, { run: first }]);
    const approved = await approveIn(engine.store, tenant, { id: undone, isUnderWay: false }, { by: 'test', at: new Date(), note: null });
    expect(approved).toMatchObject({ operations: 6, demand: { entities: ['member'], mode: 'incremental', undoes: { run: first } } });
    // A sync in between does nothing of the list, and does not use the approval up.
    await engine.run(tenant);
    expect(await activeLinks(tenant)).toHaveLength(3);
    await engine.run(tenant, { undoes: { run: first } });
    const end = await look(stage);
    expect(numbers.slice(0, 3).map((number) => end.officernd(member(number))?.['phone'] ?? null)).toEqual([null, null, null]);
    expect(await activeLinks(tenant)).toEqual([]);
    expect((await kept.proposals.byIds(lists.map(({ id }) => id))).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  async function openOf(tenant: string, runId: string) {
    const kept = engine.store.forTenant(tenant);
    const report = (await kept.runs.get(runId))?.report;
    return kept.proposals.byIds((report?.proposals ?? []).map(({ id }) => id));
  }

  test('D1 X2 a person may have a record created whose creation was undone', async () => {
    const tenant = 'undo-created';
    await stage.putWorld({
      officernd: { members: [] },
      hubspot: { contacts: [{ id: '1', properties: { firstname: 'P', lastname: 'No1', email: 'p1@example.com' } }] },
    });
    await engine.addTenant(tenant, settings);
    const created = async () => (await look(stage)).world.officernd.members.length;
    const runId = randomUUID();
    await engine.run(tenant, { runId });
    await engine.run(tenant, { undoes: { run: runId } });
    await engine.run(tenant);
    expect([await created(), await activeLinks(tenant)]).toEqual([1, []]);
    await createDecisionVerbs(engine.store).decide(tenant, [{ about: 'member/1', say: 'create' }]);
    await engine.run(tenant);
    expect([await created(), (await activeLinks(tenant)).length]).toEqual([2, 1]);
    const [decision] = await createDecisionVerbs(engine.store).decisions(tenant);
    expect(decision?.outcome?.result).toEqual({ state: 'done' });
  });

  test('X1 of one record and of one field: the rest of the run stays', async () => {
    const tenant = 'undo-part';
    const first = await filled(tenant, 3, settings.brakes);
    await engine.run(tenant, { undoes: { run: first, entity: 'member', id: '2' } });
    const one = await look(stage);
    expect([1, 2, 3].map((number) => one.officernd(member(number))?.['phone'] ?? null)).toEqual(['+1 1', null, '+1 3']);
    expect(await activeLinks(tenant)).toHaveLength(2);
    await engine.run(tenant, { undoes: { run: first, field: 'phone' } });
    const all = await look(stage);
    expect([1, 2, 3].map((number) => all.officernd(member(number))?.['phone'] ?? null)).toEqual([null, null, null]);
    expect(await activeLinks(tenant)).toHaveLength(2);
  });
});
