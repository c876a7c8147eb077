import type { JsonValue } from '../../domain/json';

/** A call with its API description, its path in the description, and the status of its answer. */
export type Call = readonly [spec: string, template: string, method: string, url: string, status: number, body?: JsonValue];

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

/** All calls of the API descriptions that the emulator supports. */
export const calls: readonly Call[] = [
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
  // Batches that failed in part have a body of their own.
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
  // Refusals have the default body of the description.
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
