import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../shared/json';
import { shoutedName, type ObjectType } from './object-type';

/** A refusal in HubSpot's words. The vendor's `handle` adds `status: "error"` and the correlation id. */
export class HubSpotApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly rest: JsonObject = {},
  ) {
    super(message);
  }
}

/** One property value that was refused. */
export interface PropertyProblem {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** 400 VALIDATION_ERROR. */
export const invalid = (message: string, rest: JsonObject = {}): HubSpotApiError =>
  new HubSpotApiError(400, message, { ...rest, category: 'VALIDATION_ERROR' });

/** 404 for a numeric id that no record has. It has no category. */
export const recordNotFound = (): HubSpotApiError => new HubSpotApiError(404, 'resource not found');

/** 404 for an id that is not a number. */
export const notNumeric = (id: string): HubSpotApiError =>
  new HubSpotApiError(404, 'Object not found.  objectId are usually numeric.', { context: { id: [id] }, category: 'OBJECT_NOT_FOUND' });

export const unknownType = (name: string): HubSpotApiError => invalid(`Unable to infer object type from: ${name}`);

/** The refusal of property values. It keeps the problems, so that a batch can list those of all its inputs. */
export class PropertyError extends HubSpotApiError {
  constructor(
    message: string,
    rest: JsonObject,
    readonly problems: readonly PropertyProblem[],
  ) {
    super(400, message, rest);
  }
}

/** 400 that lists every refused value twice: as JSON inside the message, and in `errors`. */
export function invalidProperties(problems: readonly PropertyProblem[], portalId: string): PropertyError {
  const inMessage = problems.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId: Number(portalId),
  }));
  const errors = problems.map(({ name, code, message }) => ({ message, code, context: { propertyName: [name] } }));
  return new PropertyError(
    `Property values were not valid: ${JSON.stringify(inMessage)}`,
    { errors, category: 'VALIDATION_ERROR' },
    problems,
  );
}

/** 409 for an e-mail that another contact has, or another input of the same batch. The second has no id. */
export class ContactConflict extends HubSpotApiError {
  constructor(
    message: string,
    rest: JsonObject,
    readonly existingId: string | undefined,
  ) {
    super(409, message, rest);
  }
}

/** The 409 for a taken e-mail. `rich` chooses the longer body that HubSpot has sent since 2024. */
export function contactExists(existingId: string | undefined, email: string, rich: boolean): ContactConflict {
  if (existingId === undefined) return new ContactConflict('Contact already exists', { category: 'CONFLICT' }, existingId);
  const message = `Contact already exists. Existing ID: ${existingId}`;
  if (!rich) return new ContactConflict(message, { category: 'CONFLICT' }, existingId);
  const body = {
    identityProfile: { vid: Number(existingId), identity: [{ value: email, type: 'EMAIL', 'is-primary': true }] },
    errors: [{ message: `A contact with email ${email} already exists. Existing ID: ${existingId}`, in: 'email' }],
    category: 'OBJECT_ALREADY_EXISTS',
    error: 'CONTACT_EXISTS',
  };
  return new ContactConflict(message, body, existingId);
}

/** 400 for a unique value that another record has. */
export const valueTaken = (
  portalId: string,
  type: ObjectType,
  name: string,
  value: string,
  id: string,
  holderId: string,
): HubSpotApiError =>
  invalid(
    `Cannot set PropertyValueCoordinates{portalId=${portalId}, objectTypeId=ObjectTypeId{legacyObjectType=${shoutedName(type)}}, ` +
      `propertyName=${name}, value=${value}} on ${id}. ${holderId} already has that value.`,
  );

export const missingRequired = (type: ObjectType, names: readonly string[]): HubSpotApiError =>
  invalid(`Error creating ${shoutedName(type)}. Some required properties were not set.`, { context: { properties: [...names] } });

/** The single error of a batch answer for all ids that were not found. */
export const missingIds = (type: ObjectType, ids: readonly string[]): JsonObject => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  message: `Could not get some ${shoutedName(type)} objects, they may be deleted or not exist. Check that ids are valid.`,
  context: { ids: [...ids] },
});

/**
 * The error entry for a record without associations in the answer to a batch read of associations. The types are given by their singular
 * names.
 */
export const noAssociations = (from: string, id: string, to: string): JsonObject => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: `No ${to} is associated with ${from} ${id}.`,
  context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
});

/** The body of an error answer. */
export const hubSpotErrorBody = (message: string, correlationId: string, rest: Readonly<Record<string, JsonValue>> = {}): JsonObject => ({
  status: 'error',
  message,
  correlationId,
  ...rest,
});
