import { erasesOn } from '../../domain/erasure';
import type { FieldChange } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';

/** M6: which plans replace a value by a blank. */

const change = (action: FieldChange['action'], officernd: FieldChange['officernd'], hubspot: FieldChange['hubspot']): FieldChange => ({
  field: 'phone',
  base: null,
  officernd,
  hubspot,
  rule: 'M3',
  action,
});
const plan = (...changes: readonly FieldChange[]): UpdatePlan => ({ changes }) as unknown as UpdatePlan;

test.each([
  ['a value is cleared in HubSpot', plan(change('writeHubspot', '', '+44 1')), { officernd: false, hubspot: true }],
  ['a value is cleared in OfficeRnD', plan(change('writeOfficernd', '+44 1', null)), { officernd: true, hubspot: false }],
  ['a blank is filled', plan(change('writeHubspot', '+44 1', null)), { officernd: false, hubspot: false }],
  ['a value gives way to another', plan(change('writeOfficernd', '+44 1', '+44 2')), { officernd: false, hubspot: false }],
  ['a blank meets a blank', plan(change('writeOfficernd', ' ', '')), { officernd: false, hubspot: false }],
  ['a blank meets a blank in HubSpot', plan(change('writeHubspot', ' ', '')), { officernd: false, hubspot: false }],
  ['a difference stays', plan(change('drift', '', '+44 1')), { officernd: false, hubspot: false }],
  [
    'one of several is cleared',
    plan(change('writeHubspot', 'a', 'b'), change('writeHubspot', null, 'b')),
    { officernd: false, hubspot: true },
  ],
])('M6 %s', (_what, one, expected) => {
  expect({ officernd: erasesOn(one, 'officernd'), hubspot: erasesOn(one, 'hubspot') }).toEqual(expected);
});
