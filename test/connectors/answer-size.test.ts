import { hasTooManyParts, isTooDeep } from '../../connectors/answer-size';
import type { VendorError } from '../../connectors/errors';
import { askedFor } from '../../connectors/hubspot/asked-for';
import { createOfficerndConnector } from '../../connectors/officernd/create-connector';
import { connectHubSpot, failureOf } from '../support/hubspot-connection';
import { startScriptedServer } from '../support/scripted-server';
import type { ScriptedAnswer, ScriptedServer, SeenRequest } from '../support/scripted-server';

/** A4: no answer holds more than was asked for, and none fills the memory or keeps the process busy. */

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

const MEMBER = '65f0c0ffee000000000000b1';
const memberId = (number: number): string => `65f0${String(number).padStart(20, '0')}`;
const members = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ _id: memberId(index), name: `M${index}` }));
const contacts = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index + 1}`,
    properties: { hs_object_id: `${index + 1}` },
    createdAt: '2026-01-02T03:04:05Z',
    updatedAt: '2026-01-02T03:04:05Z',
    archived: false,
  }));
const ok = (body: object): ScriptedAnswer => ({ status: 200, body });

async function officerndWith(answerTo: (request: SeenRequest) => ScriptedAnswer) {
  server = await startScriptedServer((request) =>
    request.url === '/token' ? ok({ access_token: 'token', expires_in: 3_600 }) : answerTo(request),
  );
  const { apiUrl } = server;
  return createOfficerndConnector({
    config: { apiUrl, tokenUrl: `${apiUrl}/token`, organization: 'acme', clientId: 'id', clientSecret: 'secret' },
    ledger: { count: () => undefined },
    limiter: { acquire: async () => undefined, reserve: async () => [], penalise: async () => undefined, noteRoom: async () => undefined },
    now: Date.now,
  });
}

async function hubSpotWith(answerTo: (request: SeenRequest) => ScriptedAnswer) {
  server = await startScriptedServer(answerTo);
  return connectHubSpot(server.apiUrl).connector;
}

const malformedAt = (field: string): unknown =>
  expect.objectContaining({ kind: 'unexpected', message: expect.stringContaining(`form at '${field}'`) });

describe('more than was asked for', () => {
  test('OfficeRnD: a page of fifty is taken, one of fifty-one is not', async () => {
    let count = 50;
    const connector = await officerndWith(() => ok({ results: members(count) }));
    expect((await connector.listPage('members', {})).records).toHaveLength(50);
    count = 51;
    for (const reading of [
      connector.listPage('members', {}),
      connector.findByLinkId('members', '1-1'),
      connector.findMembersByEmail('a@b.c'),
    ])
      expect(await failureOf(reading)).toEqual(malformedAt('results'));
  });

  test('OfficeRnD: definitions have a bound, too', async () => {
    const connector = await officerndWith(() => ok({ results: members(10_001) }));
    expect(await failureOf(connector.locations())).toEqual(malformedAt('results'));
  });

  test('HubSpot: a page of a hundred is taken, a larger one is not', async () => {
    let count = 100;
    const connector = await hubSpotWith(() => ok({ results: contacts(count) }));
    const list = () => connector.listPage('contacts', { properties: [], associations: [] });
    expect((await list()).records).toHaveLength(100);
    count = 101;
    expect(await failureOf(list())).toEqual(malformedAt('results'));
    count = 20_000;
    expect(await failureOf(list())).toEqual(malformedAt('results'));
  });

  test.each<[string, (connector: Awaited<ReturnType<typeof hubSpotWith>>) => Promise<unknown>, number]>([
    ['a batch of readings', (connector) => connector.batchRead('contacts', ['1', '2'], []), 3],
    ['a batch of writes', (connector) => connector.batchUpdate('contacts', [{ id: '1', properties: { city: 'Leeds' } }]), 2],
    ['a search', (connector) => connector.searchModified('contacts', { since: '2026-01-01T00:00:00Z' }), 201],
    ['definitions', (connector) => connector.properties('contacts'), 10_001],
  ])('HubSpot: %s', async (_title, call, count) => {
    const connector = await hubSpotWith(() => ok({ total: count, results: contacts(count) }));
    expect(await failureOf(call(connector))).toEqual(malformedAt('results'));
  });

  test('HubSpot: the number that was asked for stands in the request', () => {
    expect(
      [
        { path: '/crm/v3/objects/contacts?limit=100&archived=false' },
        { path: '/crm/v3/objects/contacts/search', body: JSON.stringify({ limit: 200 }) },
        { path: '/crm/v3/objects/contacts/batch/read', body: JSON.stringify({ inputs: [{ id: '1' }, { id: '2' }] }) },
        { path: '/crm/v3/properties/contacts' },
      ].map(askedFor),
    ).toEqual([100, 200, 2, null]);
  });
});

describe('records that were not asked for', () => {
  const associated = (...ids: readonly string[]) => ({
    results: ids.map((id) => ({ from: { id }, to: [{ toObjectId: 7, associationTypes: [] }] })),
  });

  test('associations of another record prove nothing about the one that was asked for', async () => {
    const connector = await hubSpotWith(() => ok(associated('2')));
    expect(await failureOf(connector.associations('contacts', 'companies', ['1']))).toMatchObject({ kind: 'unavailable' });
    await server?.stop();
    const context = { fromObjectId: ['3'] };
    const none = {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: '',
      context,
    };
    const other = await hubSpotWith(() => ({ status: 207, body: { ...associated('2', '1'), errors: [none] } }));
    expect(await failureOf(other.associations('contacts', 'companies', ['1', '3']))).toMatchObject({ kind: 'unavailable' });
  });

  test('V5 associations that go on at a place where they were before are not read for ever', async () => {
    const page = { from: { id: '1' }, to: [], paging: { next: { after: '5' } } };
    const connector = await hubSpotWith(() => ok({ results: [page] }));
    expect(await failureOf(connector.associations('contacts', 'companies', ['1']))).toMatchObject({ kind: 'unavailable' });
    expect(server?.seen.length).toBeLessThan(4);
  });

  test('a record of a batch that nobody asked for is left out', async () => {
    const connector = await hubSpotWith(({ method }) =>
      method === 'POST' ? ok({ results: contacts(2).slice(1) }) : { status: 404, body: { status: 'error', message: 'resource not found' } },
    );
    expect([...(await connector.batchRead('contacts', ['1'], []))]).toEqual([]);
  });

  test('OfficeRnD: an answer about another record is refused', async () => {
    const connector = await officerndWith(() => ok({ _id: memberId(9), name: 'Other' }));
    expect(await failureOf(connector.readOne('members', MEMBER))).toEqual(malformedAt('_id'));
  });
});

describe('the form of a body', () => {
  test('a text of very many parts is refused before it is parsed, whatever the parts are', () => {
    for (const part of ['{},', '[],', '[', '0,']) expect(hasTooManyParts(`{"results":[${part.repeat(2_000_001)}`)).toBe(true);
  });

  test('a large page of long texts is read', () => {
    expect(hasTooManyParts(JSON.stringify({ results: contacts(100).map((one) => ({ ...one, text: 'word, '.repeat(3_000) })) }))).toBe(
      false,
    );
    expect(hasTooManyParts('x'.repeat(20_000_000))).toBe(false);
  });

  test('both vendors refuse such a text', async () => {
    const raw = `{"results":[${'[],'.repeat(2_000_001)}[]]}`;
    expect(await failureOf((await officerndWith(() => ({ raw }))).listPage('members', {}))).toEqual(malformedAt('the body'));
    await server?.stop();
    const hubSpot = await hubSpotWith(() => ({ raw }));
    expect(await failureOf(hubSpot.listPage('contacts', { properties: [], associations: [] }))).toEqual(malformedAt('the body'));
  });

  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

  test('an OfficeRnD record is refused when its values are nested deeper than any record’s', async () => {
    const connector = await officerndWith(() => ({
      raw: `{"results":[{"_id":"${MEMBER}","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
    }));
    const error: VendorError = await failureOf(connector.listPage('members', {}));
    expect(error).toMatchObject({ kind: 'unexpected' });
    expect(isTooDeep(nested(100_000))).toBe(true);
    expect(isTooDeep({ address: { lines: [{ city: 'Leeds' }] } })).toBe(false);
  });
});
