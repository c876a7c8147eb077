import { configurationHash } from '../../../config/configuration-hash';
import { resolveMapping } from '../../../config/resolve';
import type { Definitions } from '../../../config/resolve/definitions';
import { aConfig, someDefinitions } from '../fixtures';
import { companyField, fieldOf, problemsOf } from '../resolving';
import type { Changes } from '../resolving';

/** V3: what is gone since the tenant file was checked pauses by itself when a run begins. A check of the file still refuses it. */

const { hubspot, officernd } = someDefinitions;

const withoutProperty = (object: 'companies' | 'contacts' | 'deals', name: string): Definitions => ({
  ...someDefinitions,
  hubspot: { ...hubspot, properties: { ...hubspot.properties, [object]: hubspot.properties[object].filter((one) => one.name !== name) } },
});
const archived = (name: string): Definitions => ({
  ...someDefinitions,
  hubspot: {
    ...hubspot,
    properties: { ...hubspot.properties, companies: hubspot.properties.companies.map((one) => ({ ...one, archived: one.name === name })) },
  },
});
const withoutCustom = (key: string): Definitions => ({
  ...someDefinitions,
  officernd: { ...officernd, customProperties: officernd.customProperties.filter((one) => one.key !== key) },
});
const withStatuses = (...descriptions: readonly string[]): Definitions => ({
  ...someDefinitions,
  officernd: { ...officernd, opportunityStatuses: descriptions.map((description) => ({ id: `st-${description}`, description })) },
});
const withoutStage = (id: string): Definitions => ({
  ...someDefinitions,
  hubspot: { ...hubspot, pipelines: hubspot.pipelines.map((one) => ({ ...one, stages: one.stages.filter((stage) => stage.id !== id) })) },
});

const pausing = (changes: Changes, definitions: Definitions) => {
  const result = resolveMapping(aConfig({ locations: { default: 'Uptown Hub' }, ...changes }), definitions, 'pause');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.mapping;
};

const vat = companyField('properties.VAT number', 'vat_number', '↔');

test.each([
  ['HubSpot’s property is deleted', vat, withoutProperty('companies', 'vat_number'), 'vat_number'],
  ['HubSpot’s property is archived', vat, archived('vat_number'), 'vat_number'],
  ['OfficeRnD’s custom property is deleted', vat, withoutCustom('VAT number'), 'properties.VAT number'],
] as const)('V3 %s: the field pauses and is named, all others stay', (_title, changes, definitions, named) => {
  const before = pausing(changes, someDefinitions);
  expect(before.paused).toBeUndefined();
  const mapping = pausing(changes, definitions);
  expect(mapping.paused).toEqual([
    { entity: 'company', field: 'properties.VAT number', message: expect.stringContaining(named) as unknown },
  ]);
  expect(mapping.fields).toEqual(before.fields.filter(({ key }) => key !== 'properties.VAT number'));
  expect(mapping.entities).toEqual(['company', 'member', 'opportunity']);
  expect(problemsOf(changes, definitions)).toHaveLength(1);
});

test('V3 a standard property pauses like any other, in each entity', () => {
  for (const [object, name, entity, field] of [
    ['companies', 'website', 'company', 'url'],
    ['contacts', 'phone', 'member', 'phone'],
    ['deals', 'amount', 'opportunity', 'dealSize'],
  ] as const) {
    const mapping = pausing({}, withoutProperty(object, name));
    expect(mapping.paused).toMatchObject([{ entity, field, message: expect.stringContaining(name) as unknown }]);
    expect(fieldOf(mapping, entity, field)).toBeUndefined();
  }
});

test.each([
  ['companies', 'name', 'company', 'name', ['member', 'opportunity']],
  ['contacts', 'lastname', 'member', 'name', ['company', 'opportunity']],
  ['contacts', 'email', 'member', 'email', ['company', 'opportunity']],
  ['deals', 'dealname', 'opportunity', 'name', ['company', 'member']],
] as const)('V3 without %s’ %s only that entity is left out', (object, name, entity, field, others) => {
  const mapping = pausing({}, withoutProperty(object, name));
  expect(mapping.entities).toEqual(others);
  expect(mapping.paused).toMatchObject([{ entity, field }]);
  expect(new Set(mapping.fields.map((one) => one.entity))).toEqual(new Set(others));
});

test('V3 without the pipeline the opportunities are left out; where nothing else is configured, the run is blocked', () => {
  const definitions = { ...someDefinitions, hubspot: { ...hubspot, pipelines: [] } };
  const mapping = pausing({}, definitions);
  expect(mapping.entities).toEqual(['company', 'member']);
  expect(mapping.paused).toMatchObject([
    { entity: 'opportunity', field: 'pipeline', message: expect.stringContaining('default') as unknown },
  ]);
  const alone = resolveMapping(aConfig({ entities: ['opportunity'] }), definitions, 'pause');
  expect(alone).toMatchObject({ ok: false, problems: [{ setting: 'entities.opportunity' }] });
});

const table = (statuses: Changes): Changes => ({ opportunities: { pipeline: 'default', statuses } });

test('V3 a status that was renamed pauses its pair; the other pairs stay, and no label gives its stage another meaning', () => {
  const changes = table({ appointmentscheduled: 'New', closedwon: 'Won', Tour: 'Visit' });
  const before = pausing(changes, withStatuses('New', 'Won', 'Visit', 'Tour'));
  const mapping = pausing(changes, withStatuses('New', 'Signed', 'Tour', 'Closed Won'));
  expect(before.statuses.statusByStage).toMatchObject({ appointmentscheduled: 'st-New', closedwon: 'st-Won', 4711: 'st-Visit' });
  expect(mapping.statuses.statusByStage).toEqual({ appointmentscheduled: 'st-New' });
  expect(mapping.statuses.paused).toEqual({ stages: ['closedwon', '4711'], statuses: [] });
  expect(mapping.paused?.map(({ field, message }) => [field, message.slice(0, 40)])).toEqual([
    ['status', expect.stringContaining('closedwon')],
    ['status', expect.stringContaining('Tour')],
  ]);
  expect(mapping.paused?.[0]?.message).toContain('Won');
  expect(mapping.entities).toContain('opportunity');
});

test('V3 a stage that is gone pauses its status, unless another stage stands for it', () => {
  const changes = table({ closedwon: 'Won', 4711: 'New', closedlost: 'New' });
  expect(pausing(changes, withoutStage('closedwon')).statuses).toMatchObject({
    statusByStage: { 4711: 'st-new', closedlost: 'st-new' },
    paused: { stages: [], statuses: ['st-won'] },
  });
  const other = pausing(changes, withoutStage('4711'));
  expect(other.statuses.paused).toBeUndefined();
  expect(other.statuses.stageByStatus).toMatchObject({ 'st-new': 'closedlost' });
  expect(other.paused).toMatchObject([{ entity: 'opportunity', field: 'status', message: expect.stringContaining('4711') as unknown }]);
});

const customersOnly: Changes = { create: { filter: [{ property: 'lifecyclestage', in: ['customer'] }] } };
const byOffice: Changes = { locations: { property: 'office', map: { dt: 'loc-1' }, default: 'loc-2' } };
/** As `orsync tenant apply` stores it. */
const stored = (changes: Changes): Changes => {
  const { create, locations } = checked(changes);
  return { create, locations };
};
const checked = (changes: Changes) => {
  const result = resolveMapping(aConfig({ locations: { default: 'Uptown Hub' }, ...changes }), someDefinitions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
};

test('V3 L10 the filter’s property is gone from one object: nothing is created of that entity alone, and no filter opens by itself', () => {
  expect(checked(customersOnly).create.filter).toMatchObject([{ entities: ['company', 'member'] }]);
  const mapping = pausing(stored(customersOnly), withoutProperty('contacts', 'lifecyclestage'));
  expect(mapping.paused).toEqual([
    { entity: 'member', field: 'creation', message: expect.stringContaining('contacts have no property lifecyclestage') as unknown },
  ]);
  expect(mapping.creation.filter).toMatchObject([{ entities: ['company'] }]);
  expect(mapping.entities).toEqual(['company', 'member', 'opportunity']);
  // A person who applies the file again sees the warning, and has decided.
  expect(pausing(customersOnly, withoutProperty('contacts', 'lifecyclestage')).paused).toBeUndefined();
});

test('V3 L10 of a file without the entities, a filter that is gone everywhere pauses every creation', () => {
  const definitions = { ...someDefinitions, hubspot: { ...hubspot, properties: withoutLifecycle() } };
  expect(pausing(customersOnly, definitions).paused?.map(({ entity }) => entity)).toEqual(['company', 'member', 'opportunity']);
});

const withoutLifecycle = (): typeof hubspot.properties => ({
  ...withoutProperty('companies', 'lifecyclestage').hubspot.properties,
  contacts: withoutProperty('contacts', 'lifecyclestage').hubspot.properties.contacts,
});

test('V3 L8 what the rule for locations needs is gone: companies and members wait, and are not created elsewhere', () => {
  const property = pausing(stored(byOffice), withoutProperty('companies', 'office'));
  expect(property.paused).toMatchObject([{ entity: 'company', field: 'creation', message: expect.stringContaining('office') as unknown }]);
  expect(property.creation.locations.property).toBeNull();
  const withLocations = (...ids: readonly string[]): Definitions => ({
    ...someDefinitions,
    officernd: {
      ...officernd,
      locations: officernd.locations.filter(({ id }) => ids.includes(id)).concat({ id: 'loc-3', name: 'New Hub' }),
    },
  });
  for (const [id, setting] of [
    ['loc-1', 'locations.default'],
    ['loc-2', 'locations.map.dt'],
  ] as const) {
    const { paused } = pausing(stored(byOffice), withLocations(id));
    expect(paused?.map(({ entity }) => entity)).toEqual(['company', 'member']);
    expect(paused?.[0]?.message).toContain(setting);
  }
  // The only location that is left needs no rule.
  const one = { ...someDefinitions, officernd: { ...officernd, locations: officernd.locations.filter(({ id }) => id === 'loc-2') } };
  expect(pausing(stored(byOffice), one).paused).toBeUndefined();
});

test('V3 the entities that a file names itself are checked', () => {
  const named = { create: { filter: [{ property: 'lifecyclestage', in: ['customer'], entities: ['opportunity'] }] } };
  expect(problemsOf(named)).toEqual([
    { setting: 'create.filter[0].property', message: 'HubSpot has no property lifecyclestage of deals; give its internal name' },
  ]);
});

test('V3 what was wrong in the file from the start is refused, also when a run begins', () => {
  const wrong = companyField('name', 'vat_number', '↔');
  expect(resolveMapping(aConfig(wrong), someDefinitions, 'pause').ok).toBe(false);
  const twice = {
    additional: {
      company: [
        { officernd: 'properties.Text', hubspot: 'a_text', direction: '↔' },
        { officernd: 'properties.Text', hubspot: 'vat_number', direction: '↔' },
      ],
    },
  };
  expect(resolveMapping(aConfig(twice), someDefinitions, 'pause').ok).toBe(false);
});

test('V3 a pause changes the configuration’s hash, so that its end is backfilled; the sentence about it does not', () => {
  const mapping = pausing(vat, withoutProperty('companies', 'vat_number'));
  expect(configurationHash(mapping)).not.toBe(configurationHash(pausing(vat, someDefinitions)));
  const [paused] = mapping.paused ?? [];
  if (paused === undefined) throw new Error('Nothing is paused.');
  expect(configurationHash({ ...mapping, paused: [{ ...paused, message: 'other' }] })).toBe(configurationHash(mapping));
});
