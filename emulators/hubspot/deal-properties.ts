import type { PartialDefinition } from './property-definition';
import { calculatedProperty, choiceProperty, readOnlyProperty, textProperty } from './property-shorthand';
import { sharedProperties } from './shared-properties';

/**
 * A realistic selection of a deal's standard properties. The options of `pipeline` and `dealstage` come from the pipelines, and the
 * currencies from the account.
 */
export const dealProperties: readonly PartialDefinition[] = [
  ...sharedProperties('hs_lastmodifieddate'),
  textProperty('dealname', 'Deal Name', { formField: true, displayOrder: 0 }),
  {
    name: 'amount',
    label: 'Amount',
    type: 'number',
    showCurrencySymbol: true,
    currencyPropertyName: 'deal_currency_code',
    displayOrder: 1,
  },
  { name: 'closedate', label: 'Close Date', type: 'datetime', fieldType: 'date', displayOrder: 2 },
  choiceProperty('pipeline', 'Pipeline', [], {
    externalOptions: false,
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choiceProperty('dealstage', 'Deal Stage', [], {
    fieldType: 'radio',
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choiceProperty('deal_currency_code', 'Currency', [], {
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choiceProperty(
    'dealtype',
    'Deal Type',
    [
      ['newbusiness', 'New Business'],
      ['existingbusiness', 'Existing Business'],
    ],
    { fieldType: 'radio' },
  ),
  choiceProperty('hs_priority', 'Priority', [
    ['low', 'Low'],
    ['medium', 'Medium'],
    ['high', 'High'],
  ]),
  choiceProperty('hs_forecast_probability_category', 'Forecast category', ['PIPELINE', 'BEST_CASE', 'COMMIT', 'CLOSED', 'OMIT'], {
    hidden: true,
  }),
  textProperty('description', 'Deal Description', { fieldType: 'textarea' }),
  textProperty('hs_next_step', 'Next step'),
  textProperty('closed_lost_reason', 'Closed Lost Reason', { fieldType: 'textarea' }),
  textProperty('closed_won_reason', 'Closed Won Reason', { fieldType: 'textarea' }),
  { name: 'hs_tcv', label: 'Total contract value', type: 'number', showCurrencySymbol: true },
  calculatedProperty('hs_deal_stage_probability', 'Deal probability', 'number'),
  calculatedProperty('hs_is_closed', 'Is Deal Closed?', 'bool'),
  calculatedProperty('hs_is_closed_won', 'Is Closed Won', 'bool'),
  calculatedProperty('hs_is_closed_lost', 'Is Closed Lost', 'bool'),
  calculatedProperty('amount_in_home_currency', 'Amount in company currency', 'number', { showCurrencySymbol: true }),
  calculatedProperty('hs_projected_amount', 'Weighted amount', 'number', { hidden: true, showCurrencySymbol: true }),
  calculatedProperty('hs_closed_amount', 'Closed Deal Amount', 'number', { showCurrencySymbol: true }),
  calculatedProperty('hs_primary_associated_company', 'Primary Associated Company', 'number', { hidden: true }),
  calculatedProperty('num_associated_contacts', 'Number of Associated Contacts', 'number'),
  readOnlyProperty('hs_createdate', 'HubSpot Create Date', 'datetime', { hidden: true }),
];
