import { searchAttributes } from '../../workflows/api';
import { ok, warning } from './finding';
import type { Finding } from './finding';

/** The types of search attributes, as Temporal's command line names them. */
export type AttributeType = 'Keyword' | 'Int' | 'Text' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList' | 'unknown';

/** The search attributes that a namespace has: their types by name. Null when Temporal does not say. */
export type FoundAttributes = ReadonlyMap<string, AttributeType> | null;

/** A namespace, as sentences about it need it. */
export interface NamespacePlace {
  readonly namespace: string;
  /** Whether Temporal Cloud serves it. It has commands and limits of its own. */
  readonly isCloud: boolean;
}

export interface WantedAttribute {
  readonly name: string;
  readonly type: 'Keyword' | 'Int';
}

/** The names that Temporal's command line has for our types. */
const typeNames = { KEYWORD: 'Keyword', INT: 'Int' } as const;

/** The search attributes that runs set. */
export const wantedAttributes: readonly WantedAttribute[] = Object.entries(searchAttributes).map(([name, type]) => ({
  name,
  type: typeNames[type],
}));

/** Of the attributes that runs set, those that the namespace has with the right type. */
export const usableAttributes = (found: FoundAttributes): readonly WantedAttribute[] =>
  wantedAttributes.filter(({ name, type }) => found?.get(name) === type);

/** Of the attributes that runs set, those that the namespace has not, with any type. */
export const missingAttributes = (found: FoundAttributes): readonly WantedAttribute[] =>
  found === null ? [] : wantedAttributes.filter(({ name }) => !found.has(name));

/** One finding if all is well; else one for each thing to do. None is a problem: a run does without the attributes. */
export function judgeAttributes(place: NamespacePlace, found: FoundAttributes): readonly Finding[] {
  if (found === null) return [unreadable(place)];
  const findings = [...wrongTypes(place, found), ...missingOnes(place, found)];
  return findings.length > 0 ? findings : [ok('temporal', `All ${wantedAttributes.length} search attributes of runs are there.`)];
}

const unreadable = ({ namespace }: NamespacePlace): Finding =>
  warning({
    about: 'temporal',
    setting: 'TEMPORAL_API_KEY',
    message:
      `Runs do without search attributes, because Temporal does not let this program list those of the namespace ${namespace}; ` +
      'their words are in the memo of each run, and a key with the right to read the namespace brings the attributes back.',
  });

function wrongTypes({ namespace }: NamespacePlace, found: ReadonlyMap<string, AttributeType>): readonly Finding[] {
  const wrong = wantedAttributes.flatMap(({ name, type }) => {
    const has = found.get(name);
    return has === undefined || has === type ? [] : [`${name} (type ${has}, needed ${type})`];
  });
  if (wrong.length === 0) return [];
  const message =
    `Runs do without the search attributes ${wrong.join(', ')}, which the namespace ${namespace} has with another type; ` +
    'rename or remove them there, or use another namespace.';
  return [warning({ about: 'temporal', setting: 'TEMPORAL_NAMESPACE', message })];
}

function missingOnes(place: NamespacePlace, found: ReadonlyMap<string, AttributeType>): readonly Finding[] {
  const missing = missingAttributes(found);
  if (missing.length === 0) return [];
  const { namespace } = place;
  const full = fullTypes(place, found, missing);
  const lacking = `Runs do without the search attributes ${missing.map(({ name, type }) => `${name} (${type})`).join(', ')}, which the namespace ${namespace} lacks; `;
  const message =
    full.length === 0
      ? `${lacking}add them with: ${commandFor(place, missing)}`
      : `${lacking}all its places for the type ${full.join(' and the type ')} are taken, so remove attributes that nothing uses, or use another namespace, and then: ${commandFor(place, missing)}`;
  return [warning({ about: 'temporal', setting: 'TEMPORAL_NAMESPACE', message })];
}

/** Custom attributes of one type that a namespace can have: on a server with an SQL database, and in Temporal Cloud. */
const places = { server: { Keyword: 10, Int: 3 }, cloud: { Keyword: 40, Int: 20 } } as const;

/** The types of missing attributes for which the namespace has no place left. */
function fullTypes(
  { isCloud }: NamespacePlace,
  found: ReadonlyMap<string, AttributeType>,
  missing: readonly WantedAttribute[],
): readonly string[] {
  const most = isCloud ? places.cloud : places.server;
  const taken = (type: WantedAttribute['type']): number => [...found.values()].filter((one) => one === type).length;
  return (['Keyword', 'Int'] as const).filter((type) => missing.some((one) => one.type === type) && taken(type) >= most[type]);
}

/** The command that adds attributes. Temporal Cloud has another one, and its pages do the same. */
export function commandFor({ namespace, isCloud }: NamespacePlace, missing: readonly WantedAttribute[]): string {
  const server = missing.map(({ name, type }) => `--name ${name} --type ${type}`).join(' ');
  if (!isCloud) return `temporal operator search-attribute create --namespace ${namespace} ${server}`;
  const cloud = missing.map(({ name, type }) => `--search-attribute "${name}=${type}"`).join(' ');
  return `tcld namespace search-attributes add --namespace ${namespace} ${cloud} (or in Temporal Cloud's pages: Namespaces, ${namespace}, Edit, Custom Search Attributes)`;
}
