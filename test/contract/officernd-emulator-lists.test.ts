import { companies, id, locationId, officerndUnderTest } from '../support/officernd-emulator';
import type { Fields, OfficerndUnderTest } from '../support/officernd-emulator';

/** OfficeRnD's API as observed: paging, filters and counts. */

let rnd: OfficerndUnderTest;

beforeAll(async () => {
  rnd = await officerndUnderTest();
});
afterAll(() => rnd.stop());
beforeEach(() => rnd.reset());

describe('paging', () => {
  const after = (first: string, page: Fields): string => `${first}&$cursorNext=${encodeURIComponent(String(page.cursorNext))}`;
  const before = (first: string, page: Fields | undefined): string =>
    `${first}&$cursorPrev=${encodeURIComponent(String(page?.cursorPrev))}`;
  const walk = async (first: string): Promise<{ records: Fields[]; pages: Fields[] }> => {
    const records: Fields[] = [];
    const pages: Fields[] = [];
    for (let path: string | undefined = first; path !== undefined;) {
      const { body, results } = await rnd.api('GET', path);
      pages.push(body);
      records.push(...results);
      path = body.cursorNext === undefined ? undefined : after(first, body);
    }
    return { records, pages };
  };

  test('a walk of 21 by 10 has no gaps or duplicates, and absent cursors at the ends', async () => {
    await rnd.world({ companies: companies(21) });
    const { records, pages } = await walk('/companies?$limit=10');
    expect(records.map(({ _id }) => _id)).toEqual(companies(21).map(({ _id }) => _id));
    expect(pages.map(({ rangeStart, rangeEnd }) => [rangeStart, rangeEnd])).toEqual([
      [1, 10],
      [11, 20],
      [21, 21],
    ]);
    expect(pages.map((page) => ['cursorNext' in page, 'cursorPrev' in page])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    const back = await rnd.api('GET', before('/companies?$limit=10', pages[2]));
    expect([back.body.rangeStart, back.body.rangeEnd, back.results[0]?.name]).toEqual([11, 20, 'Company 11']);
    const first = (await rnd.api('GET', before('/companies?$limit=10', back.body))).body;
    expect([first.rangeStart, first.rangeEnd, 'cursorPrev' in first, 'cursorNext' in first]).toEqual([1, 10, false, true]);
  });
  test('a sorted and a filtered walk are complete, too', async () => {
    await rnd.world({ companies: companies(21) });
    const sorted = await walk(`/companies?$limit=4&$sort=${encodeURIComponent('{"name":"desc"}')}`);
    expect(new Set(sorted.records.map(({ _id }) => _id)).size).toBe(21);
    expect(sorted.records[0]?.name).toBe('Company 9');
    const filtered = await walk('/companies?$limit=2&modifiedAt[$lte]=2025-01-01T00:00:04.000Z');
    expect(filtered.records).toHaveLength(5);
    const named = await walk('/companies?$limit=1&name[$in]=Company 3,Company 2,None');
    expect(named.records.map(({ _id }) => _id)).toEqual([id(2), id(3)]);
  });
  test('an empty list has the range 0 to 0 and no cursors', async () => {
    expect((await rnd.api('GET', '/companies')).body).toEqual({ rangeStart: 0, rangeEnd: 0, results: [] });
  });
  test.each([
    ['', 200, 50],
    ['?$limit=50', 200, 50],
    ['?$limit=0', 200, 20],
    ['?$limit=-5', 200, 5],
  ])('limit %s', async (query, status, count) => {
    await rnd.world({ companies: companies(60) });
    const answer = await rnd.api('GET', `/companies${query}`);
    expect([answer.status, answer.results.length]).toEqual([status, count]);
  });
  test.each([
    ['?$limit=51', 400, '$limit must not be greater than 50'],
    ['?$limit=abc', 400, '$limit must be a number conforming to the specified constraints'],
    ['?$select=', 400, '$select should not be empty'],
    ['?foo=1', 400, 'property foo should not exist'],
    ['?$populate=location', 400, 'property $populate should not exist'],
    ['?modifiedAt[$gte]=yesterday', 400, 'modifiedAt must be a valid ISO 8601 date string'],
    ['?$cursorNext=a&$cursorPrev=b', 504, 'Gateway Timeout'],
    ['?$cursorNext=tampered', 500, expect.stringMatching(/JSON/)],
    ['?foo=1&bar=2', 400, ['property foo should not exist', 'property bar should not exist']],
  ])('%s', async (query, status, message) => {
    const answer = await rnd.api('GET', `/companies${query}`);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });
  test('records made or gone during a walk shift nothing', async () => {
    await rnd.world({ companies: companies(6) });
    const first = (await rnd.api('GET', '/companies?$limit=3')).body;
    await rnd.admin('POST', '/edits', [
      { op: 'delete', type: 'company', id: id(3) },
      { op: 'create', type: 'company', fields: { name: 'Late' } },
    ]);
    const second = await rnd.api('GET', after('/companies?$limit=50', first));
    expect(second.results.map(({ name }) => name)).toEqual(['Company 4', 'Company 5', 'Company 6', 'Late']);
  });
});

describe('filters and select', () => {
  beforeEach(() =>
    rnd.world({
      companies: [
        { _id: id(1), name: 'Acme', properties: { hubspot_link_id: '1-10', 'VAT number': 'GB 1' } },
        { _id: id(2), name: 'Beta' },
      ],
      members: [
        { _id: id(3), name: 'Ann', email: 'ann@x.io', company: id(1) },
        { _id: id(4), name: 'Bob', email: 'bob@x.io', status: 'active' },
      ],
      opportunities: [{ _id: id(5), name: 'Deal', company: id(1), properties: { hubspot_link_id: '1-30' } }],
    }),
  );
  const names = async (path: string): Promise<unknown[]> => (await rnd.api('GET', path)).results.map(({ name }) => name);

  test.each([
    ['/companies?name=Acme', ['Acme']],
    ['/companies?name=acme', []],
    ['/companies?properties[hubspot_link_id]=1-10', ['Acme']],
    ['/companies?properties[VAT%20number]=GB%201', ['Acme']],
    [`/companies?_id[$in]=${id(1)},${id(2)}`, ['Acme', 'Beta']],
    ['/members?email=ann@x.io', ['Ann']],
    [`/members?company=${id(1)}`, ['Ann']],
    ['/members?status[$in]=active,pending', ['Bob']],
    ['/members?createdAt[$gt]=2025-01-01T00:00:00.000Z', ['Bob']],
    [`/opportunities?company=${id(1)}`, ['Deal']],
    ['/opportunities?properties[hubspot_link_id]=1-30', ['Deal']],
    [`/companies?location=${locationId}&name=Beta`, ['Beta']],
  ])('%s', async (path, expected) => {
    expect(await names(path)).toEqual(expected);
  });
  test('select drops unknown fields and always has _id', async () => {
    expect((await rnd.api('GET', '/companies?$select=_id,name&name=Acme')).results).toEqual([{ _id: id(1), name: 'Acme' }]);
    expect((await rnd.api('GET', '/companies?$select=nothing&name=Acme')).results).toEqual([{ _id: id(1) }]);
    expect((await rnd.api('GET', `/companies/${id(1)}?$select=name&foo=1`)).body.location).toBe(locationId);
  });
  test('counts', async () => {
    expect((await rnd.api('GET', '/members/count?$countBy=status')).body).toEqual({
      total: 2,
      groups: [
        { key: 'contact', count: 1 },
        { key: 'active', count: 1 },
      ],
    });
    expect((await rnd.api('GET', '/opportunities/count')).body).toEqual({ total: 1 });
    expect((await rnd.api('GET', '/companies/count')).status).toBe(500);
  });
  test('switches: case of filters, filters of opportunities', async () => {
    await rnd.settings({ caseSensitiveFilters: false, opportunityFilters: 'documented' });
    expect(await names('/companies?name=ACME')).toEqual(['Acme']);
    expect((await rnd.api('GET', '/opportunities?properties[hubspot_link_id]=1-30')).body.message).toBe(
      'property properties should not exist',
    );
  });
});
