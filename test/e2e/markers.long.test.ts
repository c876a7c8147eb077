import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { addFaults, idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import type { CliProcess } from '../support/run-cli';
import { kindsIn, markedWorld, member, place, otherPlace, status } from '../support/marked-world';
import type { Kind } from '../support/marked-world';
import { tracesInMongodb, tracesInTemporal } from '../support/traces';

/**
 * A6: a marker is planted in every personal field, property key, label, link id and secret. It is found where docs/operations.md, "Personal
 * data", says, and nowhere else.
 */

let stage: Stage;
let worker: CliProcess;
let files: Readonly<Record<'id' | 'secret' | 'token', string>>;
const secretTexts: string[] = [];
/** By collection, what operations.md allows. A preview's collections hold the same. */
const documented: Readonly<Record<string, readonly Kind[]>> = {
  tenants: ['named'],
  pairs: ['named'],
  runs: ['named'],
  runFacts: ['named'],
  observations: ['person', 'named', 'linkId'],
  snapshots: ['person', 'named'],
  operations: ['person', 'named', 'linkId'],
  heldEffects: ['person', 'named', 'linkId'],
  conflicts: ['person', 'named'],
  failures: ['person', 'named', 'unnamed', 'linkId'],
};
/** Everything found in MongoDB so far, as `collection: kind`. Some of it is gone at the end. */
const stored = new Set<string>();
/** The output of commands that are not asked about records. */
const printed: string[] = [];
const tenant = `markers-${process.pid}`;

beforeAll(async () => {
  stage = await createStage('markers');
  const { officernd, hubspot } = stage;
  secretTexts.push(officernd.clientId, officernd.clientSecret, hubspot.accessToken);
  files = {
    id: stage.writeFile('id', officernd.clientId),
    secret: stage.writeFile('secret', officernd.clientSecret),
    token: stage.writeFile('token', hubspot.accessToken),
  };
  worker = await stage.startWorker();
});

afterAll(() => stage.stop());

async function run(code: number, ...args: readonly string[]): Promise<string> {
  const result = await stage.cli(...args);
  if (result.code !== code) throw new Error(`${args.join(' ')} exited with ${String(result.code)}:\n${result.stdout}\n${result.stderr}`);
  return `${result.stdout}\n${result.stderr}`;
}
/** A command whose output may hold no record. */
const quietly = async (code: number, ...args: readonly string[]): Promise<void> => void printed.push(await run(code, ...args));
async function sync(code: number, ...args: readonly string[]): Promise<void> {
  const { code: exit, stdout, stderr } = await stage.cli('sync', tenant, '--wait', '--json', ...args);
  if (exit !== code) throw new Error(`sync exited with ${String(exit)}:\n${stdout}\n${stderr}`);
  // Held operations are listed with the names of their records, for the screen of who asks.
  const { held: _held, ...rest } = z.looseObject({ held: z.unknown() }).partial().parse(JSON.parse(stdout));
  printed.push(JSON.stringify(rest), stderr);
  for (const [name, whole] of await tracesInMongodb(stage)) {
    const collection = name.replace(/^preview_/, '');
    const text = collection === 'runs' ? withoutLabels(whole) : whole;
    for (const kind of kindsIn(text)) stored.add(`${collection}: ${kind}`);
    for (const secret of secretTexts) if (text.includes(secret)) stored.add(`${collection}: secret`);
  }
}

/** A run keeps the labels of stages and statuses, so that people see them in place of ids. */
const withoutLabels = (text: string): string => text.replace(/"labels":\{"stages":\{[^}]*\},"statuses":\{[^}]*\}\}/g, '');

function tenantFile(more: object = {}): string {
  const file = stage.tenantFile(tenant) as { readonly officernd: object; readonly hubspot: object };
  return stage.writeFile('markers.json', {
    ...file,
    officernd: { ...file.officernd, clientId: { file: files.id }, clientSecret: { file: files.secret } },
    hubspot: { ...file.hubspot, accessToken: { file: files.token } },
    additional: { member: [{ officernd: 'properties.qnamed key', hubspot: 'qnamed_property', direction: '<->' }] },
    locations: { property: 'qnamed_office', map: { 'qnamed office': 'qnamed place' }, default: 'qnamed place' },
    opportunities: { pipeline: 'qnamed_pipeline', statuses: { qnamed_stage: 'qnamed status' } },
    ...more,
  });
}

/** Plays first links, a creation, a review, a cleared link id, updates in both directions, a held unlink, and a preview. */
async function playOrdinaryRuns(): Promise<void> {
  await stage.putWorld(markedWorld);
  await run(0, 'tenant', 'apply', tenantFile());
  await sync(0);
  await run(0, 'tenant', 'apply', tenantFile({ brakes: { unlink: { count: 0, share: 0 } } }));
  await stage.edit('officernd', [
    {
      op: 'update',
      type: 'members',
      id: member(1),
      fields: { phone: '5550177 1', 'address.city': 'qperson town' },
      properties: { 'qnamed key': 'qperson 2' },
    },
  ]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'contacts', id: '77009001', properties: { city: 'qperson village', qnamed_property: 'qperson 3' } },
    { op: 'archive', type: 'contacts', id: '77009003' },
  ]);
  await run(0, 'sync', tenant, '--wait', '--json', '--mode', 'preview');
  await sync(3);
  const { runId } = z.object({ runId: z.string() }).parse(JSON.parse((await stage.cli('status', tenant, '--json')).stdout));
  await quietly(0, 'approve', tenant, runId, '--json');
  await sync(0);
  await sync(0, '--mode', 'incremental');
}

/** Plays an answer with a key of the vendor's making, refusals that quote, a property that goes away and a status that is renamed. */
async function playTrouble(): Promise<void> {
  const said = 'qperson One <qperson@one.example> qunnamed key 12345678-qlink';
  const odd = {
    id: '77009001',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    // As a part of a failure it would be too large for Temporal.
    properties: { [`qunnamed odd key ${'k'.repeat(3_000_000)}`]: 5 },
  };
  const refusal = {
    status: 'error',
    category: 'VALIDATION_ERROR',
    message: said,
    errors: [{ code: 'INVALID', context: { propertyName: ['qunnamed_refused'] } }],
  };
  await addFaults(stage, 'hubspot', [
    { match: { method: 'GET', path: '/contacts\\?' }, times: 1, action: { status: 200, body: { results: [odd] } } },
    { match: { method: 'POST', path: '/contacts/.*/batch/update|/contacts/batch/update' }, action: { status: 400, body: refusal } },
  ]);
  const key = 'property qunnamed key should not exist';
  await addFaults(stage, 'officernd', [
    { match: { method: 'GET', path: '/members\\?' }, times: 1, action: { status: 400, body: { statusCode: 400, message: [key, said] } } },
    { match: { method: 'PUT', path: '/companies/' }, action: { status: 400, body: { statusCode: 400, message: [said] } } },
  ]);
  await stage.edit('officernd', [
    { op: 'update', type: 'members', id: member(1), fields: { 'address.city': 'qperson 9' } },
    { op: 'update', type: 'companies', id: idOf('company', 2), fields: { description: 'qperson 9' } },
  ]);
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '77009001', properties: { city: 'qperson 10' } }]);
  await sync(0);
  for (const side of ['officernd', 'hubspot'] as const) await stage.admin(side, 'DELETE', '/faults');
  await stage.edit('hubspot', [{ op: 'archive', type: 'property', id: 'contacts/qnamed_property', properties: {} }]);
  await addFaults(stage, 'officernd', [
    {
      match: { method: 'GET', path: '/opportunity-statuses' },
      action: { status: 200, body: { results: [{ _id: status, description: 'qunnamed renamed' }] } },
    },
  ]);
  await sync(0);
}

/** Plays a location of the tenant file that is gone, and a run that waits for a person: its token is another portal's. */
async function playBlocks(): Promise<void> {
  const gone = {
    results: [
      { _id: place, name: 'qunnamed <img src=x> [x](http://x.example)' },
      { _id: otherPlace, name: 'qunnamed place' },
    ],
  };
  await addFaults(stage, 'officernd', [{ match: { method: 'GET', path: '/locations' }, action: { status: 200, body: gone } }]);
  await sync(0);
  await quietly(0, 'report', tenant, '--json');
  await quietly(0, 'tenant', 'list');
  await stage.admin('officernd', 'DELETE', '/faults');
  await sync(0);
  writeFileSync(files.token, 'qsecret-of-another-portal');
  await sync(3);
  writeFileSync(files.token, stage.hubspot.accessToken);
  await sync(0);
  await quietly(0, 'runs', tenant);
  await quietly(0, 'report', tenant);
  await quietly(0, 'report', tenant, '--json');
}

test('A6 markers of persons, keys, labels, link ids and secrets are where the documentation says', async () => {
  await playOrdinaryRuns();
  await playTrouble();
  await playBlocks();

  const inTemporal = (await tracesInTemporal(stage, tenant)).map((text) => ({ text, kinds: kindsIn(text) }));
  const all = inTemporal.map(({ text }) => text).join('\n');
  expect(all).toMatch(/unauthorized/);
  // Names of the tenant file stand in the sentence about what pauses because of them, and nothing else does.
  expect(printed.join('\n')).toContain('OfficeRnD has no location qnamed place');
  expect(inTemporal.flatMap(({ kinds }) => kinds).filter((kind) => kind !== 'named')).toEqual([]);

  const allowed = Object.entries(documented).flatMap(([collection, kinds]) => kinds.map((kind) => `${collection}: ${kind}`));
  expect([...stored].filter((found) => !allowed.includes(found))).toEqual([]);
  // The runs have come by: what is looked for can be found.
  expect([...stored]).toEqual(
    expect.arrayContaining(['observations: person', 'operations: linkId', 'conflicts: person', 'failures: person', 'failures: unnamed']),
  );
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const section = page.slice(page.indexOf('## Personal data'), page.indexOf('### Encrypting what Temporal stores'));
  expect(Object.keys(documented).filter((collection) => !section.includes(`\`${collection}\``))).toEqual([]);

  expect(kindsIn(worker.log())).toEqual([]);
  expect(printed.flatMap(kindsIn).filter((kind) => kind !== 'named')).toEqual([]);
  for (const secret of secretTexts) for (const text of [all, worker.log(), ...printed]) expect(text).not.toContain(secret);
}, 600_000);
