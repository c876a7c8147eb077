import type { z } from 'zod';
import { asLabel } from '../domain/printable';
import type { ConfigurationProblem } from './configuration-error';

/** Messages for zod's findings; a schema's own `error` comes first. They never repeat a value: it might be a secret (A6). */
export const settingErrors: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `this setting is missing; it must be ${kindOf(issue.expected)}`;
      return `this must be ${kindOf(issue.expected)}${isScalarValue(issue.input) && issue.expected === 'string' ? ' (put it in quotes)' : ''}`;
    case 'invalid_value':
      return `this must be ${oneOf(issue.values.map(String))}`;
    case 'too_small':
      return `this must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `this must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'there is no such setting';
    case 'unrecognized_keys':
      return 'there is no such setting';
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_union':
    case 'not_multiple_of':
      return 'this has a form that is not understood';
  }
};

/** `a, b or c`. */
export const oneOf = (values: readonly string[]): string =>
  values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;

/** Returns one problem for each wrong setting, and one for each unknown key of an object. */
export const problemsOf = (error: z.ZodError): readonly ConfigurationProblem[] =>
  error.issues.flatMap((issue) => {
    const { path, message } = issue;
    if (issue.code !== 'unrecognized_keys') return [{ setting: settingOf(path), message }];
    return issue.keys.map((key) => ({ setting: settingOf([...path, key]), message }));
  });

/** `additional.company[0].hubspot`. A file's own keys stand in it as labels: they may be long, or hold escape sequences. */
const settingOf = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${asLabel(String(part))}`)).join('');

const isScalarValue = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';

function kindOf(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a group of settings';
    default:
      return `of type ${expected}`;
  }
}

function unitOf(origin: string): string {
  switch (origin) {
    case 'string':
      return ' characters long';
    case 'array':
    case 'set':
      return ' entries long';
    default:
      return '';
  }
}
