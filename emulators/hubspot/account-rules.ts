import type { PropertyProblem } from './api-error';
import type { ObjectType } from './object-type';
import type { StoredRecord } from './record';
import type { AccountRule, HubSpotSettings } from './settings';

/** The account's own validation rules that a write breaks. They always apply to people, and to the API if the settings say so. */
export function checkAccountRules(
  settings: HubSpotSettings,
  type: ObjectType,
  record: StoredRecord | undefined,
  changes: ReadonlyMap<string, string>,
  version: string,
): readonly PropertyProblem[] {
  if (version !== '2026-09' && version !== 'ui' && !settings.rulesOnAllVersions) return [];
  const after = (name: string): string => changes.get(name) ?? record?.values.get(name) ?? '';
  return settings.rules
    .filter((rule) => rule.type === type)
    .flatMap((rule) => {
      const problem =
        rule.kind === 'required' ? checkRequired(rule, record, changes, after) : checkForm(rule, changes.get(rule.property) ?? '');
      return problem === undefined ? [] : [problem];
    });
}

function checkRequired(
  rule: AccountRule,
  record: StoredRecord | undefined,
  changes: ReadonlyMap<string, string>,
  after: (name: string) => string,
): PropertyProblem | undefined {
  const { property: name, whenProperty } = rule;
  if (record !== undefined && !changes.has(name) && (whenProperty === undefined || !changes.has(whenProperty))) return undefined;
  if (after(name) !== '') return undefined;
  if (whenProperty === undefined) return { name, code: 'MISSING_REQUIRED_PROPERTY', message: `${name} is required` };
  if (after(whenProperty) === '') return undefined;
  return {
    name,
    code: 'MISSING_CONDITIONAL_REQUIRED_PROPERTY',
    message: `${name} is required because of a conditional property rule based on [${whenProperty}]`,
  };
}

function checkForm({ property: name, kind, value: limit }: AccountRule, value: string): PropertyProblem | undefined {
  if (value === '') return undefined;
  if (kind === 'maxLength' && limit !== undefined && value.length > limit)
    return { name, code: 'MAX_LENGTH', message: `Enter ${limit} characters or fewer` };
  if (kind === 'alpha' && /\d/.test(value)) return { name, code: 'INVALID_ALPHA', message: 'Enter letters only' };
  if (kind === 'numeric' && /\D/.test(value)) return { name, code: 'INVALID_NUMERIC', message: 'Enter numbers only' };
  return undefined;
}
