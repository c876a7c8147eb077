import type { FieldChange, OperationKind } from '../domain/operation';
import * as schema from './schema';
import type { StoredJson } from './stored-json';
import { fromStoredJson, toStoredJson } from './stored-json';

/** The stored form of a field's change, in operations and in the effects of proposals. */
export interface StoredChange extends Pick<FieldChange, 'field' | 'rule' | 'action'> {
  readonly base: StoredJson;
  readonly officernd: StoredJson;
  readonly hubspot: StoredJson;
  readonly after?: StoredJson;
}

/** All kinds of operations, for validators. */
export const operationKinds: readonly OperationKind[] = ['unlink', 'relink', 'link', 'create', 'updateOfficernd', 'updateHubspot'];

const actions: readonly FieldChange['action'][] = ['writeOfficernd', 'writeHubspot', 'drift'];

/** The schema of a stored change. */
export const storedChange = schema.object(
  {
    field: schema.text,
    base: schema.json,
    officernd: schema.json,
    hubspot: schema.json,
    rule: schema.text,
    action: schema.oneOf(actions),
  },
  { after: schema.json },
);

/** Returns the stored form of a change; `fromChange` returns an equal change. */
export const toChange = ({ field, base, officernd, hubspot, rule, action, after }: FieldChange): StoredChange => ({
  field,
  base: toStoredJson(base),
  officernd: toStoredJson(officernd),
  hubspot: toStoredJson(hubspot),
  rule,
  action,
  ...(after !== undefined && { after: toStoredJson(after) }),
});

/** Returns the change that `toChange` got. */
export const fromChange = ({ field, base, officernd, hubspot, rule, action, after }: StoredChange): FieldChange => ({
  field,
  base: fromStoredJson(base),
  officernd: fromStoredJson(officernd),
  hubspot: fromStoredJson(hubspot),
  rule,
  action,
  ...(after !== undefined && { after: fromStoredJson(after) }),
});
