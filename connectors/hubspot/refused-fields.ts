import { z } from 'zod';
import type { RefusedField } from '../errors';

/** Every part of HubSpot's errors is optional, so a part of another form counts as absent. */
const texts = z.record(z.string(), z.array(z.string())).optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const details = z
  .array(z.object({ code: text, in: text, context: texts }))
  .optional()
  .catch(undefined);
const validationResult = z.object({ name: text, error: text });
const validationResults = z.array(validationResult).optional().catch(undefined);
type ValidationResult = z.infer<typeof validationResult>;

/** HubSpot's error body, for a whole call or for one input in a 207. */
export const hubSpotErrorSchema = z.object({
  status: text,
  category: text,
  subCategory: text,
  message: text,
  policyName: text,
  errorType: text,
  correlationId: text,
  context: texts,
  errors: details,
  validationResults,
});
export type HubSpotError = z.infer<typeof hubSpotErrorSchema>;

/**
 * Returns the properties that HubSpot refused, with its code for each. HubSpot names them in several forms: `errors[]`,
 * `validationResults[]`, JSON inside the message, and sentences about taken unique values. Only names and codes are returned, never values
 * (A6).
 */
export function refusedFieldsOf(error: HubSpotError): readonly RefusedField[] {
  const found: readonly ValidationResult[] = [
    ...(error.errors ?? []).flatMap(({ code, context }) => (context?.['propertyName'] ?? []).map((name) => ({ name, error: code }))),
    ...(error.validationResults ?? []),
    ...resultsInMessage(error.message ?? ''),
    ...takenValues(error),
  ];
  const fields = new Map<string, RefusedField>();
  for (const { name, error: code } of found) {
    if (name === undefined || !isName(name) || fields.has(name)) continue;
    fields.set(name, { property: name, reason: codeOr(code, 'REFUSED') });
  }
  return [...fields.values()];
}

/** Returns a vendor's code if it looks like one, else the second argument: free text may contain personal data (A6). */
export const codeOr = (code: string | undefined, otherwise: string): string =>
  code !== undefined && /^[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(code) ? code : otherwise;

const isName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name);

/** `Property values were not valid: [{"name":"x","error":"INVALID_OPTION",…}]` */
function resultsInMessage(message: string): readonly ValidationResult[] {
  const start = message.indexOf('[{');
  const end = message.lastIndexOf('}]') + 2;
  if (start === -1 || end <= start) return [];
  try {
    return validationResults.parse(JSON.parse(message.slice(start, end))) ?? [];
  } catch {
    return [];
  }
}

/** `Cannot set PropertyValueCoordinates{…, propertyName=email, value=…} on 1. 2 already has that value.`, or a contact's taken e-mail. */
function takenValues({ message = '' }: HubSpotError): readonly ValidationResult[] {
  const name = message.startsWith('Contact already exists')
    ? 'email'
    : /propertyName=(\w{1,100})/.exec(after('PropertyValueCoordinates{', message))?.[1];
  return name === undefined ? [] : [{ name, error: 'VALUE_TAKEN' }];
}

/** The text behind the first occurrence of `mark`, or nothing. Foreign text may be long, so no pattern may try it from each place. */
function after(mark: string, text: string): string {
  const at = text.indexOf(mark);
  return at === -1 ? '' : text.slice(at + mark.length);
}
