import { configurationHash } from '../../config/configuration-hash';
import type { Definitions } from '../../config/definitions';
import { resolveMapping } from '../../config/resolve-mapping';
import type { HubSpotPipeline, HubSpotPropertyDefinition } from '../../connectors/hubspot/hubspot-connector';
import type {
  OfficerndCustomProperty,
  OfficerndLocation,
  OfficerndOpportunityStatus,
} from '../../connectors/officernd/officernd-connector';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { aConfig, someDefinitions } from './fixtures';

type Changes = Readonly<Record<string, unknown>>;

/** Both locations need a rule, else there is a warning that most tests don't want. */
const placed: Changes = { locations: { default: 'Uptown Hub' } };

const resolved = (changes: Changes = {}, definitions: Definitions = someDefinitions) => {
  const result = resolveMapping(aConfig({ ...placed, ...changes }), definitions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
};
const mapped = (changes: Changes = {}, definitions?: Definitions): TenantMapping => resolved(changes, definitions).mapping;
const problemsOf = (changes: Changes, definitions: Definitions = someDefinitions) => {
  const result = resolveMapping(aConfig({ ...placed, ...changes }), definitions);
  return result.ok ? [] : result.problems;
};
const companyField = (officernd: string, hubspot: string, direction: string, more: Changes = {}): Changes => ({
  additional: { company: [{ officernd, hubspot, direction, ...more }] },
});
const fieldOf = (mapping: TenantMapping, entity: string, key: string) =>
  mapping.fields.find((field) => field.entity === entity && field.key === key);

test('the connectors’ answers are definitions as they are', () => {
  const fromConnectors = (
    properties: readonly HubSpotPropertyDefinition[],
    pipelines: readonly HubSpotPipeline[],
    locations: readonly OfficerndLocation[],
    opportunityStatuses: readonly OfficerndOpportunityStatus[],
    customProperties: readonly OfficerndCustomProperty[],
  ): Definitions => ({
    hubspot: { properties: { companies: properties, contacts: properties, deals: properties }, pipelines },
    officernd: { locations, opportunityStatuses, customProperties },
  });
  expect(fromConnectors([], [], [], [], []).hubspot.pipelines).toEqual([]);
});

describe('§2 standard properties', () => {
  test('all are there, both ways, with HubSpot’s read-only ones marked', () => {
    const mapping = mapped();
    expect(mapping.fields).toHaveLength(8 + 8 + 5);
    expect(mapping.fields.every(({ direction, standard }) => direction === '↔' && standard)).toBe(true);
    expect(mapping.fields.filter(({ readOnly }) => readOnly.hubspot).map(({ key }) => key)).toEqual(['probability']);
  });

  test('a property that HubSpot’s definition says is read-only is marked (M12)', () => {
    const contacts = someDefinitions.hubspot.properties.contacts.map((one) => (one.name === 'phone' ? { ...one, readOnly: true } : one));
    const definitions = {
      ...someDefinitions,
      hubspot: { ...someDefinitions.hubspot, properties: { ...someDefinitions.hubspot.properties, contacts } },
    };
    expect(fieldOf(mapped({}, definitions), 'member', 'phone')?.readOnly).toEqual({ officernd: false, hubspot: true });
  });

  test('M5, M6: policies hold for all, a property’s own setting comes first', () => {
    const mapping = mapped({
      policies: { drift: 'enforce', neverErase: true },
      standard: { 'company.url': { direction: '<-', drift: 'report', neverErase: false }, 'member.phone': '->' },
    });
    expect(fieldOf(mapping, 'company', 'url')).toMatchObject({ direction: '←', drift: 'report', neverErase: false });
    expect(fieldOf(mapping, 'member', 'phone')).toMatchObject({ direction: '→', drift: 'enforce', neverErase: true });
  });

  test('the probability can go to a writable number property instead', () => {
    const mapping = mapped({ standard: { 'opportunity.probability': { direction: '→', hubspot: 'our_probability' } } });
    expect(fieldOf(mapping, 'opportunity', 'probability')).toMatchObject({
      hubspot: ['our_probability'],
      direction: '→',
      type: 'percent',
      readOnly: { hubspot: false },
    });
    expect(problemsOf({ standard: { 'opportunity.probability': { hubspot: 'a_text' } } })).toMatchObject([
      { setting: 'standard.opportunity.probability.hubspot' },
    ]);
  });

  test('a direction that could never do anything is refused', () => {
    expect(problemsOf({ standard: { 'opportunity.probability': '→' } })).toMatchObject([
      { setting: 'standard.opportunity.probability', message: expect.stringContaining('read-only') },
    ]);
  });

  test('a standard property that HubSpot lacks is named', () => {
    const definitions = {
      ...someDefinitions,
      hubspot: { ...someDefinitions.hubspot, properties: { ...someDefinitions.hubspot.properties, contacts: [] } },
    };
    expect(problemsOf({ entities: ['member'] }, definitions).map(({ setting }) => setting)).toContain('standard.member.email');
  });
});

describe('§2.4 additional properties', () => {
  test.each([
    ['properties.VAT number', 'vat_number', '←', 'text'],
    ['properties.Text', 'a_number', '←', 'text'],
    ['properties.Text', 'a_select', '↔', 'text'],
    ['properties.No. of desks', 'a_number', '↔', 'number'],
    ['properties.No. of desks', 'a_text', '→', 'number'],
    ['properties.flag', 'a_bool', '↔', 'boolean'],
    ['properties.flag', 'a_check', '↔', 'boolean'],
    ['properties.since', 'a_date', '↔', 'date'],
    ['properties.since', 'a_datetime', '↔', 'datetime'],
    ['startDate', 'a_datetime', '↔', 'date'],
    ['properties.choice', 'a_select', '↔', 'enumeration'],
    ['properties.choice', 'a_text', '↔', 'enumeration'],
    ['properties.choices', 'a_multi', '↔', 'multi-enumeration'],
    ['properties.anywhere', 'a_text', '↔', 'text'],
    ['tags', 'a_multi', '→', 'multi-enumeration'],
    ['status', 'a_text', '→', 'enumeration'],
    ['billingDetails.vatNumber', 'a_text', '↔', 'text'],
    ['properties.Text', 'read_only', '←', 'text'],
  ])('%s with %s in the direction %s is compared as %s', (officernd, hubspot, direction, type) => {
    const mapping = mapped(companyField(officernd, hubspot, direction));
    expect(fieldOf(mapping, 'company', officernd)).toMatchObject({ officernd, hubspot: [hubspot], direction, type, standard: false });
  });

  test('L3 a company’s e-mail is mapped as one', () => {
    expect(fieldOf(mapped(companyField('email', 'a_text', '↔')), 'company', 'email')).toMatchObject({ type: 'email', officernd: 'email' });
  });

  test('the tenant may choose among the types that fit', () => {
    expect(
      fieldOf(mapped(companyField('properties.since', 'a_datetime', '↔', { type: 'date' })), 'company', 'properties.since')?.type,
    ).toBe('date');
    expect(problemsOf(companyField('properties.since', 'a_datetime', '↔', { type: 'number' }))).toEqual([
      { setting: 'additional.company[0].type', message: 'this pair can be compared as datetime or date' },
    ]);
  });

  test.each([
    ['properties.VAT', 'a_text', '↔', 'officernd', 'they have properties.VAT number, '],
    ['properties.vat NUMBER', 'a_text', '↔', 'officernd', 'did you mean properties.VAT number?'],
    ['properties.Access Card Nr', 'a_text', '↔', 'officernd', 'does not belong to OfficeRnD’s companies'],
    ['properties.odd', 'a_text', '↔', 'officernd', 'of the type geo'],
    ['properties.hubspot_link_id', 'a_text', '→', 'officernd', "can't be mapped"],
    ['constructor', 'a_text', '→', 'officernd', 'no such field'],
    ['phone', 'a_text', '→', 'officernd', 'no such field'],
    ['name', 'a_text', '→', 'officernd', 'section "standard"'],
    ['email', 'absent', '↔', 'hubspot', 'companies have no property absent'],
    ['email', 'VAT Number', '↔', 'hubspot', 'did you mean vat_number?'],
    ['email', 'gone', '←', 'hubspot', 'is archived'],
    ['email', 'website', '←', 'hubspot', 'is mapped twice'],
    ['email', 'read_only', '→', 'direction', 'only ← is possible'],
    ['email', 'read_only', '↔', 'direction', 'only ← is possible'],
    ['status', 'a_text', '←', 'direction', 'a company’s status is computed by OfficeRnD, so only → is possible'],
    ['status', 'a_text', '↔', 'direction', 'only → is possible'],
    ['tags', 'a_multi', '↔', 'direction', 'only → is possible'],
    ['email', 'a_file', '←', 'direction', 'can’t be kept in step'],
    ['email', 'a_json', '←', 'direction', 'can’t be kept in step'],
    ['properties.Text', 'a_number', '→', 'direction', 'OfficeRnD holds a text, HubSpot a number'],
    ['properties.No. of desks', 'a_text', '↔', 'direction', 'can’t be converted in the direction ↔'],
    ['properties.flag', 'a_number', '→', 'direction', 'can’t be converted'],
    ['properties.choice', 'a_multi', '←', 'direction', 'can’t be converted'],
    ['properties.choices', 'a_select', '→', 'direction', 'can’t be converted'],
  ])('%s with %s in the direction %s is refused for its %s: %s', (officernd, hubspot, direction, part, message) => {
    expect(problemsOf(companyField(officernd, hubspot, direction))).toEqual([
      { setting: `additional.company[0].${part}`, message: expect.stringContaining(message) },
    ]);
  });

  test('each side’s property can be mapped once', () => {
    const pair = (officernd: string, hubspot: string) => ({ officernd, hubspot, direction: '↔' });
    const company = [pair('email', 'a_text'), pair('email', 'vat_number'), pair('properties.Text', 'a_text')];
    expect(problemsOf({ additional: { company } })).toMatchObject([
      { setting: 'additional.company[1].officernd', message: 'email is mapped twice; keep one of the two' },
      { setting: 'additional.company[2].hubspot', message: 'a_text is mapped twice; keep one of the two' },
    ]);
  });

  test('everything that is wrong is listed, of all entities', () => {
    const additional = {
      company: [{ officernd: 'x', hubspot: 'y', direction: '↔' }],
      member: [{ officernd: 'status', hubspot: 'a_text', direction: '←' }],
      opportunity: [{ officernd: 'properties.budget', hubspot: 'pipeline', direction: '→' }],
    };
    expect(problemsOf({ additional }).map(({ setting }) => setting)).toEqual([
      'additional.company[0].officernd',
      'additional.company[0].hubspot',
      'additional.member[0].direction',
      'additional.opportunity[0].direction',
    ]);
  });

  test('entities that are not kept in step are not looked at', () => {
    const mapping = mapped({ entities: ['member'], additional: { company: [{ officernd: 'x', hubspot: 'y', direction: '↔' }] } });
    expect(mapping.entities).toEqual(['member']);
    expect(new Set(mapping.fields.map(({ entity }) => entity))).toEqual(new Set(['member']));
  });

  test('M10 choices that the other side does not offer are a warning', () => {
    expect(resolved(companyField('properties.choice', 'a_select', '↔')).warnings).toEqual(
      expect.arrayContaining([
        { setting: 'additional.company[0]', message: 'HubSpot does not offer c, and may refuse it' },
        { setting: 'additional.company[0]', message: 'OfficeRnD does not offer b, and may refuse it' },
      ]),
    );
  });
});

describe('§2 status', () => {
  const statuses = (table: unknown, pipeline = 'default'): Changes => ({ opportunities: { pipeline, statuses: table } });

  test('the table is resolved from ids and labels, however they are written; the rest by labels that are unique', () => {
    const { pipelineId, statuses: table } = mapped(statuses({ appointmentscheduled: 'new', 'CLOSED  won': 'st-won' }));
    expect(pipelineId).toBe('default');
    expect(table.statusByStage).toEqual({ appointmentscheduled: 'st-new', closedwon: 'st-won', 4711: 'st-tour' });
    expect(table.stageByStatus).toEqual({ 'st-new': 'appointmentscheduled', 'st-won': 'closedwon', 'st-tour': '4711' });
  });

  test('of several stages for one status the first configured is written', () => {
    const { statuses: table } = mapped(
      statuses([
        { stage: 'closedwon', status: 'Won' },
        { stage: '4711', status: 'Won' },
      ]),
    );
    expect(table.stageByStatus['st-won']).toBe('closedwon');
    expect(table.statusByStage).toMatchObject({ closedwon: 'st-won', 4711: 'st-won' });
  });

  test('M12 what has no counterpart is named, never guessed', () => {
    const settings = resolved(statuses({ closedwon: 'Won' })).warnings.map(({ message }) => message);
    expect(settings).toEqual([
      'no counterpart, so differences are only reported, for the HubSpot stages: appointmentscheduled (Appointment scheduled), closedlost (Closed Lost)',
      'no counterpart, so differences are only reported, for the OfficeRnD statuses: st-new (New)',
    ]);
  });

  test('a label that two statuses share matches nothing and can’t be configured', () => {
    const twins = [
      ...someDefinitions.officernd.opportunityStatuses,
      { id: 'st-tour-2', description: 'Tour' },
      { id: 'st-3', description: ' tour ' },
    ];
    const definitions = { ...someDefinitions, officernd: { ...someDefinitions.officernd, opportunityStatuses: twins } };
    expect(mapped({}, definitions).statuses.statusByStage).toEqual({});
    expect(problemsOf(statuses({ closedwon: 'tour' }), definitions)).toMatchObject([
      { message: expect.stringContaining('more than one OfficeRnD status') },
    ]);
  });

  test('unknown stages and statuses are answered with the ones there are', () => {
    expect(problemsOf(statuses({ lost: 'New', closedwon: 'Lost' }))).toEqual([
      {
        setting: 'opportunities.statuses.lost',
        message:
          'there is no stage lost in the pipeline; there are: appointmentscheduled (Appointment scheduled), 4711 (Tour), closedwon (Closed Won), closedlost (Closed Lost)',
      },
      {
        setting: 'opportunities.statuses.closedwon',
        message: 'there is no OfficeRnD status Lost; there are: st-new (New), st-won (Won), st-tour (TOUR)',
      },
    ]);
    expect(
      problemsOf(
        statuses([
          { stage: 'closedwon', status: 'Won' },
          { stage: 'Closed Won', status: 'New' },
        ]),
      ),
    ).toMatchObject([{ message: expect.stringContaining('twice') }]);
  });

  test('the pipeline is found by id or label, and an unknown one is answered with those there are', () => {
    expect(mapped(statuses({}, 'renewals'))).toMatchObject({ pipelineId: '99', statuses: { statusByStage: { 1: 'st-new' } } });
    expect(problemsOf(statuses({}, 'Rentals'))).toEqual([
      {
        setting: 'opportunities.pipeline',
        message: 'HubSpot has no such deal pipeline, or several with this label; there are: default (Sales Pipeline), 99 (Renewals)',
      },
    ]);
  });
});

describe('L8 locations', () => {
  test('ids and names become ids, option labels become values', () => {
    const locations = { property: 'office', map: { Downtown: 'Downtown Hub', up: 'loc-2', elsewhere: 'loc-1' }, default: 'downtown hub' };
    const { mapping, warnings } = resolved({ locations });
    expect(mapping.creation.locations).toEqual({
      available: ['loc-1', 'loc-2'],
      property: 'office',
      byValue: { dt: 'loc-1', up: 'loc-2', elsewhere: 'loc-1' },
      defaultId: 'loc-1',
    });
    expect(warnings).toContainEqual({
      setting: 'locations.map',
      message: 'HubSpot offers no option elsewhere, so no record will match it',
    });
  });

  test('unknown locations and properties are answered with the ones there are', () => {
    expect(problemsOf({ locations: { property: 'branch', map: { Downtown: 'Midtown' }, default: 'Nowhere' } })).toEqual([
      { setting: 'locations.property', message: 'HubSpot has no property branch of companies or contacts; give its internal name' },
      { setting: 'locations.map.Downtown', message: 'OfficeRnD has no such location; there are: loc-2 (Uptown Hub), loc-1 (Downtown Hub)' },
      { setting: 'locations.default', message: 'OfficeRnD has no such location; there are: loc-2 (Uptown Hub), loc-1 (Downtown Hub)' },
    ]);
  });

  test('two locations of one name need an id', () => {
    const locations = [...someDefinitions.officernd.locations, { id: 'loc-3', name: 'Uptown Hub' }];
    const definitions = { ...someDefinitions, officernd: { ...someDefinitions.officernd, locations } };
    expect(problemsOf({}, definitions)).toMatchObject([
      { setting: 'locations.default', message: expect.stringContaining('several locations of this name') },
    ]);
  });

  test('several locations and no rule are a warning', () => {
    expect(resolved({ locations: {} }).warnings).toContainEqual({
      setting: 'locations',
      message: expect.stringContaining('won’t be created (L8)'),
    });
  });
});

describe('L10 creation filter', () => {
  test('holds back the entities whose HubSpot object has the property, by values or labels', () => {
    const { mapping, warnings } = resolved({
      create: { filter: [{ property: 'lifecyclestage', in: ['Customer', 'opportunity', 'fan'] }] },
    });
    expect(mapping.creation.filter).toEqual([
      { property: 'lifecyclestage', in: ['customer', 'opportunity', 'fan'], entities: ['company', 'member'] },
    ]);
    expect(warnings).toEqual(
      expect.arrayContaining([
        {
          setting: 'create.filter[0]',
          message: 'HubSpot’s deals have no property lifecyclestage, so this condition does not hold them back',
        },
        { setting: 'create.filter[0].in', message: 'HubSpot offers no option fan, so no record will match it' },
      ]),
    );
  });

  test('a property that HubSpot does not have is refused', () => {
    expect(problemsOf({ create: { filter: [{ property: 'stage', in: ['x'] }] } })).toEqual([
      {
        setting: 'create.filter[0].property',
        message: 'HubSpot has no property stage of companies or contacts or deals; give its internal name',
      },
    ]);
  });
});

describe('the rest of the mapping', () => {
  test('L4, L5, L6, L11, U4: policies and brakes are copied', () => {
    const mapping = mapped({
      matching: { ambiguous: 'oldest', emailsDiffer: 'create' },
      create: { memberNeedsEmail: true },
      brakes: { unlink: { count: 1, share: 0.5 }, createsPerRun: 2 },
    });
    expect(mapping).toMatchObject({
      tenant: 'acme',
      portalId: '12345678',
      matching: { ambiguous: 'oldest', emailsDiffer: 'create' },
      creation: { memberNeedsEmail: true },
      brakes: { unlinkCount: 1, unlinkShare: 0.5, createsPerRun: 2 },
    });
  });

  test('without a time zone the portal’s counts', () => {
    expect(mapped().timeZone).toBe('Europe/London');
    expect(mapped({ timeZone: null }).timeZone).toBe('America/New_York');
    const { account: _account, ...hubspot } = someDefinitions.hubspot;
    expect(resolved({ timeZone: null }, { ...someDefinitions, hubspot })).toMatchObject({ mapping: { timeZone: 'UTC' } });
  });

  test('L2 a token of another portal is refused', () => {
    expect(problemsOf({ hubspot: { portalId: '1', accessToken: { env: 'A' } } })).toMatchObject([{ setting: 'hubspot.portalId' }]);
  });

  test('the hash names the mapping, whatever order the keys and the vendors’ answers have', () => {
    const mapping = mapped();
    const turned = {
      ...someDefinitions,
      officernd: { ...someDefinitions.officernd, locations: [...someDefinitions.officernd.locations].reverse() },
    };
    const reordered = Object.fromEntries(Object.entries(mapping).reverse());
    expect(configurationHash(mapping)).toMatch(/^[0-9a-f]{64}$/);
    expect(configurationHash(mapped({}, turned))).toBe(configurationHash(mapping));
    expect(configurationHash({ ...mapping, ...reordered })).toBe(configurationHash(mapping));
    expect(configurationHash(mapped({ policies: { neverErase: true } }))).not.toBe(configurationHash(mapping));
  });
});
