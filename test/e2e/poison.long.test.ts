import { z } from 'zod';
import { addFaults, expectSettled, idOf, linkId, linkShown, look, notedFailures } from '../support/sight';
import { poll } from '../support/poll';
import { createSharedStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/**
 * Poison records, end to end: what a vendor refuses holds back nothing else and is parked after ten failing runs. It comes back with a change
 * of its data or on request. Elsewhere: refused fields, one by one (M10, rules-update-writes.test.ts), refused creations (L6,
 * rules-create.test.ts), records whose every call fails (A4, runs.long.test.ts).
 */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const putPairs = (count: number) =>
  stage.putWorld({
    officernd: { companies: many(count).map((number) => ({ _id: company(number), name: `C${number}` })) },
    hubspot: { companies: many(count).map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })) },
  });
const batchCalls = async (kind: 'read' | 'update') => {
  const { byRoute } = await stage.requests('hubspot');
  return Object.entries(byRoute).reduce((sum, [route, count]) => (route.endsWith(`/companies/batch/${kind}`) ? sum + count : sum), 0);
};

/** The time limit, for busy machines. */
const PATIENT_MS = 240_000;

describe('a partial batch of 180', () => {
  test(
    'M10 three refused values of 180 hold back neither the other 177 records nor their own records’ other fields (400 for the whole batch)',
    async () => {
      const tenant = 'poison-400';
      const refused = [7, 101, 180];
      await putPairs(180);
      await stage.applyTenant(tenant, { entities: ['company'] });
      await stage.sync(tenant);
      await stage.admin('hubspot', 'PUT', '/settings', { rules: [{ type: 'companies', property: 'city', kind: 'alpha' }] });
      try {
        const cityOf = (number: number) => (refused.includes(number) ? `District ${number}` : 'Leeds');
        await stage.edit(
          'officernd',
          many(180).map((number) => ({
            op: 'update',
            type: 'companies',
            id: company(number),
            fields: { 'address.city': cityOf(number), description: `New ${number}` },
          })),
        );
        const before = await batchCalls('update');
        expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 3 });
        const { values } = await look(stage);
        for (const number of many(180)) {
          expect(values(`${number}`)).toMatchObject({ description: `New ${number}` });
          expect([number, values(`${number}`)['city'] ?? '']).toEqual([number, refused.includes(number) ? '' : 'Leeds']);
        }
        const failures = await notedFailures(stage, tenant);
        expect(failures.map(({ subject, field }) => `${subject} ${field ?? ''}`).toSorted()).toEqual(
          refused.map((number) => `company/${company(number)}/${number} address.city`).toSorted(),
        );
        // Halving finds one record of a hundred in at most 2·⌈log₂ 100⌉ calls.
        expect((await batchCalls('update')) - before).toBeLessThan(2 + 3 * 14);
        await expectSettled(stage, tenant);
      } finally {
        await stage.admin('hubspot', 'PUT', '/settings', { rules: [] });
      }
    },
    PATIENT_MS,
  );

  test(
    'A4 a record that is archived while its batch is on the way fails alone (207)',
    async () => {
      const tenant = 'poison-207';
      await putPairs(180);
      await stage.applyTenant(tenant, { entities: ['company'] });
      await stage.sync(tenant);
      await stage.edit(
        'officernd',
        many(180).map((number) => ({ op: 'update', type: 'companies', id: company(number), fields: { description: `New ${number}` } })),
      );
      await addFaults(stage, 'hubspot', [{ match: { method: 'POST', path: '/batch/update' }, times: 1, action: { delayMs: 3_000 } }]);
      const reads = await batchCalls('read');
      const running = stage.sync(tenant);
      await poll('the look before the write (M8)', async () => ((await batchCalls('read')) > reads ? true : undefined));
      await stage.edit('hubspot', [{ op: 'archive', type: 'companies', id: '7' }]);
      expect(await running).toMatchObject({ state: 'completed', failures: 0, phases: { update: { company: { updatedHubspot: 179 } } } });
      // One is the write, the other the read of the same 100 records afterwards.
      expect((await stage.requests('hubspot')).byStatus).toMatchObject({ 207: 2 });
      const { values } = await look(stage);
      for (const number of many(180).filter((one) => one !== 7))
        expect(values(`${number}`)).toMatchObject({ description: `New ${number}` });
      // U1: the next run finds it gone.
      expect(await stage.sync(tenant)).toMatchObject({ phases: { unlink: { company: { unlinked: 1 } } } });
      await expectSettled(stage, tenant);
    },
    PATIENT_MS,
  );
});

const loggedSchema = z.object({ log: z.array(z.object({ method: z.string(), path: z.string() })) });

test(
  'A4 an update, a creation and an unlinking that fail in ten runs are parked, hold back nobody, and come back with other data or on request',
  async () => {
    const tenant = 'poison-parked';
    const poison = { method: 'PUT', action: { status: 400, body: { statusCode: 400, message: ['No.'], error: 'Bad Request' } } };
    const sent = async () => {
      const { log } = loggedSchema.parse(await stage.admin('officernd', 'GET', '/requests?log=1'));
      const count = (method: string, path: string) => log.filter((one) => one.method === method && one.path.endsWith(path)).length;
      return [count('PUT', company(2)), count('PUT', company(3)), count('POST', '/companies')];
    };
    let runs = 0;
    /** Edits the healthy record and syncs once more. The edit must arrive. */
    const syncWith = async (): Promise<SeenReport> => {
      runs += 1;
      const city = `City ${'x'.repeat(runs)}`;
      await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '1', properties: { city } }]);
      const report = await stage.sync(tenant);
      expect((await look(stage)).officernd(company(1))).toMatchObject({ address: { city } });
      return report;
    };

    await putPairs(3);
    await stage.applyTenant(tenant, { entities: ['company'] });
    await stage.sync(tenant);
    await stage.edit('hubspot', [
      { op: 'update', type: 'companies', id: '2', properties: { city: 'Bath' } },
      { op: 'archive', type: 'companies', id: '3' },
      { op: 'create', type: 'companies', id: '4', properties: { name: 'C4' } },
    ]);
    await addFaults(
      stage,
      'officernd',
      [
        // A value that is refused for good is not sent again at all (M10), so the update meets passing trouble.
        { match: { method: 'PUT', path: `${company(2)}$` }, action: { status: 500 } },
        { ...poison, match: { method: 'PUT', path: `${company(3)}$` } },
        { match: { method: 'POST', path: '/companies$' }, action: { status: 500 } },
      ].map(({ match, action }) => ({ match, action })),
    );

    for (let run = 1; run <= 10; run += 1) {
      const report = await syncWith();
      expect([run, report.state, report.failures, report.parked]).toEqual([run, 'completed', 3, run < 10 ? 0 : 3]);
      // The fourth is a candidate. The third is not, because its unlinking was refused and it is still linked.
      expect(report.phases.link['company']).toMatchObject({ candidates: 1, created: 0 });
    }
    expect((await notedFailures(stage, tenant)).map(({ runs: failed }) => failed)).toEqual([10, 10, 10]);

    // The records are parked, so the eleventh run sends none of them.
    const afterTen = await sent();
    expect(await syncWith()).toMatchObject({ failures: 0, parked: 3, phases: { link: { company: { candidates: 1 } } } });
    expect(await sent()).toEqual(afterTen);
    expect((await stage.cli('status', tenant)).stdout).toMatch(/3 parked/);

    // After a change of its data, each is tried once more and parked again at once.
    await stage.edit('hubspot', [
      { op: 'update', type: 'companies', id: '2', properties: { city: 'Hull' } },
      { op: 'update', type: 'companies', id: '4', properties: { name: 'C4 Ltd' } },
    ]);
    await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(3), fields: { description: 'new' } }]);
    expect(await syncWith()).toMatchObject({ failures: 3, parked: 3 });
    const afterChange = await sent();
    for (const [index, count] of afterTen.entries()) expect(afterChange[index]).toBeGreaterThan(count);
    expect(await syncWith()).toMatchObject({ failures: 0, parked: 3 });
    expect(await sent()).toEqual(afterChange);

    // Though the vendor would accept them now, they stay parked until somebody asks for a retry.
    await stage.admin('officernd', 'DELETE', '/faults');
    expect(await syncWith()).toMatchObject({ failures: 0, parked: 3 });
    expect(await sent()).toEqual(afterChange);
    expect(await stage.cli('retry', tenant)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 failures') });
    expect(await syncWith()).toMatchObject({
      failures: 0,
      parked: 0,
      phases: { unlink: { company: { unlinked: 1 } }, link: { company: { created: 1 } } },
    });
    const { officernd, linkedTo } = await look(stage);
    expect(officernd(company(2))).toMatchObject({ address: { city: 'Hull' } });
    expect(linkShown(officernd(company(3)))).toBeUndefined();
    expect(linkedTo('4')?.name).toBe('C4 Ltd');
    expect(await notedFailures(stage, tenant)).toEqual([]);
    await expectSettled(stage, tenant);
  },
  PATIENT_MS,
);

test('A4 failures that have lost their object are forgotten: linked by a match, deleted, filtered out, made equal by hand, unlinked', async () => {
  const tenant = 'poison-idle';
  const member = (number: number) => idOf('member', number);
  await stage.putWorld({
    officernd: { members: [1, 2].map((number) => ({ _id: member(number), name: `M${number}`, phone: '1' })) },
    hubspot: {
      contacts: [
        ...[1, 2].map((number) => ({ id: `${number}`, properties: { firstname: `M${number}`, phone: '1' } })),
        { id: '11', properties: { email: 'matched@example.com' } },
        { id: '12', properties: { email: 'deleted@example.com' } },
        { id: '13', properties: { email: 'filtered@example.com', lifecyclestage: 'lead' } },
      ],
    },
  });
  await stage.admin('officernd', 'PUT', '/settings', { memberPhoneOnPut: false });
  try {
    await stage.applyTenant(tenant, { entities: ['member'] });
    expect(await stage.sync(tenant)).toMatchObject({ failures: 3 });
    await stage.edit(
      'hubspot',
      ['1', '2'].map((id) => ({ op: 'update', type: 'contacts', id, properties: { phone: '2' } })),
    );
    expect(await stage.sync(tenant)).toMatchObject({ failures: 2 });
    expect((await notedFailures(stage, tenant)).map(({ reason }) => reason.replace(/ .*/, '')).toSorted()).toEqual([
      'no-name',
      'no-name',
      'no-name',
      'phone:',
      'phone:',
    ]);

    await stage.edit('officernd', [
      { op: 'create', type: 'members', fields: { name: 'Twin', email: 'matched@example.com' } },
      { op: 'update', type: 'members', id: member(1), fields: { phone: '2' } },
    ]);
    await stage.edit('hubspot', [
      { op: 'archive', type: 'contacts', id: '12' },
      { op: 'archive', type: 'contacts', id: '2' },
    ]);
    await stage.applyTenant(tenant, { entities: ['member'], create: { filter: [{ property: 'lifecyclestage', in: ['customer'] }] } });
    await stage.sync(tenant);
    expect((await look(stage)).named('Twin')?.properties).toMatchObject({ hubspot_link_id: linkId('11') });
    expect(await notedFailures(stage, tenant)).toEqual([]);
    await expectSettled(stage, tenant);
  } finally {
    await stage.admin('officernd', 'PUT', '/settings', { memberPhoneOnPut: true });
  }
});
