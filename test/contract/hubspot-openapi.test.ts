import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, parseJson, type JsonObject } from '../../emulators/shared/json';
import { at, calm, emulatorUnderTest, type Answer, type EmulatorUnderTest } from '../support/hubspot-emulator';

/** HubSpot's OpenAPI descriptions lie beside the repository, not in it. */
const SPECS = path.resolve(__dirname, '../../../shared/specs/hubspot');
const missing = `HubSpot's OpenAPI descriptions are not at ${path.relative(path.resolve(__dirname, '../..'), SPECS)}`;
const suite = existsSync(SPECS) ? describe : describe.skip;
if (!existsSync(SPECS)) process.stderr.write(`Skipped: ${missing}\n`);

type Call = readonly [spec: string, template: string, method: string, url: string, status: number, body?: JsonValue];

const objects = (spec: string, base: string, type: string, id: string, name: string): readonly Call[] => {
  const create =
    type.includes('deal') || type === '0-3' ? { dealname: 'x', dealstage: 'closedwon', pipeline: 'default' } : { [name]: 'new' };
  const root = `${base}/${type}`;
  return [
    [spec, '', 'GET', `${root}?limit=1&associations=companies,contacts&propertiesWithHistory=${name}`, 200],
    [spec, '/{id}', 'GET', `${root}/${id}?properties=${name},hs_object_id`, 200],
    [spec, '', 'POST', root, 201, { properties: create, associations: [] }],
    [spec, '/{id}', 'PATCH', `${root}/${id}`, 200, { properties: { [name]: 'changed' } }],
    [spec, '/{id}', 'DELETE', `${root}/9999`, 204],
    [spec, '/batch/read', 'POST', `${root}/batch/read`, 200, { inputs: [{ id }], properties: [name], propertiesWithHistory: [name] }],
    [spec, '/batch/create', 'POST', `${root}/batch/create`, 201, { inputs: [{ properties: create, associations: [] }] }],
    [spec, '/batch/update', 'POST', `${root}/batch/update`, 200, { inputs: [{ id, properties: { [name]: 'again' } }] }],
    [
      spec,
      '/batch/upsert',
      'POST',
      `${root}/batch/upsert`,
      200,
      { inputs: [{ id: 'key', idProperty: 'marker', objectWriteTraceId: '1', properties: create }] },
    ],
    [spec, '/batch/archive', 'POST', `${root}/batch/archive`, 204, { inputs: [{ id: '9999' }] }],
    [
      spec,
      '/search',
      'POST',
      `${root}/search`,
      200,
      { filterGroups: [], properties: [name], sorts: ['-createdate'], limit: 1, after: '0' },
    ],
    [spec, '/merge', 'POST', `${root}/merge`, 200, { primaryObjectId: id, objectIdToMerge: String(Number(id) + 1) }],
  ];
};

const option = { label: 'A', value: 'a', hidden: false, displayOrder: 0 };
const property = {
  name: 'made',
  label: 'Made',
  type: 'enumeration',
  fieldType: 'select',
  groupName: 'companyinformation',
  options: [option],
};
const definitions = (spec: string, root: string, batchCreated: number): readonly Call[] => [
  [spec, '/{objectType}', 'GET', `${root}/companies`, 200],
  [spec, '/{objectType}', 'POST', `${root}/companies`, 201, property],
  [spec, '/{objectType}/{propertyName}', 'GET', `${root}/companies/made`, 200],
  [spec, '/{objectType}/{propertyName}', 'PATCH', `${root}/companies/made`, 200, { label: 'Other' }],
  [spec, '/{objectType}/{propertyName}', 'DELETE', `${root}/companies/made`, 204],
  [
    spec,
    '/{objectType}/batch/create',
    'POST',
    `${root}/companies/batch/create`,
    batchCreated,
    { inputs: [{ ...property, name: 'made_too' }] },
  ],
  [spec, '/{objectType}/batch/read', 'POST', `${root}/companies/batch/read`, 200, { archived: false, inputs: [{ name: 'name' }] }],
  [spec, '/{objectType}/batch/archive', 'POST', `${root}/companies/batch/archive`, 204, { inputs: [{ name: 'made_too' }] }],
  [spec, '/{objectType}/groups', 'GET', `${root}/companies/groups`, 200],
  [spec, '/{objectType}/groups', 'POST', `${root}/companies/groups`, 201, { name: 'sync', label: 'Sync' }],
  [spec, '/{objectType}/groups/{groupName}', 'GET', `${root}/companies/groups/sync`, 200],
  [spec, '/{objectType}/groups/{groupName}', 'PATCH', `${root}/companies/groups/sync`, 200, { label: 'S' }],
  [spec, '/{objectType}/groups/{groupName}', 'DELETE', `${root}/companies/groups/sync`, 204],
];

const stage = { label: 'New', displayOrder: 9, metadata: { probability: '0.1' } };
const pipelines = (spec: string, root: string): readonly Call[] => [
  [spec, '/{objectType}', 'GET', `${root}/deals`, 200],
  [spec, '/{objectType}', 'POST', `${root}/deals`, 201, { label: 'Second', displayOrder: 1, stages: [stage] }],
  [spec, '/{objectType}/{pipelineId}', 'GET', `${root}/deals/default`, 200],
  [spec, '/{objectType}/{pipelineId}', 'PATCH', `${root}/deals/default`, 200, { label: 'Renamed' }],
  [spec, '/{objectType}/{pipelineId}/stages', 'GET', `${root}/deals/default/stages`, 200],
  [spec, '/{objectType}/{pipelineId}/stages', 'POST', `${root}/deals/default/stages`, 201, stage],
  [spec, '/{objectType}/{pipelineId}/stages/{stageId}', 'GET', `${root}/deals/default/stages/closedwon`, 200],
  [
    spec,
    '/{objectType}/{pipelineId}/stages/{stageId}',
    'PATCH',
    `${root}/deals/default/stages/closedwon`,
    200,
    { metadata: { probability: '1.0' } },
  ],
  [spec, '/{objectType}/{pipelineId}/stages/{stageId}', 'DELETE', `${root}/deals/default/stages/contractsent`, 204],
  [spec, '/{objectType}/{pipelineId}/audit', 'GET', `${root}/deals/default/audit`, 200],
];

const pair = { from: { id: '11' }, to: { id: '2' } };
const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
const associations = (spec: string, root: string, objectRoot: string, created: number, archived: number): readonly Call[] => [
  [
    spec,
    `${root}/{fromObjectType}/{toObjectType}/batch/read`,
    'POST',
    `${root}/contacts/companies/batch/read`,
    200,
    { inputs: [{ id: '11' }] },
  ],
  [
    spec,
    `${root}/{fromObjectType}/{toObjectType}/batch/create`,
    'POST',
    `${root}/contacts/companies/batch/create`,
    created,
    { inputs: [{ ...pair, types }] },
  ],
  [
    spec,
    `${root}/{fromObjectType}/{toObjectType}/batch/associate/default`,
    'POST',
    `${root}/contacts/companies/batch/associate/default`,
    200,
    { inputs: [pair] },
  ],
  [
    spec,
    `${root}/{fromObjectType}/{toObjectType}/batch/labels/archive`,
    'POST',
    `${root}/contacts/companies/batch/labels/archive`,
    archived,
    { inputs: [{ ...pair, types }] },
  ],
  [
    spec,
    `${root}/{fromObjectType}/{toObjectType}/batch/archive`,
    'POST',
    `${root}/contacts/companies/batch/archive`,
    archived,
    { inputs: [{ from: { id: '11' }, to: [{ id: '2' }] }] },
  ],
  [
    spec,
    `${objectRoot}/{fromObjectType}/{fromObjectId}/associations/default/{toObjectType}/{toObjectId}`,
    'PUT',
    `${objectRoot}/contacts/11/associations/default/companies/2`,
    200,
  ],
  [
    spec,
    `${objectRoot}/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}`,
    'PUT',
    `${objectRoot}/contacts/11/associations/companies/2`,
    201,
    types,
  ],
  [
    spec,
    `${objectRoot}/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}`,
    'DELETE',
    `${objectRoot}/contacts/11/associations/companies/2`,
    204,
  ],
];

const V3_IDS: Readonly<Record<string, string>> = { contacts: 'contactId', companies: 'companyId', '0-3': 'dealId' };
const rooted = (calls: readonly Call[], root: string, id?: string): readonly Call[] =>
  calls.map(([spec, template, ...rest]) => [spec, `${root}${id === undefined ? template : template.replace('{id}', `{${id}}`)}`, ...rest]);

const calls: readonly Call[] = [
  ...(['companies', 'contacts', 'deals'] as const).flatMap((type) => {
    const [id, name] = { companies: ['1', 'city'], contacts: ['11', 'firstname'], deals: ['21', 'dealname'] }[type];
    const dated = objects(`2026-09/${type}.json`, '/crm/objects/2026-09', type, id ?? '', name === 'city' ? 'name' : (name ?? ''));
    const v3Type = type === 'deals' ? '0-3' : type;
    const v3 = objects(`v3/${type}.json`, '/crm/v3/objects', v3Type, id ?? '', name === 'city' ? 'name' : (name ?? ''));
    return [...rooted(dated, '/crm/objects/2026-09/{objectType}', 'objectId'), ...rooted(v3, `/crm/v3/objects/${v3Type}`, V3_IDS[v3Type])];
  }),
  ...rooted(definitions('2026-09/properties.json', '/crm/properties/2026-09', 200), '/crm/properties/2026-09'),
  ...rooted(definitions('v3/properties.json', '/crm/v3/properties', 201), '/crm/v3/properties'),
  ...rooted(pipelines('2026-09/pipelines.json', '/crm/pipelines/2026-09'), '/crm/pipelines/2026-09'),
  ...rooted(pipelines('v3/pipelines.json', '/crm/v3/pipelines'), '/crm/v3/pipelines'),
  ...associations('2026-09/associations.json', '/crm/associations/2026-09', '/crm/objects/2026-09', 200, 200),
  ...associations('v4/associations.json', '/crm/v4/associations', '/crm/v4/objects', 201, 204),
  [
    'v4/associations.json',
    '/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}',
    'GET',
    '/crm/v4/objects/contacts/11/associations/companies?limit=1',
    200,
  ],
  ['v3/owners.json', '/crm/v3/owners', 'GET', '/crm/v3/owners?limit=1', 200],
  ['v3/owners.json', '/crm/v3/owners/{ownerId}', 'GET', '/crm/v3/owners/6166860', 200],
  // Partly failed batches have a body of their own.
  [
    'v3/contacts.json',
    '/crm/v3/objects/contacts/batch/read',
    'POST',
    '/crm/v3/objects/contacts/batch/read',
    207,
    { inputs: [{ id: '404' }], properties: [], propertiesWithHistory: [] },
  ],
  [
    'v3/contacts.json',
    '/crm/v3/objects/contacts/batch/create',
    'POST',
    '/crm/v3/objects/contacts/batch/create',
    207,
    { inputs: [{ objectWriteTraceId: '0', properties: { email: 'a@x.example' }, associations: [] }] },
  ],
  [
    'v4/associations.json',
    '/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read',
    'POST',
    '/crm/v4/associations/contacts/deals/batch/read',
    207,
    { inputs: [{ id: '12' }] },
  ],
  // Refusals have the description's default body.
  [
    'v3/contacts.json',
    '/crm/v3/objects/contacts',
    'POST',
    '/crm/v3/objects/contacts',
    409,
    { properties: { email: 'a@x.example' }, associations: [] },
  ],
  [
    '2026-09/contacts.json',
    '/crm/objects/2026-09/{objectType}',
    'POST',
    '/crm/objects/2026-09/contacts',
    400,
    { properties: { nope: 'x', email: 'bad' }, associations: [] },
  ],
  [
    '2026-09/properties.json',
    '/crm/properties/2026-09/{objectType}',
    'POST',
    '/crm/properties/2026-09/contacts',
    409,
    { ...property, name: 'email', groupName: 'contactinformation' },
  ],
];

suite("answers fit HubSpot's own OpenAPI descriptions", () => {
  let hs: EmulatorUnderTest;
  const schemas = createSchemas();
  beforeAll(async () => {
    hs = await emulatorUnderTest();
  });
  afterAll(() => hs.stop());

  const marker = [{ name: 'marker', hasUniqueValue: true }];
  const world = {
    properties: { companies: [...marker, { name: 'made' }, { name: 'made_too' }], contacts: marker, deals: marker },
    companies: [
      { id: '1', properties: { name: 'One' } },
      { id: '2', properties: { name: 'Two' } },
    ],
    contacts: [
      { id: '11', properties: { email: 'a@x.example', firstname: 'A' }, associations: { companies: ['1'] } },
      { id: '12', properties: { email: 'b@x.example', firstname: 'B' } },
    ],
    deals: [
      { id: '21', properties: { dealname: 'D', dealstage: 'qualifiedtobuy' }, associations: { companies: ['1'], contacts: ['11'] } },
      { id: '22', properties: { dealname: 'E', dealstage: 'qualifiedtobuy' } },
    ],
  };
  const fresh = { ...world, properties: { companies: marker, contacts: marker, deals: marker } };

  test.each(calls.map((call) => [`${call[0]} ${call[2]} ${call[1]} → ${call[4]}`, call] as const))(
    '%s',
    async (_title, [spec, template, method, url, status, body]) => {
      const makes = method === 'POST' && /properties\/.*companies(\/batch\/create)?$/.test(url);
      await hs.reset(makes ? fresh : world, { ...calm, associationIdAsString: url.includes('2026-09') });
      if (url.includes('/groups/')) await hs.call('POST', '/crm/v3/properties/companies/groups', { name: 'sync', label: 'Sync' });
      const answer = await hs.call(method, url, body);
      expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
      expect(problems(schemas(spec, template, method, status), answer)).toEqual([]);
    },
  );
});

function problems(validate: ValidateFunction | undefined, answer: Answer): readonly string[] {
  if (validate === undefined) return answer.text === '' ? [] : ['the description has no body'];
  return validate(answer.body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** Finds the schema of an answer in a description; undefined where it has no body. */
function createSchemas(): (spec: string, template: string, method: string, status: number) => ValidateFunction | undefined {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const loaded = new Map<string, JsonValue>();
  const load = (spec: string): JsonValue => {
    const known = loaded.get(spec);
    if (known !== undefined) return known;
    const document = corrected(parseJson(readFileSync(path.join(SPECS, spec), 'utf8')));
    ajv.addSchema(isJsonObject(document) ? document : {}, spec);
    loaded.set(spec, document);
    return document;
  };
  return (spec, template, method, status) => {
    const operation = at(load(spec), 'paths', template, method.toLowerCase());
    if (operation === undefined) throw new Error(`${spec} does not describe ${method} ${template}`);
    const responses = at(operation, 'responses');
    const key = at(responses, String(status)) === undefined ? 'default' : String(status);
    if (status < 300 && key === 'default') throw new Error(`${spec} does not list ${status} for ${method} ${template}`);
    if (key === 'default') return ajv.compile({ $ref: `${spec}#/components/schemas/Error` });
    const content = at(responses, key, 'content');
    const [mediaType] = isJsonObject(content) ? Object.keys(content) : [];
    if (mediaType === undefined) return undefined;
    const pointer = ['paths', template, method.toLowerCase(), 'responses', key, 'content', mediaType, 'schema'].map(escaped).join('/');
    return ajv.compile({ $ref: `${spec}#/${pointer}` });
  };
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/**
 * OpenAPI 3.0 as JSON Schema, with what recorded answers contradict left out: errors inside batches have neither `links` nor
 * `errors`, their `subCategory` is a text, an unlabelled association has `label: null`, `toObjectId` is a number, and a property without a value is null in v3, too.
 */
function corrected(value: JsonValue, key = ''): JsonValue {
  if (isJsonArray(value)) return value.map((item) => corrected(item));
  if (!isJsonObject(value)) return value;
  const {
    nullable,
    example: _example,
    ...rest
  } = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, corrected(item, name)]));
  if (key === 'StandardError') return withoutStrictness(rest);
  if (key === 'toObjectId') return { type: ['string', 'integer'] };
  const mayBeNull = nullable === true || key === 'label' || key === 'additionalProperties';
  return mayBeNull && typeof rest.type === 'string' ? { ...rest, type: [rest.type, 'null'] } : rest;
}

const withoutStrictness = (schema: JsonObject): JsonObject => {
  const { properties } = schema;
  const { subCategory: _subCategory, ...kept } = isJsonObject(properties) ? properties : {};
  return { ...schema, properties: kept, required: ['category', 'message', 'status'] };
};
