import { ConfigurationError } from '../../config/configuration-error';
import { parseTenantConfig } from '../../config/tenant-file';
import type { Definitions, HubSpotProperty } from '../../config/resolve/definitions';
import type { TenantConfig } from '../../config/tenant-config';

/** A tenant's settings before they are checked. `changes` replace whole sections. */
export const settings = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  tenant: 'acme',
  timeZone: 'Europe/London',
  officernd: { organization: 'acme-cowork', clientId: { env: 'ORND_CLIENT_ID' }, clientSecret: { env: 'ORND_CLIENT_SECRET' } },
  hubspot: { portalId: '12345678', accessToken: { env: 'HUBSPOT_TOKEN' } },
  ...changes,
});

export const aConfig = (changes: Readonly<Record<string, unknown>> = {}): TenantConfig => parseTenantConfig(settings(changes), 'test');

export const aProperty = (name: string, changes: Partial<HubSpotProperty> = {}): HubSpotProperty => ({
  name,
  label: name,
  type: 'string',
  fieldType: 'text',
  options: [],
  readOnly: false,
  archived: false,
  ...changes,
});

const options = (...values: readonly string[]) => values.map((value) => ({ value, label: value.toUpperCase() }));
const address = ['address', 'country', 'state', 'city', 'zip'].map((name) => aProperty(name));
const lifecycle = aProperty('lifecyclestage', {
  type: 'enumeration',
  fieldType: 'radio',
  options: [
    { value: 'opportunity', label: 'Opportunity' },
    { value: 'customer', label: 'Customer' },
  ],
});
const office = aProperty('office', {
  type: 'enumeration',
  fieldType: 'select',
  options: [
    { value: 'dt', label: 'Downtown' },
    { value: 'up', label: 'Uptown' },
  ],
});

/** One property of each type, named after the type. */
const ofEveryType = [
  aProperty('a_text'),
  aProperty('a_number', { type: 'number', fieldType: 'number' }),
  aProperty('a_bool', { type: 'bool', fieldType: 'booleancheckbox' }),
  aProperty('a_check', { type: 'enumeration', fieldType: 'booleancheckbox', options: options('true', 'false') }),
  aProperty('a_date', { type: 'date', fieldType: 'date' }),
  aProperty('a_datetime', { type: 'datetime', fieldType: 'date' }),
  aProperty('a_select', { type: 'enumeration', fieldType: 'select', options: options('a', 'b') }),
  aProperty('a_multi', { type: 'enumeration', fieldType: 'checkbox', options: options('a', 'b') }),
  aProperty('a_file', { fieldType: 'file' }),
  aProperty('a_json', { type: 'json' }),
  aProperty('read_only', { readOnly: true }),
  aProperty('gone', { archived: true }),
];

const custom = (
  key: string,
  type: string,
  changes: { readonly targets?: readonly string[]; readonly values?: readonly string[] } = {},
) => ({
  key,
  title: `Title of ${key}`,
  type,
  targets: ['team'],
  values: [],
  ...changes,
});

export const someDefinitions: Definitions = {
  hubspot: {
    account: { portalId: '12345678', timeZone: 'America/New_York' },
    properties: {
      companies: [
        ...['name', 'website', 'description'].map((name) => aProperty(name)),
        ...address,
        lifecycle,
        office,
        ...ofEveryType,
        aProperty('vat_number', { label: 'VAT number' }),
      ],
      contacts: [
        ...['firstname', 'lastname', 'email', 'phone'].map((name) => aProperty(name)),
        ...address,
        aProperty('hs_additional_emails', { readOnly: true }),
        lifecycle,
        aProperty('a_text'),
      ],
      deals: [
        aProperty('dealname'),
        aProperty('amount', { type: 'number', fieldType: 'number' }),
        aProperty('hs_deal_stage_probability', { type: 'number', fieldType: 'number', readOnly: true }),
        aProperty('closedate', { type: 'datetime', fieldType: 'date' }),
        aProperty('dealstage', { type: 'enumeration', fieldType: 'radio' }),
        aProperty('pipeline', { type: 'enumeration', fieldType: 'select' }),
        aProperty('our_probability', { type: 'number', fieldType: 'number' }),
        aProperty('a_text'),
      ],
    },
    pipelines: [
      {
        id: 'default',
        label: 'Sales Pipeline',
        stages: [
          { id: 'appointmentscheduled', label: 'Appointment scheduled' },
          { id: '4711', label: 'Tour' },
          { id: 'closedwon', label: 'Closed Won' },
          { id: 'closedlost', label: 'Closed Lost' },
        ],
      },
      { id: '99', label: 'Renewals', stages: [{ id: '1', label: 'New' }] },
    ],
  },
  officernd: {
    locations: [
      { id: 'loc-2', name: 'Uptown Hub' },
      { id: 'loc-1', name: 'Downtown Hub' },
    ],
    opportunityStatuses: [
      { id: 'st-new', description: 'New' },
      { id: 'st-won', description: 'Won' },
      { id: 'st-tour', description: 'TOUR' },
    ],
    customProperties: [
      custom('VAT number', 'String'),
      custom('Text', 'Text'),
      custom('No. of desks', 'Number'),
      custom('flag', 'Boolean'),
      custom('since', 'Date'),
      custom('choice', 'Select', { values: ['a', 'c'] }),
      custom('choices', 'Multi-Select', { values: ['a', 'b'] }),
      custom('odd', 'geo'),
      custom('anywhere', 'String', { targets: [] }),
      custom('Access Card Nr', 'String', { targets: ['member'] }),
      custom('budget', 'Number', { targets: ['lead'] }),
      custom('hubspot_link_id', 'String'),
    ],
  },
};

/** The refusal of a configuration. */
export function errorOf(read: () => unknown): ConfigurationError {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
