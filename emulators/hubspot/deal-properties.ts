import type { PartialDefinition } from './property-definition';
import { calculated, choice, readOnly, sharedProperties, text } from './property-shorthand';

/**
 * A realistic part of a deal's standard properties. The options of `pipeline` and `dealstage` come from the pipelines, those of the
 * currency from the account.
 */
export const dealProperties: readonly PartialDefinition[] = [
  ...sharedProperties('hs_lastmodifieddate'),
  text('dealname', 'Deal Name', { formField: true, displayOrder: 0 }),
  {
    name: 'amount',
    label: 'Amount',
    type: 'number',
    showCurrencySymbol: true,
    currencyPropertyName: 'deal_currency_code',
    displayOrder: 1,
  },
  { name: 'closedate', label: 'Close Date', type: 'datetime', fieldType: 'date', displayOrder: 2 },
  choice('pipeline', 'Pipeline', [], {
    externalOptions: false,
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choice('dealstage', 'Deal Stage', [], {
    fieldType: 'radio',
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choice('deal_currency_code', 'Currency', [], {
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: true },
  }),
  choice(
    'dealtype',
    'Deal Type',
    [
      ['newbusiness', 'New Business'],
      ['existingbusiness', 'Existing Business'],
    ],
    { fieldType: 'radio' },
  ),
  choice('hs_priority', 'Priority', [
    ['low', 'Low'],
    ['medium', 'Medium'],
    ['high', 'High'],
  ]),
  choice('hs_forecast_probability_category', 'Forecast category', ['PIPELINE', 'BEST_CASE', 'COMMIT', 'CLOSED', 'OMIT'], { hidden: true }),
  text('description', 'Deal Description', { fieldType: 'textarea' }),
  text('hs_next_step', 'Next step'),
  text('closed_lost_reason', 'Closed Lost Reason', { fieldType: 'textarea' }),
  text('closed_won_reason', 'Closed Won Reason', { fieldType: 'textarea' }),
  { name: 'hs_tcv', label: 'Total contract value', type: 'number', showCurrencySymbol: true },
  calculated('hs_deal_stage_probability', 'Deal probability', 'number'),
  calculated('hs_is_closed', 'Is Deal Closed?', 'bool'),
  calculated('hs_is_closed_won', 'Is Closed Won', 'bool'),
  calculated('hs_is_closed_lost', 'Is Closed Lost', 'bool'),
  calculated('amount_in_home_currency', 'Amount in company currency', 'number', { showCurrencySymbol: true }),
  calculated('hs_projected_amount', 'Weighted amount', 'number', { hidden: true, showCurrencySymbol: true }),
  calculated('hs_closed_amount', 'Closed Deal Amount', 'number', { showCurrencySymbol: true }),
  calculated('hs_primary_associated_company', 'Primary Associated Company', 'number', { hidden: true }),
  calculated('num_associated_contacts', 'Number of Associated Contacts', 'number'),
  readOnly('hs_createdate', 'HubSpot Create Date', 'datetime', { hidden: true }),
];
