import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../shared/json';
import { checkAccountRules } from './account-rules';
import { contactExists, invalid, invalidProperties, missingRequired, valueTaken, type PropertyProblem } from './api-error';
import { lifecycleStages } from './shared-properties';
import type { ObjectType } from './object-type';
import type { Actor, Portal } from './portal';
import type { PropertyDefinition } from './property-definition';
import { checkValue, notAnOption } from './property-value';
import type { StoredRecord } from './record';

/** The values that one write will set, all of them checked. */
export interface CheckedWrite {
  readonly changes: ReadonlyMap<string, string>;
  readonly warnings: readonly JsonObject[];
}

export type RawProperties = Readonly<Record<string, string | null>>;

/**
 * Checks the values of one create (`record` undefined) or update. Throws one HubSpotApiError that names every bad property.
 * Values of other records are checked by `checkUnique`. A null leaves the property as it is.
 */
export function checkWrite(
  portal: Portal,
  type: ObjectType,
  record: StoredRecord | undefined,
  raw: RawProperties,
  actor: Actor,
): CheckedWrite {
  const problems: PropertyProblem[] = [];
  const warnings: JsonObject[] = [];
  const changes = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    if (value === null) continue;
    const definition = portal.properties[type].active(name);
    if (definition === undefined) {
      problems.push({ name, code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` });
      continue;
    }
    const refusal = readOnlyProblem(portal, definition);
    if (refusal !== undefined) {
      problems.push(refusal);
      continue;
    }
    if (value === '') {
      changes.set(name, '');
      continue;
    }
    const { dropZeroMs, phoneValidation } = portal.settings();
    const checked = checkValue(definition, value, { dropZeroMs, phoneValidation, previous: record?.values.get(name) ?? '' });
    if (!checked.ok) {
      problems.push({ name, code: checked.code, message: checked.message });
      continue;
    }
    if (checked.normalized === true) warnings.push(normalizedWarning(name, value, checked.value));
    changes.set(name, checked.value);
  }
  if (type === 'deals') problems.push(...stageProblems(portal, record, changes));
  problems.push(...checkAccountRules(portal.settings(), type, record, changes, actor.version));
  if (problems.length > 0)
    throw portal.settings().namelessRefusals ? invalid('Invalid input: check the values') : invalidProperties(problems, portal.portalId);
  if (record === undefined) requireForCreate(portal, type, changes);
  dropBackwardStage(record, changes);
  return { changes, warnings: portal.settings().dateWarnings && actor.version === '2026-09' ? warnings : [] };
}

/**
 * Throws when another live record, or another input of the same batch (`claimed`), has the same unique value. Else adds the values to
 * `claimed`.
 */
export function checkUnique(
  portal: Portal,
  type: ObjectType,
  record: StoredRecord | undefined,
  changes: ReadonlyMap<string, string>,
  claimed: Map<string, string>,
): void {
  for (const [name, value] of changes) {
    if (value === '') continue;
    const isEmail = type === 'contacts' && (name === 'email' || name === 'hs_additional_emails');
    if (!isEmail && portal.properties[type].active(name)?.hasUniqueValue !== true) continue;
    for (const single of name === 'hs_additional_emails' ? value.split(';') : [value]) {
      const slot = `${isEmail ? 'email' : name}\n${single}`;
      const own = record?.id ?? NEW;
      const holderId = portal.tables[type].holderOf(name, single)?.id ?? claimed.get(slot);
      if (holderId !== undefined && (holderId !== own || own === NEW)) {
        if (isEmail && record === undefined)
          throw contactExists(holderId === NEW ? undefined : holderId, single, portal.settings().richConflict);
        throw valueTaken(portal.portalId, type, name, single, own, holderId);
      }
      claimed.set(slot, own);
    }
  }
}

/** The id in messages for a record of this batch that has no id yet. */
const NEW = '0';

function readOnlyProblem(portal: Portal, definition: PropertyDefinition): PropertyProblem | undefined {
  const { name, calculated, modificationMetadata } = definition;
  if (!modificationMetadata.readOnlyValue) return undefined;
  const { writable } = portal.settings();
  if (name === 'hs_additional_emails' && writable.hs_additional_emails) return undefined;
  if (name === 'hs_deal_stage_probability' && writable.hs_deal_stage_probability) return undefined;
  const kind = calculated ? 'calculated property' : 'read only property';
  return { name, code: 'READ_ONLY_VALUE', message: `"${name}" is a ${kind}; its value cannot be set.` };
}

/** The problems of a stage that is not in the deal's pipeline after the write. */
function stageProblems(portal: Portal, record: StoredRecord | undefined, changes: Map<string, string>): readonly PropertyProblem[] {
  const { pipelines } = portal;
  if (record === undefined && (changes.get('pipeline') ?? '') === '' && changes.has('dealstage'))
    changes.set('pipeline', defaultPipelineId(portal));
  if (!changes.has('dealstage') && !changes.has('pipeline')) return [];
  const pipelineId = changes.get('pipeline') ?? record?.values.get('pipeline') ?? defaultPipelineId(portal);
  const stageId = changes.get('dealstage') ?? record?.values.get('dealstage') ?? '';
  if (stageId === '' || pipelines.find(pipelineId) === undefined || pipelines.findStage(stageId, pipelineId) !== undefined) return [];
  const checked = notAnOption(stageId, pipelines.stageOptions(pipelineId));
  return checked.ok ? [] : [{ name: 'dealstage', code: checked.code, message: checked.message }];
}

/** The pipeline of a deal that gives none. */
const defaultPipelineId = (portal: Portal): string => (portal.pipelines.find('default') ?? portal.pipelines.list()[0])?.id ?? 'default';

/** Per type: groups of properties. A create needs a value for at least one property of each group. */
const required: Readonly<Record<ObjectType, readonly (readonly string[])[]>> = {
  contacts: [['email', 'firstname', 'lastname']],
  companies: [['name', 'domain']],
  deals: [['dealname'], ['dealstage'], ['pipeline']],
};

function requireForCreate(portal: Portal, type: ObjectType, changes: Map<string, string>): void {
  if (type === 'deals' && !changes.has('pipeline')) changes.set('pipeline', defaultPipelineId(portal));
  const missing = required[type].filter((names) => names.every((name) => (changes.get(name) ?? '') === ''));
  if (missing.length > 0) throw missingRequired(type, missing.flat());
}

/** A lifecycle stage moves only forward, unless it was cleared first. HubSpot ignores an earlier stage silently. */
function dropBackwardStage(record: StoredRecord | undefined, changes: Map<string, string>): void {
  const rank = (stage: string | undefined): number => lifecycleStages.findIndex(([value]) => value === stage);
  const after = rank(changes.get('lifecyclestage'));
  if (after !== -1 && after < rank(record?.values.get('lifecyclestage'))) changes.delete('lifecyclestage');
}

const normalizedWarning = (propertyName: string, rawValue: string, normalizedValue: string): JsonObject => ({
  category: 'PROPERTY_VALUE_NORMALIZED',
  message: `The value of ${propertyName} was normalized.`,
  context: { propertyName, rawValue, normalizedValue },
});

/** A JSON scalar as the text that HubSpot stores. Undefined for objects and arrays. */
export function storedTextOf(value: JsonValue): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
