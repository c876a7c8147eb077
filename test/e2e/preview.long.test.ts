import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hubspotContents, idOf, inStore, linkId, look, writesIn } from '../support/sight';
import { createStage, reportSchema } from '../support/stage';
import type { Stage } from '../support/stage';

/** `orsync sync --mode preview` shows what a run would do, on real servers. It writes nothing but its own collections. */

let stage: Stage;
const tenant = 'preview-all';
const company = (number: number) => idOf('company', number);

const operation = z.object({
  phase: z.string(),
  entity: z.string(),
  kind: z.string(),
  officerndId: z.string().nullable(),
  hubspotId: z.string().nullable(),
  fields: z.array(
    z.object({ field: z.string(), base: z.unknown(), officernd: z.unknown(), hubspot: z.unknown(), rule: z.string(), action: z.string() }),
  ),
  reason: z.string(),
});
const predicted = z.object({ total: z.number(), byRoute: z.record(z.string(), z.number()) });
const previewSchema = reportSchema.extend({
  operations: z.array(operation),
  predictedCalls: z.object({ hubspot: predicted, officernd: predicted }),
});
type Preview = z.output<typeof previewSchema>;

beforeAll(async () => {
  stage = await createStage('preview');
  await stage.startWorker();
  await stage.putWorld({
    officernd: {
      companies: [
        { _id: company(1), name: 'Linked', address: { city: 'Leeds' } },
        { _id: company(2), name: 'Leaving' },
        { _id: company(3), name: 'Following' },
      ],
      members: [],
    },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'Linked', city: 'Leeds' } },
        { id: '2', properties: { name: 'Leaving' } },
        { id: '3', properties: { name: 'Following' } },
      ],
      contacts: [],
    },
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await stage.edit('officernd', [
    { op: 'update', type: 'companies', id: company(1), fields: { 'address.city': 'Bath', description: 'from OfficeRnD' } },
    { op: 'create', type: 'companies', id: company(5), fields: { name: 'Waiting', 'address.city': 'Hull' } },
    { op: 'create', type: 'companies', id: company(6), fields: { name: 'Adopted' }, properties: { hubspot_link_id: linkId('6') } },
    { op: 'create', type: 'members', id: idOf('member', 1), fields: { name: 'Twin' } },
    { op: 'create', type: 'members', id: idOf('member', 2), fields: { name: 'Twin' } },
  ]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '1', properties: { city: 'York', address: '5 Oak' } },
    { op: 'archive', type: 'companies', id: '2' },
    { op: 'create', type: 'companies', id: '30', properties: { name: 'Following' } },
    { op: 'merge', type: 'companies', id: '3', into: '30' },
    { op: 'create', type: 'companies', id: '4', properties: { name: 'New', city: 'Ely' } },
    { op: 'create', type: 'companies', id: '5', properties: { name: 'Waiting', city: 'Deal' } },
    { op: 'create', type: 'companies', id: '6', properties: { name: 'Adopted' } },
    { op: 'create', type: 'contacts', id: '11', properties: { firstname: 'New', lastname: 'Member' }, associations: { companies: ['4'] } },
    { op: 'create', type: 'contacts', id: '12', properties: { firstname: 'Twin' } },
  ]);
});

afterAll(() => stage.stop());

/** The contents of all collections but the preview's own. */
const stored = () =>
  inStore(stage, async (db) => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('preview_'));
    const contents = await Promise.all(
      names.map(async (name) => [name, await db.collection(name).find({}).sort({ _id: 1 }).toArray()] as const),
    );
    return Object.fromEntries(
      contents.map(([name, documents]) => [
        name,
        { count: documents.length, hash: createHash('sha256').update(JSON.stringify(documents)).digest('hex') },
      ]),
    );
  });

const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

let preview: Preview;

test('preview writes nothing at the vendors, and in MongoDB only to its own collections', async () => {
  const before = { world: await look(stage), stored: await stored(), writes: await writes() };
  expect(Object.keys(before.stored)).toEqual(
    expect.arrayContaining(['links', 'observations', 'operations', 'runs', 'snapshots', 'tenants']),
  );
  const { code, stdout } = await stage.cli('sync', tenant, '--mode', 'preview', '--wait', '--json');
  expect(code).toBe(0);
  preview = previewSchema.parse(JSON.parse(stdout));
  expect(preview).toMatchObject({ mode: 'preview', state: 'completed' });
  expect(await writes()).toEqual(before.writes);
  const after = await look(stage);
  expect(after.world.officernd).toEqual(before.world.world.officernd);
  expect(hubspotContents(after.world)).toEqual(hubspotContents(before.world.world));
  expect(await stored()).toEqual(before.stored);
});

const operationsOf = (kind: string) => preview.operations.filter((one) => one.kind === kind);

test('preview lists each operation with its reason', () => {
  expect(operationsOf('unlink')).toEqual([
    expect.objectContaining({
      phase: 'unlink',
      entity: 'company',
      officerndId: company(2),
      hubspotId: '2',
      reason: expect.stringContaining('U1'),
    }),
  ]);
  expect(operationsOf('relink')).toEqual([expect.objectContaining({ officerndId: company(3), reason: expect.stringContaining('U3') })]);
  const linked = operationsOf('link').map(({ officerndId, hubspotId, reason }) => `${officerndId} ${hubspotId} ${reason.slice(0, 2)}`);
  expect(linked.toSorted()).toEqual([`${company(5)} 5 L3`, `${company(6)} 6 L2`]);
  expect(operationsOf('create').map(({ entity, hubspotId, officerndId }) => [entity, hubspotId, officerndId])).toEqual([
    ['company', '4', null],
    ['member', '11', null],
  ]);
  expect(preview.reviews).toBe(1);
});

test('preview lists the fields of each write with base, both values and rule', () => {
  const ofLinked = preview.operations.filter(({ officerndId, phase }) => officerndId === company(1) && phase === 'update');
  const fields = ofLinked.flatMap((one) => one.fields);
  expect(fields).toContainEqual({
    field: 'address.city',
    base: 'Leeds',
    officernd: 'Bath',
    hubspot: 'York',
    rule: 'M4',
    action: 'writeHubspot',
  });
  expect(fields).toContainEqual(
    expect.objectContaining({ field: 'address.street', officernd: null, hubspot: '5 Oak', action: 'writeOfficernd' }),
  );
  expect(fields).toContainEqual(expect.objectContaining({ field: 'description', officernd: 'from OfficeRnD', action: 'writeHubspot' }));
  // A write of the link id alone is marked (L14).
  const updates = preview.operations.filter(({ phase }) => phase === 'update');
  expect(updates.filter((one) => one.fields.length === 0)).toEqual([]);
  expect(updates.flatMap((one) => one.fields)).toContainEqual(
    expect.objectContaining({ field: 'properties.hubspot_link_id', rule: 'L14', action: 'writeOfficernd' }),
  );
  const [create] = operationsOf('create');
  expect(create?.fields).toContainEqual(
    expect.objectContaining({ field: 'address.city', officernd: null, hubspot: 'Ely', action: 'writeOfficernd' }),
  );
  const firstLinks = preview.operations
    .filter(({ hubspotId, phase }) => hubspotId === '5' && phase === 'update')
    .flatMap((one) => one.fields);
  expect(firstLinks).toContainEqual(
    expect.objectContaining({ field: 'address.city', officernd: 'Hull', hubspot: 'Deal', rule: 'M2', action: 'writeHubspot' }),
  );
});

const conflictsSchema = z.object({
  runId: z.string(),
  conflicts: z.array(z.object({ kind: z.string(), field: z.string(), rule: z.string(), officernd: z.unknown(), hubspot: z.unknown() })),
});

async function conflictsOf(runId: string) {
  const { code, stdout } = await stage.cli('conflicts', tenant, runId, '--json');
  expect(code).toBe(0);
  const told = conflictsSchema.parse(JSON.parse(stdout));
  expect(told.runId).toBe(runId);
  return told.conflicts.toSorted((one, other) => (one.field + one.kind < other.field + other.kind ? -1 : 1));
}

test('A3 the values that would give way are listed with both values', async () => {
  const conflicts = await conflictsOf(preview.runId);
  expect(conflicts).toContainEqual({ kind: 'conflict', field: 'address.city', rule: 'M4', officernd: 'Bath', hubspot: 'York' });
  expect(conflicts).toContainEqual({ kind: 'first-link', field: 'address.city', rule: 'M2', officernd: 'Hull', hubspot: 'Deal' });
  expect(conflicts).toHaveLength(preview.conflicts + preview.firstLink + preview.drift);
});

test('preview: a second one shows the same, and the run that follows does exactly that', async () => {
  const { stdout } = await stage.cli('sync', tenant, '--mode', 'preview', '--wait', '--json');
  const again = previewSchema.parse(JSON.parse(stdout));
  const shown = ({ operations }: Preview) => operations.map(({ kind, hubspotId, fields }) => ({ kind, hubspotId, fields }));
  expect(shown(again)).toEqual(shown(preview));
  const run = await stage.sync(tenant);
  for (const phase of ['unlink', 'link', 'update'] as const) expect(run.phases[phase]).toEqual(preview.phases[phase]);
  expect(await conflictsOf(run.runId)).toEqual(await conflictsOf(again.runId));
  expect(run).toMatchObject({
    conflicts: preview.conflicts,
    firstLink: preview.firstLink,
    drift: preview.drift,
    reviews: preview.reviews,
    failures: preview.failures,
  });
  // A token lasts an hour and serves many runs. So a run may or may not ask for one.
  const withoutTokens = (byRoute: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(byRoute).filter(([route]) => !route.endsWith('/token')));
  for (const vendor of ['hubspot', 'officernd'] as const) {
    expect(withoutTokens(run.calls[vendor].byRoute)).toEqual(withoutTokens(again.predictedCalls[vendor].byRoute));
    expect(again.calls[vendor].total).toBeLessThan(again.predictedCalls[vendor].total);
  }
  expect((await look(stage)).values('1')).toMatchObject({ city: 'Bath', address: '5 Oak', description: 'from OfficeRnD' });
});

test('preview without --json prints the operations for people', async () => {
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '1', properties: { city: 'Rye' } }]);
  const { code, stdout } = await stage.cli('sync', tenant, '--mode', 'preview', '--wait');
  expect(code).toBe(0);
  expect(stdout).toContain('address.city');
  expect((await look(stage)).officernd(company(1))).toMatchObject({ address: { city: 'Bath' } });
});
