import { z } from 'zod';
import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { officerndPaths } from './resolve/officernd-paths';
import { standardKeys, tenantSchema } from './tenant-schema';

/** A complete tenant file, for people to start with; a test checks it. */
export const EXAMPLE = `tenant: acme
timeZone: Europe/London
officernd:
  organization: acme-cowork
  clientId: { env: ORND_CLIENT_ID }
  clientSecret: { env: ORND_CLIENT_SECRET }
hubspot:
  portalId: "12345678"
  accessToken: { env: HUBSPOT_TOKEN }
standard: { member.phone: "→" }
additional:
  company:
    - { officernd: properties.VAT number, hubspot: vat_number, direction: "←" }
locations: { property: office, map: { Downtown: Downtown Hub }, default: Head Office }
opportunities: { pipeline: default, statuses: { appointmentscheduled: New, closedwon: Won } }
create: { filter: [{ property: lifecyclestage, in: [opportunity, customer] }] }
`;

/** Returns the reference of the tenant file as Markdown (docs/tenant-file.md). It is made from the schema, so the two can't differ. */
export function tenantReference(): string {
  const schema = z.toJSONSchema(tenantSchema, { io: 'input', unrepresentable: 'any' });
  // The three lists of additional properties have the same settings.
  const settings = settingsOf(schema, '').filter(({ path }) => !/^additional\.(member|opportunity)\[\]/.test(path));
  const top = settings.filter(({ path }) => !path.includes('.')).map(({ path }) => path);
  const plain = top.filter((name) => settings.every(({ path }) => !path.startsWith(`${name}.`)));
  const groups = top.filter((name) => !plain.includes(name));
  return `${[
    '# The tenant file',
    'Made from config/tenant-schema.ts by `node scripts/tenant-reference.mjs`; do not edit.',
    'One file, YAML or JSON, connects one OfficeRnD organisation with one HubSpot portal. `orsync tenant check FILE` lists everything that is wrong with it, `orsync tenant apply FILE` stores it. Marks such as (L8) name the rules of a sync. A setting that is not listed here is refused.',
    `\`\`\`yaml\n${EXAMPLE}\`\`\``,
    'A *secret* is `{ env: NAME }`, an environment variable of the worker, or `{ file: PATH }`, a file that the worker can read. Which names, files and addresses are allowed stands in [operations](operations.md#secrets). A secret in the file itself is accepted only where the address it is sent to is loopback.',
    'In a *direction*, OfficeRnD is on the left. From OfficeRnD to HubSpot it is `→` or `->`, from HubSpot to OfficeRnD `←` or `<-`. Both ways is `↔` or `<->`; if both sides changed, OfficeRnD’s value wins.',
    table(settings.filter(({ path }) => plain.includes(path))),
    ...groups.flatMap((name) => [
      `## ${name}`,
      settings.find(({ path }) => path === name)?.description ?? '',
      table(settings.filter(({ path }) => path.startsWith(`${name}.`))),
      ...(name === 'additional' ? [entities.map(otherFields).join('\n')] : []),
      ...(name === 'standard' ? [`The standard properties are ${standardKeys.map(code).join(', ')}.`] : []),
    ]),
  ].join('\n\n')}\n`;
}

const otherFields = (entity: Entity): string => `- OfficeRnD’s own names for ${entity}: ${officerndPaths(entity).map(code).join(', ')}.`;

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Setting {
  readonly path: string;
  readonly value: string;
  /** The default; empty for a group. */
  readonly otherwise: string;
  readonly description: string;
}

/** The settings of a group, each followed by its own settings. */
function settingsOf(schema: JsonSchema, prefix: string): readonly Setting[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, child]) => ({
    name,
    child,
    required: schema.required?.includes(name) === true,
  }));
  return [...own, ...namedGroups(schema)].flatMap(({ name, child, required }) => {
    if (typeof child !== 'object') return [];
    const path = `${prefix}${name}`;
    const { description = '' } = child;
    const inside = isSecret(child) ? [] : settingsOf(child, `${path}.`);
    const items = typeof child.items === 'object' && !Array.isArray(child.items) ? settingsOf(child.items, `${path}[].`) : [];
    const otherwise = required ? '*required*' : defaultOf(child);
    return [{ path, value: valueOf(child), otherwise: inside.length > 0 ? '' : otherwise, description }, ...inside, ...items];
  });
}

/** A table whose entries are groups has their settings under any name. */
function namedGroups({ additionalProperties: child }: JsonSchema) {
  return typeof child === 'object' && child.properties !== undefined ? [{ name: '<name>', child, required: false }] : [];
}

const isSecret = (schema: JsonSchema): boolean =>
  schema.anyOf?.some((option) => typeof option === 'object' && option.properties?.['env'] !== undefined) === true;

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return Array.isArray(value)
    ? value.map((item) => code(String(item))).join(', ')
    : code(typeof value === 'string' ? value : JSON.stringify(value));
}

function valueOf(schema: JsonSchema): string {
  if (isSecret(schema)) return 'secret';
  if (schema.enum !== undefined) return schema.enum.includes('→') ? 'direction' : schema.enum.map((item) => code(String(item))).join(', ');
  const types = typesOf(schema);
  if (types.includes('object')) return schema.properties === undefined ? 'table' : 'group';
  if (types.includes('array')) return 'list';
  if (types.includes('string')) return 'text';
  if (types.includes('integer')) return 'whole number';
  if (types.includes('number')) return 'number';
  return '`true`, `false`';
}

const typesOf = ({ type, anyOf = [] }: JsonSchema): readonly string[] => [
  ...(type === undefined ? [] : [type].flat()),
  ...anyOf.flatMap((option) => (typeof option === 'object' ? typesOf(option) : [])),
];

const table = (settings: readonly Setting[]): string =>
  [
    '| setting | value | default | meaning |',
    '|---|---|---|---|',
    ...settings.map(
      ({ path, value, otherwise, description }) => `| ${code(path)} | ${value} | ${otherwise} | ${description.replaceAll('|', '\\|')} |`,
    ),
  ].join('\n');

const code = (text: string): string => `\`${text}\``;
