import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, parseJson, type JsonObject } from '../../emulators/shared/json';
import { at } from './hubspot-emulator';

/** HubSpot's OpenAPI descriptions are beside the repository, not in it. */
const SPECS = path.resolve(__dirname, '../../../shared/specs/hubspot');

/** The reason why answers can't be compared with the descriptions. Null when the descriptions are there. */
export const missingSchemas = (): string | null =>
  existsSync(SPECS) ? null : `HubSpot's OpenAPI descriptions are not at ${path.relative(path.resolve(__dirname, '../..'), SPECS)}`;

/** Returns a function that finds the schema of an answer in a description. It is undefined for an answer without a body. */
export function createSchemas(): (spec: string, template: string, method: string, status: number) => ValidateFunction | undefined {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const loaded = new Map<string, JsonValue>();
  const load = (spec: string): JsonValue => {
    const known = loaded.get(spec);
    if (known !== undefined) return known;
    const document = corrected(parseJson(readFileSync(path.join(SPECS, spec), 'utf8')));
    ajv.addSchema(isJsonObject(document) ? document : {}, spec);
    loaded.set(spec, document);
    return document;
  };
  return (spec, template, method, status) => {
    const operation = at(load(spec), 'paths', template, method.toLowerCase());
    if (operation === undefined) throw new Error(`${spec} does not describe ${method} ${template}`);
    const responses = at(operation, 'responses');
    const key = at(responses, String(status)) === undefined ? 'default' : String(status);
    if (status < 300 && key === 'default') throw new Error(`${spec} does not list ${status} for ${method} ${template}`);
    if (key === 'default') return ajv.compile({ $ref: `${spec}#/components/schemas/Error` });
    const content = at(responses, key, 'content');
    const [mediaType] = isJsonObject(content) ? Object.keys(content) : [];
    if (mediaType === undefined) return undefined;
    const pointer = ['paths', template, method.toLowerCase(), 'responses', key, 'content', mediaType, 'schema'].map(escaped).join('/');
    return ajv.compile({ $ref: `${spec}#/${pointer}` });
  };
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/**
 * OpenAPI 3.0 as JSON Schema, without the parts that recorded answers contradict. Errors inside batches have neither `links` nor `errors`,
 * and their `subCategory` is a text. An unlabelled association has `label: null`, and `toObjectId` is a number. A property without a value
 * is null in v3, too.
 */
function corrected(value: JsonValue, key = ''): JsonValue {
  if (isJsonArray(value)) return value.map((item) => corrected(item));
  if (!isJsonObject(value)) return value;
  const {
    nullable,
    example: _example,
    ...rest
  } = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, corrected(item, name)]));
  if (key === 'StandardError') return withoutStrictness(rest);
  if (key === 'toObjectId') return { type: ['string', 'integer'] };
  const mayBeNull = nullable === true || key === 'label' || key === 'additionalProperties';
  return mayBeNull && typeof rest.type === 'string' ? { ...rest, type: [rest.type, 'null'] } : rest;
}

const withoutStrictness = (schema: JsonObject): JsonObject => {
  const { properties } = schema;
  const { subCategory: _subCategory, ...kept } = isJsonObject(properties) ? properties : {};
  return { ...schema, properties: kept, required: ['category', 'message', 'status'] };
};
