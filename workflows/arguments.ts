import { ApplicationFailure } from '@temporalio/common';
import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { syncModes } from '../domain/report';
import type { WaitNotice } from '../domain/trouble';
import { isUndoing } from '../domain/undoing';
import type { SyncRequest } from './api';
import type { ChildInput } from './steps';

/**
 * Arguments that come from outside: from a Schedule, another program, or a person at the command line. They may have any form. Code that
 * takes them as they are would throw, and Temporal would try the same workflow task for ever.
 */

/** Type of the failure with which a workflow refuses its argument. */
export const INVALID_ARGUMENT = 'InvalidArgument';

const TENANT = /^[a-z0-9-]{1,40}$/;
const REQUEST = '{"tenant": "acme", "mode": "full", "entities": null}';

/** Returns a request in its full form. Throws an `ApplicationFailure` that says what is wrong, and repeats no value. */
export function requestIn(given: unknown): SyncRequest {
  const { tenant, mode, entities, requestId, needsOwnRun, applies, undoes, hints, followedBy } = fieldsOf(given);
  if (typeof tenant !== 'string' || !TENANT.test(tenant))
    throw invalid(`"tenant" must be a tenant's name; give one argument such as ${REQUEST}`);
  const known = syncModes.find((one) => one === mode);
  if (known === undefined) throw invalid(`"mode" must be ${syncModes.join(', ')}; give one argument such as ${REQUEST}`);
  if (!isAbsent(requestId) && typeof requestId !== 'string') throw invalid('"requestId" must be a text, or be left out');
  if (!isAbsent(needsOwnRun) && typeof needsOwnRun !== 'boolean') throw invalid('"needsOwnRun" must be true or false, or be left out');
  if (!isAbsent(applies) && (typeof applies !== 'string' || known !== 'full' || !Array.isArray(entities) || entities.length > 0))
    throw invalid('"applies" must be the run id of a preview, with the mode "full" and an empty list of entities, or be left out');
  if (!isAbsent(undoes) && (!isUndoing(undoes) || known === 'full'))
    throw invalid('"undoes" must name a run or conflicts, and "mode" must be incremental or preview with it');
  if (!isAbsent(hints) && (typeof hints !== 'boolean' || (hints && known !== 'incremental')))
    throw invalid('"hints" must be true with the mode "incremental", or false, or be left out');
  return {
    tenant,
    mode: known,
    entities: entitiesIn(entities),
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof needsOwnRun === 'boolean' && { needsOwnRun }),
    ...(typeof applies === 'string' && { applies }),
    ...(isUndoing(undoes) && { undoes }),
    ...(hints === true && { hints }),
    ...(!isAbsent(followedBy) && { followedBy: requestIn(followedBy) }),
  };
}

/** The name of a tenant, of which nothing is kept but that. Throws as `requestIn` does. */
export function tenantIn(given: unknown): string {
  if (typeof given === 'string' && TENANT.test(given)) return given;
  throw invalid('it must be a tenant\u2019s name, such as "acme"');
}

/** Whether a value is a request. */
export function isRequest(given: unknown): boolean {
  try {
    requestIn(given);
    return true;
  } catch {
    return false;
  }
}

/** Refuses an argument that no run gives to its children. Only `syncTenant` is meant to be started from outside. */
export function assertChildInput(given: ChildInput): void {
  const { tenant, runId, mode, entity, at } = fieldsOf(given);
  const isWhole = [tenant, runId, mode, entity].every((part) => typeof part === 'string') && isEntities([entity]);
  if (isWhole && (isAbsent(at) || isPlace(at))) return;
  throw invalid('this workflow is a part of a run; start "syncTenant" instead');
}

/** Whether a value is a notice of an activity or a child that waits. */
export function isWaitNotice(given: unknown): given is WaitNotice {
  const { step, trouble } = fieldsOf(given);
  return typeof step === 'string' && (trouble === null || typeof fieldsOf(trouble)['message'] === 'string');
}

const invalid = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`The argument can't be used: ${message}.`, INVALID_ARGUMENT);

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

const isEntities = (value: unknown): value is readonly Entity[] =>
  Array.isArray(value) && value.every((one) => allEntities.some((entity) => entity === one));

/** Null means all that the tenant has. */
function entitiesIn(value: unknown): readonly Entity[] | null {
  if (isAbsent(value)) return null;
  if (isEntities(value)) return value;
  throw invalid(`"entities" must be null, or a list of ${allEntities.join(', ')}; give one argument such as ${REQUEST}`);
}

function isPlace(value: unknown): boolean {
  const { step, cursor, counters } = fieldsOf(value);
  return typeof step === 'string' && (cursor === null || typeof cursor === 'string') && typeof counters === 'object' && counters !== null;
}
