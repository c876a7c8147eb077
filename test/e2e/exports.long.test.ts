import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectStore } from '../../store/connect';
import { anOperation, aRun } from '../store/builders';
import { addFaults, idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { tracesInMongodb } from '../support/traces';

/** Exports of any size in constant memory, and an erasure after runs of every kind. */

let stage: Stage;
const tenant = `exports-${process.pid}`;
const RUN = 'run-of-many';
/** MANY_OPERATIONS=100000 takes three minutes. */
const MANY = Number(process.env['MANY_OPERATIONS'] ?? 25_000);
const FEWER = 5_000;
/** The heap of the exporting process, in MB. The documents of all operations have more than twice of it. */
const HEAP_MB = 128;
/** By so much the peaks of two exports may differ: the collector of garbage has its own times. */
const TOLERATED_MB = 60;

beforeAll(async () => {
  stage = await createStage('exports');
});

afterAll(() => stage.stop());

const launcher = join(__dirname, '../../bin/orsync');

/** Runs a command in a process of its own, and measures the most memory that it has used. */
async function measured(args: readonly string[], onData: (piece: string, stop: () => void) => void) {
  const peakFile = stage.writeFile('peak.txt', '');
  const hook = stage.writeFile(
    'peak.cjs',
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)));`,
  );
  const env = { ...process.env, ...stage.env, NODE_OPTIONS: `--require ${hook} --max-old-space-size=${HEAP_MB}` };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => onData(text, () => child.stdout.destroy()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stderr, peakMb: Number(readFileSync(peakFile, 'utf8')) / 1_024 };
}

/** Stores a run and its operations, each with a text of half a kilobyte. */
async function storeRun(id: string, count: number): Promise<void> {
  const store = await connectStore({ uri: stage.env['MONGODB_URI'] ?? '' });
  const { runs, operations } = store.forTenant(tenant);
  await runs.start(aRun({ id, state: 'completed' }));
  const change = { base: null, officernd: 'x'.repeat(500), hubspot: '=1', rule: 'M3', action: 'writeHubspot' } as const;
  for (let from = 0; from < count; from += 5_000) {
    const some = Array.from({ length: Math.min(5_000, count - from) }, (_, index) => from + index);
    await operations.plan(
      id,
      some.map((number) =>
        anOperation({
          id: `update/member/${String(number).padStart(7, '0')}`,
          officerndId: idOf('member', number),
          hubspotId: String(1_000_000 + number),
          fields: [{ field: 'description', ...change }],
        }),
      ),
    );
  }
  await store.close();
}

test('five times as many operations are exported in the same memory, and a reader may go away', async () => {
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  await storeRun('run-of-fewer', FEWER);
  await storeRun(RUN, MANY);
  const lines = async (run: string, format: string) => {
    let count = 0;
    const { code, stderr, peakMb } = await measured(['export', tenant, 'operations', '--run', run, '--format', format], (piece) => {
      count += piece.split('\n').length - 1;
    });
    expect([code, stderr]).toEqual([0, '']);
    return { count, peakMb };
  };
  const fewer = await lines('run-of-fewer', 'csv');
  const many = await lines(RUN, 'csv');
  const asJson = await lines(RUN, 'ndjson');
  expect([fewer.count, many.count, asJson.count]).toEqual([FEWER + 1, MANY + 1, MANY]);
  for (const { peakMb } of [many, asJson]) expect(peakMb - fewer.peakMb).toBeLessThan(TOLERATED_MB);

  const gone = await measured(['export', tenant, 'operations'], (_piece, stop) => stop());
  expect([gone.code, gone.stderr]).toEqual([0, '']);
}, 300_000);

const person = `${tenant}-person`;
// Higher numbers than those of the many operations.
const [O, H] = [idOf('member', 7_700_977), '7700977'];
const markers = ['zzperson', '5550188', O, H];

/** The collections with a marker. */
async function holding(): Promise<readonly string[]> {
  const found = [...(await tracesInMongodb(stage))].filter(([, text]) => markers.some((marker) => text.includes(marker)));
  return found.map(([name]) => name);
}

test('A6 after an erasure nothing of a person is in any collection, whatever the runs have done with the record', async () => {
  const worker = await stage.startWorker();
  await stage.putWorld({
    officernd: {
      members: [
        { _id: O, name: 'Zzperson One', email: 'zzperson@one.example', phone: '5550188', address: { city: 'zzperson city' } },
        { _id: idOf('member', 2), name: 'Ann Lee', email: 'ann@one.example', phone: '+44 1' },
      ],
    },
    hubspot: {
      contacts: [
        {
          id: H,
          properties: { firstname: 'zzperson', lastname: 'One', email: 'zzperson@one.example', phone: '5550188 9', city: 'zzperson town' },
        },
        { id: '2', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@one.example', phone: '+44 1' } },
      ],
    },
  });
  expect(await stage.applyTenant(person, { brakes: { erase: { count: 0, share: 0 } } })).toMatchObject({ code: 0 });
  await stage.sync(person);
  // A conflict, a refusal that quotes the record, a held erasure, and a preview of all that.
  const said = { status: 'error', category: 'VALIDATION_ERROR', message: 'zzperson@one.example is not valid', errors: [] };
  await addFaults(stage, 'hubspot', [{ match: { method: 'POST', path: '/contacts/batch/update' }, action: { status: 400, body: said } }]);
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: O, fields: { 'address.city': 'zzperson a', phone: '' } }]);
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: H, properties: { city: 'zzperson b' } }]);
  await stage.sync(person, ['--mode', 'preview']);
  await stage.sync(person, [], 3);
  await stage.admin('hubspot', 'DELETE', '/faults');
  expect(await holding()).toEqual(
    expect.arrayContaining([
      'observations',
      'links',
      'snapshots',
      'operations',
      'conflicts',
      'failures',
      'heldEffects',
      'preview_operations',
    ]),
  );

  await stage.edit('hubspot', [{ op: 'archive', type: 'contacts', id: H }]);
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: O }]);
  await stage.sync(person);
  const erased = await stage.cli('forget', person, 'member', H);
  expect([erased.code, erased.stderr]).toEqual([0, '']);
  expect(await holding()).toEqual([]);
  const collections = [...(await tracesInMongodb(stage))];
  expect(collections.filter(([, text]) => text.includes('ann@one.example')).map(([name]) => name)).toContain('observations');

  // Later runs go on without it, and the other record is still in step.
  const report = await stage.sync(person);
  expect(report).toMatchObject({ failures: 0, phases: { link: { member: { created: 0 } }, update: { member: { compared: 1 } } } });
  expect(await holding()).toEqual([]);
  expect(markers.filter((marker) => worker.log().includes(marker))).toEqual([]);
}, 300_000);

test('with --even-so a linked record is read again by the next run, and no edit is lost', async () => {
  const linked = `${tenant}-linked`;
  await stage.putWorld({
    officernd: { members: [{ _id: O, name: 'Zed', email: 'zed@one.example' }] },
    hubspot: { contacts: [{ id: H, properties: { firstname: 'Zed', email: 'zed@one.example' } }] },
  });
  expect(await stage.applyTenant(linked)).toMatchObject({ code: 0 });
  await stage.sync(linked);
  expect(await stage.cli('forget', linked, 'member', `12345678-${H}`)).toMatchObject({ code: 1, stdout: '' });
  const erased = await stage.cli('forget', linked, 'member', `12345678-${H}`, '--even-so');
  expect([erased.code, erased.stdout]).toEqual([0, expect.stringContaining('Its link is active and stays.')]);
  const inStep = await stage.sync(linked, ['--mode', 'incremental']);
  expect(inStep).toMatchObject({ phases: { unlink: { member: { unlinked: 0 } }, update: { member: { compared: 1, updatedHubspot: 0 } } } });
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: H, properties: { city: 'Leeds' } }]);
  expect(await stage.sync(linked)).toMatchObject({ conflicts: 0, firstLink: 0, phases: { update: { member: { updatedOfficernd: 1 } } } });
}, 300_000);
