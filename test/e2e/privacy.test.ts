import { addFaults, idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import type { CliProcess } from '../support/run-cli';
import { tracesInTemporal } from '../support/traces';

/** A6: names, addresses and other personal data are at the vendors and in MongoDB, and nowhere else. */

const secrets = [
  'Zaphodius',
  'Beeblequartz',
  'quuxmail',
  '5550187',
  '555 0187',
  'liver biopsy',
  'Vogsphere',
  'Krikkit',
  'Slartibar',
  'Magratheastreet',
  'Blurgville',
  'froodish',
];

let stage: Stage;
let worker: CliProcess;
/** Everything that the commands have printed. */
const printed: string[] = [];
/** A new tenant, because the server may have had other runs of this test. */
const tenant = `privacy-${process.pid}`;

beforeAll(async () => {
  stage = await createStage('privacy');
  worker = await stage.startWorker();
});

afterAll(() => stage.stop());

async function sync(code: number, ...args: string[]): Promise<void> {
  const result = await stage.cli('sync', tenant, '--wait', '--json', ...args);
  printed.push(result.stdout, result.stderr);
  if (result.code !== code) throw new Error(`sync exited with ${String(result.code)}:\n${result.stdout}\n${result.stderr}`);
}

const person = {
  firstname: 'Zaphodius',
  lastname: 'Beeblequartz',
  email: 'zaphodius@quuxmail.example',
  phone: '555 0187',
  address: 'Magratheastreet 1',
  city: 'Blurgville',
};
const status = idOf('status', 1);

/** Plays first links with losses, creations, a review, updates in both directions, conflicts, and an unlink. */
async function playOrdinaryRuns(): Promise<void> {
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'Mood', type: 'String', targets: ['member'] }],
      opportunityStatuses: [{ _id: status, description: 'New', probability: 20 }],
      companies: [{ _id: idOf('company', 1), name: 'Vogsphere Ltd', description: 'liver biopsy', address: { city: 'Blurgville' } }],
      members: [
        {
          _id: idOf('member', 1),
          name: 'Zaphodius B',
          email: 'zaphodius@quuxmail.example',
          phone: '+5550187',
          properties: { Mood: 'froodish' },
        },
        { _id: idOf('member', 2), name: 'Slartibar Twin' },
        { _id: idOf('member', 3), name: 'Slartibar Twin' },
      ],
      opportunities: [{ _id: idOf('opportunity', 1), name: 'Krikkit Deal', company: idOf('company', 1), status }],
    },
    hubspot: {
      properties: { contacts: [{ name: 'mood' }] },
      companies: [
        { id: '1', properties: { name: 'vogsphere ltd', description: 'another liver biopsy' } },
        { id: '2', properties: { name: 'Vogsphere Sub' } },
      ],
      contacts: [
        { id: '11', properties: person, associations: { companies: ['1'] } },
        { id: '12', properties: { firstname: 'Slartibar', lastname: 'Twin' } },
        {
          id: '13',
          properties: { firstname: 'Slartibar', lastname: 'New', email: 'slartibar@quuxmail.example' },
          associations: { companies: ['2'] },
        },
        { id: '14', properties: { email: 'nobody@quuxmail.example' } },
      ],
      deals: [
        {
          id: '21',
          properties: { dealname: 'Krikkit Deal', pipeline: 'default', dealstage: 'appointmentscheduled', amount: '5550187' },
          associations: { companies: ['1'] },
        },
      ],
    },
  });
  const applied = await stage.applyTenant(tenant, {
    additional: { member: [{ officernd: 'properties.Mood', hubspot: 'mood', direction: '<->' }] },
    opportunities: { statuses: { appointmentscheduled: 'New' } },
  });
  printed.push(applied.stdout, applied.stderr);
  await sync(0);
  await stage.edit('officernd', [
    { op: 'update', type: 'members', id: idOf('member', 1), fields: { 'address.city': 'Blurgville North', phone: '555 0187 1' } },
    { op: 'update', type: 'companies', id: idOf('company', 1), fields: { description: 'liver biopsy, second opinion' } },
  ]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'contacts', id: '11', properties: { city: 'Blurgville South', mood: 'very froodish' } },
    { op: 'archive', type: 'contacts', id: '13' },
  ]);
  await sync(0);
}

/** Plays refusals, errors whose texts quote the data, answers of a wrong form, a broken connection, and a blocked run. */
async function playFailures(): Promise<void> {
  const quoting = 'Zaphodius Beeblequartz <zaphodius@quuxmail.example> of Vogsphere is not valid: liver biopsy';
  await stage.admin('hubspot', 'PUT', '/settings', { rules: [{ type: 'contacts', property: 'city', kind: 'alpha' }] });
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: idOf('member', 1), fields: { 'address.city': 'Blurgville 9' } }]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '2', properties: { city: 'Blurgville' } },
    {
      op: 'create',
      type: 'contacts',
      id: '15',
      properties: { firstname: 'Slartibar', lastname: 'Refused', email: 'slartibar15@quuxmail.example' },
    },
  ]);
  await addFaults(stage, 'hubspot', [
    {
      match: { method: 'GET', path: '/contacts\\?' },
      times: 1,
      action: { status: 200, body: { results: [{ id: '11', properties: quoting }] } },
    },
    { match: { method: 'GET', path: '/companies\\?' }, times: 1, action: { status: 500, body: { status: 'error', message: quoting } } },
    { match: { method: 'GET', path: '/deals\\?' }, times: 1, action: { truncate: true } },
    {
      match: { method: 'POST', path: '/batch/update' },
      times: 1,
      action: { status: 409, body: { status: 'error', category: 'CONFLICT', message: `Contact already exists. ${quoting}` } },
    },
  ]);
  await addFaults(stage, 'officernd', [
    { match: { method: 'GET', path: '/members\\?' }, times: 1, action: { status: 200, body: { results: [{ _id: 1, name: quoting }] } } },
    {
      match: { method: 'POST', path: '/members$' },
      action: { status: 400, body: { statusCode: 400, message: [`email ${quoting} must be an email`, quoting] } },
    },
    { match: { method: 'PUT', path: '/companies/' }, action: { status: 500, body: { statusCode: 500, message: quoting } } },
  ]);
  await sync(0);
  await stage.admin('officernd', 'DELETE', '/faults');
  await addFaults(stage, 'hubspot', [
    { match: { method: 'GET', path: '/contacts\\?' }, times: 1, action: { status: 401, body: { status: 'error', message: quoting } } },
  ]);
  await sync(3);
  // A status lists records by their names: it is for the screen of who asks.
  expect((await stage.cli('status', tenant)).stdout).toContain('hubspot.accessToken');
  await sync(0);
  printed.push(
    ...Object.values(await stage.cli('report', tenant)).map(String),
    ...Object.values(await stage.cli('runs', tenant)).map(String),
  );
}

const found = (text: string): readonly string[] => secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()));

test('A6 no word about a person is in histories, ids, search attributes, details, logs or anything printed', async () => {
  await playOrdinaryRuns();
  await playFailures();

  const texts = await tracesInTemporal(stage, tenant);
  const all = texts.join('\n');
  // This makes sure that the check reads everything: decoded arguments, failures, details and search attributes are in the text.
  expect(texts.length).toBeGreaterThan(4 * 12);
  const expected = [/"tenant":"privacy-\d+"/, /unavailable/, /hubspot\.accessToken/, /SyncTenant/, /Update\s+\|\s+member\s+\|/];
  expect(expected.filter((word) => !word.test(all))).toEqual([]);
  expect(found(all)).toEqual([]);
  expect(worker.log()).toContain('worker is ready');
  expect(found(worker.log())).toEqual([]);
  expect(found(printed.join('\n'))).toEqual([]);
}, 120_000);

test('A6 credentials appear in no log and nothing printed', () => {
  const { officernd, hubspot } = stage;
  const all = [worker.log(), ...printed].join('\n');
  for (const secret of [officernd.clientSecret, hubspot.accessToken]) expect(all).not.toContain(secret);
});
