import { TAKEN } from '../errors';
import type { RefusedField } from '../errors';

/**
 * Returns the refused fields of a 400 from the validator's messages: `property X should not exist`,
 * `address.property X should not exist`, `X must be a string`, `each value in X must be a string`. Fields are paths in the program's form
 * (`address.street`, `properties.VAT number`). Only names and known wordings are returned, never values (A6).
 */
export function refusedByValidator(messages: readonly string[]): readonly RefusedField[] {
  const fields = new Map<string, RefusedField>();
  for (const field of messages.flatMap(refusedIn)) {
    if (!fields.has(field.property)) fields.set(field.property, field);
  }
  return [...fields.values()];
}

/** A rule of OfficeRnD that a 500 names: why the write was refused, and the field, if the message names one. */
export interface BrokenRule {
  readonly property?: string;
  readonly reason: string;
  /** Set for an id of the wrong form: the record's own, or one in the body. */
  readonly badId?: true;
}

/** Returns the rule that a 500's message names; undefined when it names none, so that OfficeRnD itself has a problem. */
export function brokenRuleOf(message: string): BrokenRule | undefined {
  const required = /Path ['"`]([\w.]{1,100})['"`] is required/.exec(message)?.[1];
  if (required !== undefined) return { property: required, reason: 'is required' };
  const type = /Cast to (\w{1,30}) failed for value /.exec(message)?.[1];
  // The value comes first and may be long, so the path is looked for from the end.
  const path = /^ at path ['"`]([\w.]{1,100})['"`]/.exec(message.slice(Math.max(0, message.lastIndexOf(' at path '))))?.[1];
  if (type !== undefined && path !== undefined) {
    return type === 'ObjectId'
      ? { property: path, reason: 'is not the id of a record', badId: true }
      : { property: path, reason: 'has a value of the wrong type' };
  }
  if (BAD_ID.test(message)) return { reason: 'a reference is not the id of a record', badId: true };
  const missing = /^Specified (.{1,40}) was not found/.exec(message)?.[1];
  if (missing !== undefined) {
    const property = fieldOfWord.get(missing.toLowerCase());
    return { ...(property === undefined ? {} : { property }), reason: 'names a record that does not exist' };
  }
  const taken = takenValueOf(message);
  if (taken !== undefined) return taken;
  if (/\b(member or (a )?company|company or (a )?member)\b/i.test(message)) return { reason: 'a company or a member is needed' };
  return RULE.test(message) ? { reason: "one of OfficeRnD's rules forbids it" } : undefined;
}

/** Returns what is known of a value that another record holds; undefined when the message says nothing of the kind. */
export function takenValueOf(message: string): BrokenRule | undefined {
  if (!TAKEN_WORDS.test(message)) return undefined;
  return { ...(/\be-?mail\b/i.test(message) ? { property: 'email' } : {}), reason: TAKEN };
}

const TAKEN_WORDS = /\balready (?:exists|in use|taken|used)\b|\bmust be unique\b|E11000 duplicate key/i;

/** How two generations of the BSON library refuse an id. */
const BAD_ID = /input must be a 24 character hex string|Argument passed in must be a (single )?String of 12 bytes|BSONError|BSONTypeError/i;
/** OfficeRnD's rules are sentences such as `Cannot delete an invoiced membership`. A programming error can begin with the same word. */
const RULE =
  /^(?:Cannot (?!read |set |destructure |convert |access |find module)|You (?:can ?not|can't|must) )|\bis not (?:allowed|permitted)\b/i;

/** Words for records in OfficeRnD's refusals, with the field that refers to such a record. */
const fieldOfWord: ReadonlyMap<string, string> = new Map([
  ['office', 'location'],
  ['location', 'location'],
  ['team', 'company'],
  ['company', 'company'],
  ['member', 'member'],
  ['status', 'status'],
  ['opportunity status', 'status'],
  ['plan', 'requestedPlans'],
  ['resource', 'resources'],
]);

const KINDS =
  'string|object|array|email|integer number|boolean value|Date instance|UUID|URL address|mongodb id|(?:valid )?phone number|' +
  'valid ISO 8601 date string|valid enum value|number conforming to the specified constraints|positive number';
const KNOWN = new RegExp(
  '^(.+?) (should not exist|should not be empty|should not be null or undefined|must be an? (?:' +
    KINDS +
    ')|must not be (?:greater|less) than -?\\d+|must be (?:longer|shorter) than or equal to \\d+ characters|' +
    'must be one of the following values)(?:: .*)?$',
  's',
);

function refusedIn(message: string): readonly RefusedField[] {
  const [, subject, wording] = KNOWN.exec(message) ?? [];
  if (subject === undefined || wording === undefined) {
    const plain = /^([A-Za-z_][\w.]{0,99}) (?:must|should) /.exec(message)?.[1];
    return plain === undefined ? [] : [{ property: plain, reason: 'is refused' }];
  }
  const property = pathOf(subject, wording);
  return isName(property) ? [{ property, reason: wording.replace('the following values', 'the values listed for it') }] : [];
}

/** `address.property street` → `address.street`; `each value in resources` → `resources`. */
function pathOf(subject: string, wording: string): string {
  if (wording !== 'should not exist') return subject.replace(/^each value in /, '');
  const [, parent = '', name = subject] = /^(.*\.)?property (.+)$/s.exec(subject) ?? [];
  return parent + name;
}

/** OfficeRnD's own fields are plain words. Only custom keys are free text, and those come from a configuration. */
const isName = (property: string): boolean => /^(?:[A-Za-z_$][\w.$[\]]{0,99}|properties\.[^@\r\n]{1,200})$/.test(property);
