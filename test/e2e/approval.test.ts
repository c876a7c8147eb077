import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, inStore, linkId, linkShown, look, writesIn } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** U4 and L11: the brakes and their release, through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);

async function linkedCompanies(tenant: string, count: number, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await stage.putWorld({
    officernd: {
      companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })),
      members: [{ _id: idOf('member', 1), name: 'Ann' }],
    },
    hubspot: {
      companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })),
      contacts: [{ id: '91', properties: { firstname: 'Ann' } }],
    },
  });
  expect(await stage.applyTenant(tenant, settings)).toMatchObject({ code: 0 });
  await stage.sync(tenant);
}

const archive = (...ids: string[]) =>
  stage.edit(
    'hubspot',
    ids.map((id) => ({ op: 'archive', type: 'companies', id })),
  );
const links = async (count: number) => {
  const { officernd } = await look(stage);
  return Array.from({ length: count }, (_, index) => linkShown(officernd(company(index + 1))));
};

const batchReads = async () => {
  const { byRoute } = await stage.requests('hubspot');
  return Object.entries(byRoute).reduce((sum, [route, count]) => (route.endsWith('/companies/batch/read') ? sum + count : sum), 0);
};

async function report(tenant: string, runId: string, state: string): Promise<SeenReport> {
  return poll(`run ${runId} to be ${state}`, async () => {
    const { stdout } = await stage.cli('report', tenant, runId, '--json');
    const found = reportSchema.parse(JSON.parse(stdout));
    return found.state === state ? found : undefined;
  });
}

test('U4 above the limit none is unlinked and the other phases go on; approving releases exactly that list', async () => {
  const tenant = 'approval-unlink';
  await linkedCompanies(tenant, 5, { brakes: { unlink: { count: 1, share: 0 } } });
  await archive('1', '2');
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '3', properties: { city: 'Leeds' } },
    { op: 'create', type: 'companies', id: '6', properties: { name: 'C6' } },
  ]);
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { description: 'edited meanwhile' } }]);
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    state: 'needs-approval',
    phases: {
      unlink: { company: { unlinked: 0 } },
      link: { company: { candidates: 1, created: 1, linked: 0 } },
      // The two whose record is gone are linked still, and can't be compared.
      update: { company: { compared: 4 } },
    },
  });
  expect(await links(5)).toEqual(['1', '2', '3', '4', '5'].map(linkId));
  expect((await look(stage)).officernd(company(3))).toMatchObject({ address: { city: 'Leeds' } });
  const status = await stage.cli('status', tenant, '--json');
  expect(status.code).toBe(3);
  expect(status.stdout).toContain('needs-approval');

  // Between the report and the approval one of the two comes back, and another one goes.
  await stage.edit('hubspot', [{ op: 'restore', type: 'companies', id: '2' }]);
  await archive('4');
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  const done = await report(tenant, held.runId, 'completed');
  // The phases that follow a release count the run's records, not those of the first round once more.
  expect(done.phases).toMatchObject({
    unlink: { company: { checked: 5, unlinked: 1 }, member: { checked: 1 } },
    link: { company: { candidates: 1, created: 1, skipped: 0 } },
    update: { company: { compared: 5, updatedOfficernd: 1, unchanged: 4 }, member: { compared: 1, unchanged: 1 } },
  });
  expect(await links(5)).toEqual([undefined, ...['2', '3', '4', '5'].map(linkId)]);
  expect((await look(stage)).officernd(company(1))).toMatchObject({ description: 'edited meanwhile' });

  expect((await stage.sync(tenant)).phases.unlink['company']).toMatchObject({ unlinked: 1 });
  expect(await links(5)).toEqual([undefined, linkId('2'), linkId('3'), undefined, linkId('5')]);
  await expectSettled(stage, tenant);
});

test('U4, L6 a list that was deleted in HubSpot and imported again is not created anew: approved, its records are linked once more', async () => {
  const tenant = 'approval-imported-again';
  await linkedCompanies(tenant, 4, { brakes: { unlink: { count: 1, share: 0 }, createsPerRun: 2 } });
  await archive('1', '2', '3');
  await stage.edit(
    'hubspot',
    ['C1', 'C2', 'C3', 'C9'].map((name, index) => ({ op: 'create', type: 'companies', id: `${11 + index}`, properties: { name } })),
  );
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({
    state: 'needs-approval',
    phases: { unlink: { company: { unlinked: 0 } }, link: { company: { candidates: 4, created: 1, linked: 0 } } },
  });
  expect((await look(stage)).world.officernd.companies).toHaveLength(5);
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  expect((await report(tenant, held.runId, 'completed')).phases).toMatchObject({
    unlink: { company: { unlinked: 3 } },
    link: { company: { created: 1, linked: 3 } },
  });
  expect(await links(4)).toEqual(['11', '12', '13', '4'].map(linkId));
  expect((await look(stage)).world.officernd.companies).toHaveLength(5);
  await expectSettled(stage, tenant);
});

test('M3, A3 the phases that follow a release know of an edit that the look before a write has shown (M8)', async () => {
  const tenant = 'approval-look';
  await linkedCompanies(tenant, 3, { brakes: { unlink: { count: 1, share: 0 } } });
  const cityInHubSpot = (city: string) => stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '3', properties: { city } }]);
  await cityInHubSpot('York');
  await stage.sync(tenant);
  await archive('1', '2');
  await cityInHubSpot('Leeds');
  // Phase 1 asks for the two by their ids, together and then one by one: everything has been read by then, and nothing is written yet.
  await addFaults(stage, 'hubspot', [{ match: { method: 'GET', path: '/companies/1\\b' }, times: 1, action: { delayMs: 3_000 } }]);
  const reads = await batchReads();
  const running = stage.sync(tenant, [], 3);
  await poll('phase 1', async () => ((await batchReads()) > reads ? true : undefined));
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(3), fields: { 'address.city': 'Leeds' } }]);
  const held = await running;
  expect(held.phases.update['company']).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  expect((await report(tenant, held.runId, 'completed')).phases.update['company']).toMatchObject({
    updatedOfficernd: 0,
    updatedHubspot: 0,
  });
  const { officernd, values } = await look(stage);
  expect(officernd(company(3))).toMatchObject({ address: { city: 'Leeds' } });
  expect(values('3')).toMatchObject({ city: 'Leeds' });
  await expectSettled(stage, tenant);
});

test('U4 the limit is the larger of the count and the share; an approval is for its own run only', async () => {
  const tenant = 'approval-share';
  await linkedCompanies(tenant, 6, { brakes: { unlink: { count: 0, share: 0.5 } } });
  await archive('1', '2', '3');
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', phases: { unlink: { company: { unlinked: 3 } } } });
  await archive('4', '5');
  const first = await stage.sync(tenant, [], 3);
  const second = await stage.sync(tenant, [], 3);
  expect(second.runId).not.toBe(first.runId);
  const late = await stage.cli('approve', tenant, first.runId, '--json');
  expect(late.code).not.toBe(0);
  expect(await links(6)).toEqual([undefined, undefined, undefined, ...['4', '5', '6'].map(linkId)]);
  expect(await stage.cli('approve', tenant, second.runId)).toMatchObject({ code: 0 });
  await report(tenant, second.runId, 'completed');
  expect(await links(6)).toEqual([undefined, undefined, undefined, undefined, undefined, linkId('6')]);
});

test('U4 clearing stray ids counts towards the brake, too (U7)', async () => {
  const tenant = 'approval-strays';
  const numbers = [1, 2, 3];
  await stage.putWorld({
    officernd: {
      companies: numbers.map((number) => ({
        _id: company(number),
        name: `C${number}`,
        properties: { hubspot_link_id: linkId(`90${number}`) },
      })),
    },
  });
  await stage.applyTenant(tenant, { brakes: { unlink: { count: 2, share: 0 } } });
  const held = await stage.sync(tenant, [], 3);
  expect(writesIn(await stage.requests('officernd'))).toEqual({});
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  expect((await report(tenant, held.runId, 'completed')).phases.unlink['company']).toMatchObject({ unlinked: 3 });
  expect(await links(3)).toEqual([undefined, undefined, undefined]);
});

test('U4 a secret that stopped working while the run waited does not fail it once it is approved: it goes on after `resume`', async () => {
  const tenant = 'approval-secret';
  const secret = stage.writeFile('hubspot-token', stage.hubspot.accessToken);
  const { apiUrl, portalId, accessToken } = stage.hubspot;
  const hubspot = { apiUrl, portalId, accessToken: { file: secret } };
  await linkedCompanies(tenant, 3, { hubspot, brakes: { unlink: { count: 1, share: 0 } } });
  await archive('1', '2');
  const { runId } = await stage.sync(tenant, [], 3);
  stage.writeFile('hubspot-token', '');
  expect(await stage.cli('approve', tenant, runId)).toMatchObject({ code: 0 });
  expect(await report(tenant, runId, 'blocked')).toMatchObject({ trouble: { setting: 'hubspot.accessToken' } });
  stage.writeFile('hubspot-token', accessToken);
  expect(await stage.cli('resume', tenant)).toMatchObject({ code: 0 });
  expect((await report(tenant, runId, 'completed')).phases.unlink['company']).toMatchObject({ unlinked: 2 });
  expect(await links(3)).toEqual([undefined, undefined, linkId('3')]);
});

test('L11 more creations than the limit wait for approval, over all entities; what matches is linked and updated', async () => {
  const tenant = 'approval-create';
  const world = {
    officernd: { companies: [{ _id: company(1), name: 'Match' }] },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'Match', city: 'York' } },
        { id: '2', properties: { name: 'New Ltd' } },
      ],
      contacts: [
        { id: '11', properties: { firstname: 'One' }, associations: { companies: ['2'] } },
        { id: '12', properties: { firstname: 'Two' } },
      ],
    },
  };
  await stage.putWorld(world);
  await stage.applyTenant(tenant, { brakes: { createsPerRun: 2 } });
  const held = await stage.sync(tenant, [], 3);
  expect(held).toMatchObject({ state: 'needs-approval', phases: { link: { company: { linked: 1 }, member: { created: 0 } } } });
  const waiting = await look(stage);
  expect(waiting.world.officernd.members).toEqual([]);
  expect(waiting.officernd(company(1))).toMatchObject({ address: { city: 'York' }, properties: { hubspot_link_id: linkId('1') } });
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  expect((await report(tenant, held.runId, 'completed')).phases).toMatchObject({
    link: { company: { candidates: 2, linked: 1, created: 1, skipped: 0 }, member: { candidates: 2, created: 2, skipped: 0 } },
    update: { company: { compared: 2 }, member: { compared: 2 } },
  });
  const after = await look(stage);
  expect(['2', '11', '12'].map((id) => after.linkedTo(id)?.name)).toEqual(['New Ltd', 'One', 'Two']);
  expect(after.linkedTo('11')?.['company']).toBe(after.linkedTo('2')?._id);
  await expectSettled(stage, tenant);
});

test('L11, L6 what is deleted while a list waits for its approval is not created', async () => {
  const tenant = 'approval-too-late';
  await stage.putWorld({
    hubspot: { companies: ['1', '2', '3'].map((id) => ({ id, properties: { name: `C${id}` } })) },
  });
  await stage.applyTenant(tenant, { brakes: { createsPerRun: 2 } });
  const held = await stage.sync(tenant, [], 3);
  await archive('2');
  // It has waited for a day.
  const { modifiedCount } = await inStore(stage, (db) =>
    db.collection('runs').updateOne({ tenant, state: 'needs-approval' }, { $set: { startedAt: new Date(Date.now() - 24 * 3_600_000) } }),
  );
  expect(modifiedCount).toBe(1);
  expect(await stage.cli('approve', tenant, held.runId)).toMatchObject({ code: 0 });
  expect((await report(tenant, held.runId, 'completed')).phases).toMatchObject({ link: { company: { created: 2 } } });
  expect((await look(stage)).world.officernd.companies.map(({ name }) => name).toSorted()).toEqual(['C1', 'C3']);
  await expectSettled(stage, tenant);
});

test('U4, L11 a preview goes through, and tells at which brakes a run would stop', async () => {
  const tenant = 'approval-preview';
  await linkedCompanies(tenant, 3, { brakes: { unlink: { count: 1, share: 0 }, createsPerRun: 2 } });
  await archive('1', '2');
  const contacts = ['11', '12', '13'];
  await stage.edit(
    'hubspot',
    contacts.map((id) => ({ op: 'create', type: 'contacts', id, properties: { firstname: `Contact ${id}` } })),
  );
  const preview = await stage.sync(tenant, ['--mode', 'preview']);
  expect(preview).toMatchObject({ state: 'completed', phases: { unlink: { company: { unlinked: 2 } }, link: { member: { created: 3 } } } });
  expect(preview['wouldHold']).toEqual([
    { phase: 'unlink', entity: 'company', rule: 'U4', operations: 2 },
    { phase: 'link', entity: 'member', rule: 'L11', operations: 3 },
  ]);
  expect((await stage.cli('report', tenant)).stdout).toContain('would hold back 2 company unlinks (U4), 3 member creations (L11)');
  expect(await links(3)).toEqual(['1', '2', '3'].map(linkId));
});

test('U4, L11 approving what does not wait, or a run that never was, is refused in one sentence', async () => {
  const tenant = 'approval-nothing';
  await linkedCompanies(tenant, 1, {});
  const { runId } = await stage.sync(tenant);
  for (const [run, code] of [
    [runId, 1],
    ['no-such-run', 2],
  ] as const) {
    const refused = await stage.cli('approve', tenant, run, '--json');
    expect(refused).toMatchObject({ code, stdout: expect.stringContaining('"error"') });
  }
});
