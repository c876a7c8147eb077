import type { HubSpotConnector } from '../../../connectors/hubspot/connector';
import { connectHubSpot, failureOf } from '../../support/hubspot-connection';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer, type SeenRequest } from '../../support/scripted-server';

/** HubSpot's answers in these cases depend on the portal and the API version. So a scripted server gives each of them. */
let server: ScriptedServer | undefined;
afterEach(async () => server?.stop());

async function connectTo(answerTo: (request: SeenRequest) => ScriptedAnswer): Promise<HubSpotConnector> {
  server = await startScriptedServer(answerTo);
  return connectHubSpot(server.apiUrl).connector;
}

const ok = (body: object): ScriptedAnswer => ({ status: 200, body });
const notFound: ScriptedAnswer = { status: 404, body: { status: 'error', message: 'resource not found', correlationId: 'c-1' } };
const aRecord = (id: string, merged = '', more: object = {}): object => ({
  id,
  properties: { hs_merged_object_ids: merged === '' ? null : merged },
  createdAt: '2026-01-02T03:04:05Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
  archived: false,
  ...more,
});
const idOf = ({ url }: SeenRequest): string => /\/(\d+)\?/.exec(url)?.[1] ?? '';
const inputsOf = ({ body }: SeenRequest): string[] => [...body.matchAll(/"id":"(\d+)"/g)].map(([, id = '']) => id);

describe('batchRead', () => {
  test('U3 two old ids of one survivor, which comes once and under its new id', async () => {
    const connector = await connectTo(() => ok({ status: 'COMPLETE', results: [aRecord('9', '1;2')] }));
    const found = await connector.batchRead('contacts', ['1', '2', '2'], []);
    expect([found.get('1')?.id, found.get('2')?.id, found.size]).toEqual(['9', '9', 2]);
    expect(found.get('1')).toMatchObject({ mergedIds: ['1', '2'], createdAt: '2026-01-02T03:04:05.000Z', companyIds: [] });
    expect(server?.seen).toHaveLength(1);
  });

  test('U3 the survivor keeps the first id', async () => {
    const connector = await connectTo(() => ok({ results: [aRecord('1', '2')] }));
    const found = await connector.batchRead('contacts', ['1', '2'], []);
    expect([found.get('1')?.id, found.get('2')?.id]).toEqual(['1', '1']);
  });

  test('U2 an id that the batch does not answer is asked for alone', async () => {
    const context = { ids: ['2', '3'] };
    const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', message: 'Could not get some', context }];
    const connector = await connectTo((request) => {
      if (request.method === 'POST') return { status: 207, body: { results: [aRecord('1')], numErrors: 1, errors } };
      return idOf(request) === '2' ? ok(aRecord('8', '2')) : notFound;
    });
    const found = await connector.batchRead('deals', ['1', '2', '3'], []);
    expect([...found].map(([id, record]) => [id, record.id])).toEqual([
      ['1', '1'],
      ['2', '8'],
    ]);
  });

  test('U2 a failure while asking alone is a failure of the whole', async () => {
    const connector = await connectTo(({ method }) => (method === 'POST' ? ok({ results: [] }) : { status: 500, body: {} }));
    expect((await failureOf(connector.batchRead('deals', ['1'], []))).kind).toBe('unavailable');
  });
});

describe('batchUpdate', () => {
  const update = (id: string, properties: Record<string, string> = { name: 'x' }) => ({ id, properties });

  test('an answer that names nothing accounts for nothing', async () => {
    const connector = await connectTo(() => ok({ status: 'COMPLETE', results: [] }));
    expect(Object.fromEntries(await connector.batchUpdate('companies', [update('1'), update('2')]))).toEqual({
      1: { kind: 'unaccounted' },
      2: { kind: 'unaccounted' },
    });
  });

  test.each([207, 200])('errors of single inputs in a %d', async (status) => {
    const validation = { code: 'INVALID_OPTION', context: { propertyName: ['industry'] } };
    const errors = [
      { category: 'OBJECT_NOT_FOUND', context: { ids: ['2'] } },
      { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['3'] }, errors: [validation] },
      { category: 'SOMETHING_NEW', context: { ids: ['4'] } },
    ];
    const connector = await connectTo(() => ({ status, body: { results: [{ id: '1' }], errors } }));
    const outcomes = await connector.batchUpdate(
      'companies',
      ['1', '2', '3', '4'].map((id) => update(id)),
    );
    expect([...outcomes.values()]).toMatchObject([
      { kind: 'updated' },
      { kind: 'missing' },
      { kind: 'refused', refusedFields: [{ property: 'industry', reason: 'INVALID_OPTION' }] },
      { kind: 'unaccounted' },
    ]);
  });

  test('A4 a refusal that names no property is found by halving', async () => {
    const connector = await connectTo((request) => {
      const ids = inputsOf(request);
      if (ids.includes('11')) return { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'x of Jane Doe' } };
      return ok({ results: ids.map((id) => ({ id })) });
    });
    const outcomes = await connector.batchUpdate(
      'companies',
      Array.from({ length: 100 }, (_, index) => update(String(index + 1))),
    );
    expect([...outcomes].filter(([, { kind }]) => kind === 'refused').map(([id]) => id)).toEqual(['11']);
    expect(outcomes.size).toBe(100);
    expect(outcomes.get('11')).toMatchObject({ reason: expect.not.stringContaining('Jane'), said: 'x of Jane Doe' });
    expect(server?.seen.length).toBeLessThanOrEqual(16);
  });
});

describe('associations', () => {
  const page = (associations: object): ScriptedAnswer =>
    ok({ results: [aRecord('1', '', { associations }), aRecord('2', '', { associations })] });
  const next = { next: { after: 'x' } };

  test('the same id under several labels comes once, the primary one first', async () => {
    const results = [
      { id: '7', type: 'deal_to_company_unlabeled' },
      { id: '8', type: 'deal_to_company_unlabeled' },
      { id: '8', type: 'deal_to_company' },
    ];
    const connector = await connectTo(() => page({ companies: { results } }));
    const { records } = await connector.listPage('deals', { properties: [], associations: ['companies', 'contacts'] });
    expect(records[0]).toMatchObject({ companyIds: ['8', '7'], contactIds: [] });
  });

  test.each([207, 200])('a list that is cut off is read in whole, with its own paging, when it is answered with %d', async (status) => {
    const to = (toObjectId: number | string, typeId: number): object => ({
      toObjectId,
      associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId, label: null }],
    });
    const none = { status: 'error', subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND', context: { fromObjectId: ['2'] } };
    const connector = await connectTo(({ method, body }) => {
      if (method === 'GET') return page({ companies: { results: [{ id: '5', type: 'contact_to_company_unlabeled' }], paging: next } });
      if (body.includes('after')) return ok({ results: [{ from: { id: '1' }, to: [to('6', 1)] }] });
      return { status, body: { results: [{ from: { id: '1' }, to: [to(5, 279)], paging: next }], errors: [none] } };
    });
    const { records } = await connector.listPage('contacts', { properties: [], associations: ['companies'] });
    expect(records.map(({ companyIds }) => companyIds)).toEqual([['6', '5'], []]);
    expect(server?.seen[1]?.url).toBe('/crm/associations/2026-09/contacts/companies/batch/read');
  });

  test('U2 a record that the answer leaves out is a failure, not a record without companies', async () => {
    const connector = await connectTo(({ method }) =>
      method === 'GET' ? page({ companies: { results: [], paging: next } }) : ok({ results: [] }),
    );
    const error = await failureOf(connector.listPage('contacts', { properties: [], associations: ['companies'] }));
    expect(error.kind).toBe('unavailable');
  });
});

describe('searchModified', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const found = (ids: readonly string[], more: object): object => ({ total: ids.length, results: ids.map((id) => ({ id })), ...more });
  const next = { next: { after: '200' } };

  /** Reads page by page as a run does, at most five pages. Returns the ids, and the id after which each page began. */
  async function walk(pages: readonly object[]): Promise<{ readonly ids: readonly string[]; readonly from: readonly unknown[] }> {
    const connector = await connectTo(() => ok(pages[(server?.seen.length ?? 0) - 1] ?? pages.at(-1) ?? {}));
    const ids: string[] = [];
    const from: (string | null)[] = [];
    for (let after: string | null = null; from.length < 5;) {
      from.push(after);
      const page: { ids: readonly string[]; next: string | null } = await connector.searchModified('contacts', {
        since,
        ...(after !== null && { afterId: after }),
      });
      ids.push(...page.ids);
      after = page.next;
      if (after === null) break;
    }
    return { ids, from };
  }

  test.each([
    ['names a following one', { total: 2, paging: next }],
    ['tells of more records', { total: 3 }],
  ])('A3 behind a page that is not full and %s comes another, behind its highest id', async (_name, more) => {
    const pages = [found(['9', '10'], more), found(['11'], {})];
    expect(await walk(pages)).toEqual({ ids: ['9', '10', '11'], from: [null, '10'] });
  });

  test.each([
    ['that is all', found(['9', '10'], {})],
    ['that is empty, whatever HubSpot counts,', found([], { total: 1, paging: next })],
  ])('a page %s is the last', async (_name, page) => {
    expect((await walk([page])).from).toEqual([null]);
  });

  test('a page says how many records there are behind the one before', async () => {
    const connector = await connectTo(() => ok(found(['9', '10'], { total: 7, paging: next })));
    expect(await connector.searchModified('contacts', { since })).toMatchObject({ total: 7 });
  });

  test('what was there before leads nowhere', async () => {
    expect(await walk([found(['9', '10'], { total: 9, paging: next })])).toEqual({ ids: ['9', '10'], from: [null, '10'] });
  });
});

describe('ranges of ids', () => {
  /** The filters and the limit of each search that was sent. */
  const sent = () =>
    server?.seen.map(({ body }) => {
      const all = (pattern: RegExp) => [...body.matchAll(pattern)].map(([, text]) => text);
      return [...all(/"operator":"(\w+)"/g), ...all(/"value":"(\d+)"/g), ...all(/"limit":(\d+)/g)].join(' ');
    });

  test('a count asks for one record and takes the number that comes with it', async () => {
    const connector = await connectTo(() => ok({ total: 12_345, results: [{ id: '20' }], paging: { next: { after: '1' } } }));
    expect(await connector.countIds('contacts', { from: 20, to: null })).toBe(12_345);
    expect(await connector.countIds('contacts', { from: 20, to: 40 })).toBe(12_345);
    expect(sent()).toEqual(['GTE 20 1', 'GTE LTE 20 40 1']);
  });

  test('a list goes on behind the last id until there are no more', async () => {
    const pages = [
      { total: 3, results: [{ id: '20' }, { id: '21' }] },
      { total: 1, results: [{ id: '40' }] },
    ];
    const connector = await connectTo(() => ok(pages[(server?.seen.length ?? 0) - 1] ?? {}));
    expect(await connector.listIds('deals', { from: 20, to: 40 })).toEqual(['20', '21', '40']);
    expect(sent()).toEqual(['GTE LTE 20 40 200', 'GTE LTE GT 20 40 21 200']);
  });
});
