import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { runInCliHost } from '../support/cli-host';
import { poll } from '../support/poll';
import { runCli, startCli } from '../support/run-cli';
import { syncWorkflowId } from '../../workflows/api';
import { createStage, reportSchema } from '../support/stage';
import type { Stage } from '../support/stage';

/** Payload encryption (ORSYNC_PAYLOAD_KEYS). Nobody can read Temporal's data without the keys. Keys can be changed during operation. */

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [key('old'), key('new')];
const rotated = `${newKey},${oldKey}`;
const TOKEN = randomBytes(16).toString('hex');

const world = {
  officernd: { companies: [{ _id: '65f0c0000000000000000001', name: 'Matched', description: 'from OfficeRnD' }] },
  hubspot: {
    portalId: '12345678',
    companies: [{ id: '1', properties: { name: 'Matched', city: 'London' } }],
    contacts: [
      { id: '2', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com' }, associations: { companies: ['1'] } },
    ],
  },
};

let stage: Stage;
let connection: Connection;
/** A client without a codec. It sees the stored payloads. */
let temporal: Client;

beforeAll(async () => {
  stage = await createStage('encryption');
  connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  temporal = new Client({ connection });
  await stage.putWorld(world);
});

afterAll(async () => {
  await connection.close();
  await stage.stop();
});

const orsync = (keys: string, ...args: string[]) => runInCliHost(args, { ...stage.env, ORSYNC_PAYLOAD_KEYS: keys });
const startWorker = (keys: string) => stage.startWorker({ ORSYNC_PAYLOAD_KEYS: keys });
async function sync(keys: string, tenant: string, code = 0) {
  const result = await orsync(keys, 'sync', tenant, '--wait', '--json');
  if (result.code !== code) throw new Error(`sync exited with ${String(result.code)}, not ${code}.\n${result.stdout}\n${result.stderr}`);
  return reportSchema.parse(JSON.parse(result.stdout));
}

interface Seen {
  /** Its path: `workflowExecutionStartedEventAttributes.input.payloads.0`. */
  readonly at: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

const payloadShape = z.object({ metadata: z.record(z.string(), z.instanceof(Uint8Array)), data: z.instanceof(Uint8Array).nullish() });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** The SDK's notes to itself: the name of a patch, and the name and times of a local activity. Its result is elsewhere. */
const OWN_MARKERS: ReadonlySet<string> = new Set([
  'markerRecordedEventAttributes.details.patch-data',
  'markerRecordedEventAttributes.details.data',
]);

/** All payloads in a message, except those that Temporal itself must read. */
function payloadsIn(value: unknown, at: readonly string[] = []): readonly Seen[] {
  if (!isGroup(value) || value instanceof Uint8Array || at.at(-1) === 'searchAttributes' || at.at(-1) === 'header') return [];
  if (OWN_MARKERS.has(at.join('.'))) return [];
  const { data: payload } = payloadShape.safeParse(value);
  if (payload !== undefined && 'encoding' in payload.metadata) {
    const metadata = Object.fromEntries(Object.entries(payload.metadata).map(([name, bytes]) => [name, text(bytes)]));
    return [{ at: at.join('.'), metadata, data: payload.data ?? new Uint8Array() }];
  }
  return Object.entries(value).flatMap(([name, part]) => payloadsIn(part, [...at, name]));
}

/** The stored payloads of a run and its children. */
async function storedOf(workflowId: string, runId: string): Promise<readonly Seen[]> {
  const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const children = (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => {
    const { workflowId: id, runId: run } = started?.workflowExecution ?? {};
    return typeof id === 'string' && typeof run === 'string' ? [{ id, run }] : [];
  });
  const ofChildren = await Promise.all(children.map(({ id, run }) => storedOf(id, run)));
  return [...(events ?? []).flatMap((event) => payloadsIn(event)), ...ofChildren.flat()];
}

const runOf = (tenant: string): string => syncWorkflowId(tenant, stage.env['ORSYNC_QUEUE_PREFIX']);

const encodings = (stored: readonly Seen[]) => new Set(stored.map(({ metadata }) => metadata['encoding']));
const keyIds = (stored: readonly Seen[]) => new Set(stored.flatMap(({ metadata }) => metadata['encryption-key-id'] ?? []));

test('A6 a sync completes, and nothing of what Temporal stores can be read', async () => {
  await stage.applyTenant('sealed');
  const worker = await startWorker(oldKey);
  const { state, runId, phases } = await sync(oldKey, 'sealed');
  await worker.stop();
  expect([state, phases.link['member']]).toEqual(['completed', expect.objectContaining({ created: 1 })]);

  const stored = await storedOf(runOf('sealed'), runId);
  expect(stored.filter(({ metadata }) => metadata['encoding'] !== 'binary/encrypted')).toEqual([]);
  expect(keyIds(stored)).toEqual(new Set(['old']));
  // They are arguments and results, and the texts in the UI.
  const places = new Set(stored.map(({ at }) => at.replace(/\.payloads\.\d+$/, '')));
  expect([...places]).toEqual(
    expect.arrayContaining([
      'userMetadata.summary',
      'workflowExecutionStartedEventAttributes.input',
      'workflowExecutionCompletedEventAttributes.result',
      'workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest.input.args',
      'workflowExecutionUpdateCompletedEventAttributes.outcome.success',
      'activityTaskScheduledEventAttributes.input',
      'activityTaskCompletedEventAttributes.result',
      'startChildWorkflowExecutionInitiatedEventAttributes.input',
    ]),
  );
  expect([...places].filter((place) => place.includes('upsertedMemo'))).not.toEqual([]);
}, 120_000);

test('the codec endpoint opens them for those who have the token', async () => {
  const { runId } = reportSchema.parse(JSON.parse((await orsync(oldKey, 'report', 'sealed', '--json')).stdout));
  const sealed = (await storedOf(runOf('sealed'), runId)).find(({ at }) => at.startsWith('workflowExecutionStartedEventAttributes.input'));
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
  const metadata = Object.fromEntries(Object.entries(sealed?.metadata ?? {}).map(([name, value]) => [name, base64(value)]));
  const body = JSON.stringify({ payloads: [{ metadata, data: base64(sealed?.data ?? '') }] });

  const env = { ...stage.env, ORSYNC_PAYLOAD_KEYS: oldKey, ORSYNC_CODEC_TOKEN: TOKEN };
  const endpoint = await startCli(['codec', '--port', '0'], env, { isReady: (log) => log.includes('answers at') });
  try {
    const url = /answers at (\S+);/.exec(endpoint.log())?.[1] ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const decode = (headers: Readonly<Record<string, string>>) =>
      fetch(`${url}/decode`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    expect((await decode({})).status).toBe(401);
    expect((await decode({ authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    const answer = await decode({ authorization: `Bearer ${TOKEN}` });
    const { payloads } = z.object({ payloads: z.array(z.object({ data: z.string() })) }).parse(await answer.json());
    const request: unknown = JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString('utf8'));
    expect(request).toMatchObject({ tenant: 'sealed', mode: 'full', entities: null });
  } finally {
    expect(await endpoint.stop()).toBe(0);
  }
});

test.each([
  ['a token', 'ORSYNC_CODEC_TOKEN', { ORSYNC_PAYLOAD_KEYS: oldKey }],
  ['keys', 'ORSYNC_PAYLOAD_KEYS', { ORSYNC_CODEC_TOKEN: TOKEN }],
])('the codec endpoint does not start without %s', async (_what, setting, env) => {
  const { code, stdout } = await runCli(['codec', '--port', '0', '--json'], { ...stage.env, ...env });
  expect([code, JSON.parse(stdout)]).toEqual([2, { error: expect.objectContaining({ kind: 'configuration', setting }) }]);
});

test('a command without the key says which one is missing, also for a run in progress', async () => {
  await stage.applyTenant('keyless');
  const worker = await startWorker(oldKey);
  const { code, stdout } = await orsync('', 'sync', 'keyless', '--wait', '--json');
  await stage.admin('hubspot', 'PUT', '/settings', { revoked: true });
  await sync(oldKey, 'keyless', 3);
  const status = await orsync('', 'status', 'keyless', '--json');
  await stage.admin('hubspot', 'PUT', '/settings', { revoked: false });
  await orsync(oldKey, 'cancel', 'keyless');
  await worker.stop();
  expect(status).toMatchObject({ code: 2, stdout: expect.stringContaining('ORSYNC_PAYLOAD_KEYS') });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    error: {
      kind: 'configuration',
      setting: 'ORSYNC_PAYLOAD_KEYS',
      message:
        'ORSYNC_PAYLOAD_KEYS: a payload was encrypted with the key old, which is not among these keys; add it at the end (in the environment).',
    },
  });
});

test.each([
  ['encryption is switched on', { before: '', after: oldKey }, ['json/plain', 'binary/encrypted'], ['old']],
  ['the key is changed', { before: oldKey, after: rotated }, ['binary/encrypted'], ['old', 'new']],
])(
  'A2 a run under way is finished when %s',
  async (_what, { before, after }, expectedEncodings, expectedKeys) => {
    const tenant = `rotated-${expectedKeys.length}`;
    await stage.applyTenant(tenant);
    await stage.admin('hubspot', 'POST', '/faults', [{ match: {}, action: { status: 401 } }]);
    const first = await startWorker(before);
    const blocked = await sync(before, tenant, 3);
    expect(blocked.state).toBe('blocked');
    await first.stop();

    await stage.admin('hubspot', 'DELETE', '/faults');
    const second = await startWorker(after);
    const status = z.looseObject({ running: z.boolean(), state: z.string(), runId: z.string() });
    const statusNow = async () => status.parse(JSON.parse((await orsync(after, 'status', tenant, '--json')).stdout));
    expect(await statusNow()).toMatchObject({ running: true, state: 'blocked', runId: blocked.runId });
    expect((await orsync(after, 'resume', tenant)).code).toBe(0);
    await poll('the end of the run', async () => ((await statusNow()).running ? undefined : true), { deadlineMs: 60_000, everyMs: 250 });
    const report = await orsync(after, 'report', tenant, blocked.runId, '--json');
    expect(reportSchema.parse(JSON.parse(report.stdout))).toMatchObject({ state: 'completed', runId: blocked.runId });
    await second.stop();

    const stored = await storedOf(runOf(tenant), blocked.runId);
    expect(encodings(stored)).toEqual(new Set(expectedEncodings));
    expect(keyIds(stored)).toEqual(new Set(expectedKeys));
  },
  120_000,
);
