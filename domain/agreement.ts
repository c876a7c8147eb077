import type { FieldMapping, ValueContext } from './field-mapping';
import type { FieldBase } from './link';
import type { Observation } from './observation';
import { normaliseEmail, normaliseName } from './values';

/** Types whose values are words: there, case, white space and Unicode form are spelling. An option or a status is a name of its own. */
const SPELT: readonly FieldMapping['type'][] = ['text', 'url', 'name', 'email', 'phone'];

/** HubSpot computes this one from the deal's stage. */
const STAGE_PROBABILITY = 'hs_deal_stage_probability';

/**
 * Whether two different values mean the same, so that each side keeps its own, and by which rule.
 *
 * - M2, at a first merge only: they differ in spelling, or OfficeRnD's e-mail is one of the contact's additional ones.
 * - M13, always: a probability that follows from the stage, and one that follows from the status, are no values of their own.
 */
export function agreementOf(
  field: FieldMapping,
  { officernd, hubspot }: { readonly officernd: Observation; readonly hubspot: Observation },
  now: FieldBase,
  context: ValueContext,
): 'M2' | 'M13' | null {
  if (isProbability(field)) return followsStage(field) && followsStatus(officernd, now, context) ? 'M13' : null;
  return isSpeltAlike(field, now) || isAdditionalEmail(field, officernd, hubspot) ? 'M2' : null;
}

/** M13: whether HubSpot's value of a field is its stage's. It says nothing of a deal in another pipeline. */
export const followsStage = ({ type, hubspot }: FieldMapping): boolean => type === 'percent' && hubspot.includes(STAGE_PROBABILITY);

const isProbability = ({ entity, officernd }: FieldMapping): boolean => entity === 'opportunity' && officernd === 'probability';

function followsStatus(officernd: Observation, now: FieldBase, { statuses }: ValueContext): boolean {
  const status = officernd.values['status'];
  const own = typeof status === 'string' ? statuses.probabilityByStatus?.[status] : undefined;
  return own !== undefined && now.officernd.canonical === String(own);
}

const isSpeltAlike = ({ type }: FieldMapping, { officernd, hubspot }: FieldBase): boolean =>
  SPELT.includes(type) &&
  officernd.canonical !== null &&
  hubspot.canonical !== null &&
  normaliseName(officernd.canonical) === normaliseName(hubspot.canonical);

function isAdditionalEmail(field: FieldMapping, officernd: Observation, hubspot: Observation): boolean {
  if (field.entity !== 'member' || field.officernd !== 'email' || !field.hubspot.includes('email')) return false;
  const own = officernd.values['email'];
  const email = typeof own === 'string' ? normaliseEmail(own) : null;
  return email !== null && hubspot.values['email'] !== undefined && hubspot.keys.emails.includes(email);
}

/** M14: whether a deal's amount is in another currency than the portal's company currency, so that the number means something else. */
export function isForeignAmount(field: FieldMapping, hubspot: Observation, { currency = null }: ValueContext): boolean {
  if (currency === null || field.entity !== 'opportunity' || !field.hubspot.includes('amount')) return false;
  const own = hubspot.values[CURRENCY_PROPERTY];
  return typeof own === 'string' && own !== currency;
}

/** HubSpot's currency of a deal; a deal without one is in the company currency. */
export const CURRENCY_PROPERTY = 'deal_currency_code';
