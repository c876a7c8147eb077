import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { company, createApprovals } from '../support/approvals';
import type { Approvals } from '../support/approvals';
import { inStore, linkId, linkShown, look, storedLinks } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Files for people and other tools, links from another tool, and the erasure of one record: through the command line, on real servers. */

let stage: Stage;
let approvals: Approvals;
const tenant = 'exports-all';

beforeAll(async () => {
  stage = await createSharedStage();
  approvals = createApprovals(stage);
});

afterAll(() => stage.stop());

const importSchema = z.object({
  counts: z.record(z.string(), z.number()),
  proposals: z.array(z.object({ id: z.string(), entity: z.string(), operations: z.number(), state: z.string() })),
});

async function importLinks(...lines: readonly string[]) {
  const file = stage.writeFile('links.csv', ['entity,officerndId,hubspotId', ...lines].join('\n'));
  const result = await stage.cli('import', tenant, 'links', file, '--json');
  expect(result).toMatchObject({ code: 0 });
  return importSchema.parse(JSON.parse(result.stdout));
}

async function exported(what: string, ...more: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { stdout } = await stage.cli('export', tenant, what, '--format', 'ndjson', ...more);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

/** Everything that the database holds of the tenant, as one text. */
const kept = (): Promise<string> =>
  inStore(stage, async (db) => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    return JSON.stringify(await Promise.all(names.map((name) => db.collection(name).find({ tenant }).toArray())));
  });

test('P1, P2, L13, L14, M2 links of another tool are proposed, approved and made where they still hold; exported; and erased', async () => {
  await stage.putWorld({
    officernd: {
      companies: [
        { _id: company(1), name: 'qmarked Alpha', description: 'qmarked note' },
        { _id: company(2), name: 'Beta' },
      ],
    },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'qmarked Alpha', description: '=qmarked()' } },
        { id: '2', properties: { name: 'Other' } },
      ],
    },
  });
  const nothingByItself = { matching: { name: 'off' }, create: { filter: [{ property: 'city', in: ['nowhere'] }] } };
  expect(await stage.applyTenant(tenant, nothingByItself)).toMatchObject({ code: 0 });

  // Nothing was read yet, so every record is unknown. One of the two pairs names records that are not there.
  const [known, gone] = [`company,${company(1)},1`, `company,${company(9)},99`];
  const proposed = await importLinks(known, gone);
  expect(proposed).toMatchObject({
    counts: { new: 0, unknown: 2, linked: 0, contradicts: 0 },
    proposals: [{ entity: 'company', operations: 2, state: 'open' }],
  });
  expect((await importLinks(gone, known)).proposals).toEqual(proposed.proposals);
  expect(await storedLinks(stage, tenant)).toEqual([]);

  const report = await approvals.approve(tenant, proposed.proposals[0]?.id ?? '');
  expect(report).toMatchObject({ phases: { link: { company: { linked: 1, adopted: 0, created: 0 } } }, firstLink: 1 });
  const { officernd } = await look(stage);
  expect([linkShown(officernd(company(1))), linkShown(officernd(company(2)))]).toEqual([linkId('1'), undefined]);

  // L13: a record with a link keeps it.
  expect(await importLinks(`company,${company(2)},1`)).toMatchObject({ counts: { contradicts: 1 }, proposals: [] });
  expect(await importLinks(known)).toMatchObject({ counts: { linked: 1 }, proposals: [] });

  expect(await exported('operations', '--run', report.runId)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'link', hubspotId: '1', hubspotName: 'qmarked Alpha', reason: 'P2 import', state: 'applied' }),
      expect.objectContaining({ kind: 'link', hubspotId: '99', hubspotName: '', reason: 'P2 import', state: 'failed', error: 'not-found' }),
    ]),
  );
  const csv = await stage.cli('export', tenant, 'conflicts');
  expect(parse(csv.stdout, { columns: true })).toMatchObject([
    { kind: 'first-link', hubspotId: '1', field: 'description', hubspot: "'=qmarked()" },
  ]);
  const whole: unknown = JSON.parse((await stage.cli('export', tenant, 'links', '--json')).stdout);
  expect(whole).toMatchObject({
    kind: 'links',
    rows: [{ officerndId: company(1), officerndName: 'qmarked Alpha', hubspotId: '1', state: 'active' }],
  });
  expect(await stage.cli('export', tenant, 'links', '--run', 'none')).toMatchObject({ code: 2, stdout: '' });

  // Erased only when it is linked no more, and then whole.
  const refused = await stage.cli('forget', tenant, 'company', '1', '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
    1,
    { error: { kind: 'linked', message: expect.stringContaining('--even-so') } },
  ]);
  expect(await kept()).toContain('qmarked');
  await approvals.archive('1');
  await stage.edit('officernd', [{ op: 'delete', type: 'companies', id: company(1) }]);
  await stage.sync(tenant);
  const erased = await stage.cli('forget', tenant, 'company', company(1), '--json');
  expect(erased.code).toBe(0);
  expect(JSON.parse(erased.stdout)).toMatchObject({
    entity: 'company',
    officerndHashes: [expect.stringMatching(/^#[0-9a-f]{40}$/)],
    hubspotHashes: [expect.any(String)],
    stillLinked: false,
    before: null,
  });
  expect(erased.stdout).not.toContain(company(1));
  const text = await kept();
  expect(['qmarked', company(1)].filter((one) => text.includes(one))).toEqual([]);
  const again = await stage.cli('forget', tenant, 'company', company(1));
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/Nothing was left of it\.[^]*It was erased before/)]);
  expect((await stage.cli('forget', tenant, 'company', '4711')).code).toBe(1);
});
