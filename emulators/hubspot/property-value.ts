import { DAY_MS, formatDate, formatInstant, parseInstant } from './instant';
import type { PropertyDefinition, PropertyOption } from './property-definition';

/** The longest text of a property, in characters. */
const MAX_TEXT = 65_536;

interface ValueRules {
  readonly dropZeroMs: boolean;
  /** Whether phone numbers must have the form E.164. */
  readonly phoneValidation: boolean;
  /** The stored value. A new value that begins with `;` is added to it. */
  readonly previous: string;
}

/** A value as it will be stored, or the reason why it is refused. `normalized` is set if a date was sent in another form. */
type CheckedValue =
  | { readonly ok: true; readonly value: string; readonly normalized?: boolean }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Checks one non-empty value against its definition. Text is stored as sent. E-mails, dates and flags get HubSpot's form. */
export function checkValue(definition: PropertyDefinition, raw: string, rules: ValueRules): CheckedValue {
  if (definition.name === 'email') return checkEmail(raw);
  if (definition.name === 'domain') return ok(bareHost(raw));
  if (rules.phoneValidation && isPhone(definition)) return checkPhone(raw);
  switch (definition.type) {
    case 'number':
      return raw.trim() !== '' && Number.isFinite(Number(raw)) ? ok(raw.trim()) : refused('INVALID_LONG', `${raw} was not a valid long.`);
    case 'bool':
      return checkOption(definition, raw.toLowerCase());
    case 'date':
      return checkDate(raw);
    case 'datetime':
      return checkDateTime(raw, rules.dropZeroMs);
    case 'enumeration':
      return definition.fieldType === 'checkbox' ? checkOptions(definition, raw, rules.previous) : checkOption(definition, raw);
    case 'phone_number':
    case 'string':
      return raw.length <= MAX_TEXT ? ok(raw) : refused('MAX_LENGTH', `Enter ${MAX_TEXT} characters or fewer`);
  }
}

/** The host name in lower case, without scheme, `www.` and path. */
export const bareHost = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^www\./, '');

/** The refusal of a value that is not an option, with the options as HubSpot prints them. */
export const notAnOption = (value: string, options: readonly PropertyOption[]): CheckedValue =>
  refused('INVALID_OPTION', `${value} was not one of the allowed options: [${options.map(printed).join(', ')}]`);

const ok = (value: string): CheckedValue => ({ ok: true, value });
const refused = (code: string, message: string): CheckedValue => ({ ok: false, code, message });
const printed = ({ label, value, displayOrder }: PropertyOption): string =>
  `label: "${label}"\nvalue: "${value}"\ndisplay_order: ${displayOrder}\n`;
const isPhone = ({ fieldType, name }: PropertyDefinition): boolean =>
  fieldType === 'phonenumber' || name === 'phone' || name === 'mobilephone';

const EMAIL = /^[^\s@<>(),;:"[\]\\]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$/i;

function checkEmail(raw: string): CheckedValue {
  const email = raw.trim().toLowerCase();
  return EMAIL.test(email) ? ok(email) : refused('INVALID_EMAIL', `Email address ${raw} is invalid`);
}

function checkPhone(raw: string): CheckedValue {
  const digits = raw.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(digits)
    ? ok(digits)
    : refused('INVALID_PHONE_NUMBER', `${raw} is not a valid phone number. Use the E.164 format.`);
}

function checkDate(raw: string): CheckedValue {
  const ms = parseInstant(raw.trim());
  if (ms === undefined) return refused('INVALID_DATE', `${raw} was not a valid date.`);
  if (ms % DAY_MS !== 0) return refused('INVALID_DATE', `${raw} is at ${new Date(ms).toISOString().slice(11, 23)} UTC, not midnight!`);
  const value = formatDate(ms);
  return { ok: true, value, normalized: value !== raw };
}

function checkDateTime(raw: string, dropZeroMs: boolean): CheckedValue {
  const ms = parseInstant(raw.trim());
  if (ms === undefined || Math.abs(ms) > 8.64e15) return refused('INVALID_LONG', `${raw} was not a valid long.`);
  const value = formatInstant(ms, dropZeroMs);
  return { ok: true, value, normalized: value !== raw };
}

function checkOption({ options, externalOptions }: PropertyDefinition, raw: string): CheckedValue {
  return externalOptions || options.some(({ value }) => value === raw) ? ok(raw) : notAnOption(raw, options);
}

function checkOptions(definition: PropertyDefinition, raw: string, previous: string): CheckedValue {
  const values = raw.split(';').filter((value) => value !== '');
  for (const value of values) {
    const checked = checkOption(definition, value);
    if (!checked.ok) return checked;
  }
  const kept = raw.startsWith(';') ? previous.split(';').filter((value) => value !== '') : [];
  return ok([...new Set([...kept, ...values])].join(';'));
}
