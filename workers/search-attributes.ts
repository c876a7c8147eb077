import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { ConfigurationError } from '../config/configuration-error';
import type { ConfigurationProblem } from '../config/configuration-error';
import { searchAttributes } from '../workflows/api';

/**
 * Registers missing search attributes of runs. If this process may not do that, returns what is missing and the command that adds it.
 * Throws `ConfigurationError` where the namespace has one of another type: with it, every run would stand still at its first step.
 */
export async function ensureSearchAttributes(
  connection: NativeConnection,
  namespace: string,
): Promise<{ readonly missing: readonly string[]; readonly command: string | null }> {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const wrong = Object.entries(searchAttributes).flatMap(([name, type]) => {
    const found = customAttributes?.[name];
    return found === undefined || found === valueTypes[type] ? [] : [wrongType(namespace, name, { type, found })];
  });
  if (wrong.length > 0) throw new ConfigurationError(wrong, `namespace ${namespace}`);
  const missing = Object.entries(searchAttributes).filter(([name]) => !Object.hasOwn(customAttributes ?? {}, name));
  if (missing.length === 0) return { missing: [], command: null };
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, valueTypes[type]])),
    });
    return { missing: [], command: null };
  } catch {
    const names = missing.map(([name, type]) => `--name ${name} --type ${typeNames[type]}`).join(' ');
    return {
      missing: missing.map(([name]) => name),
      command: `temporal operator search-attribute create --namespace ${namespace} ${names}`,
    };
  }
}

type AttributeType = (typeof searchAttributes)[keyof typeof searchAttributes];

const { IndexedValueType } = temporal.api.enums.v1;
const valueTypes = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const satisfies Readonly<Record<AttributeType, number>>;

/** The names that Temporal's command line has for types. */
const typeNames: Readonly<Record<AttributeType, string>> = { KEYWORD: 'Keyword', INT: 'Int' };

function wrongType(
  namespace: string,
  name: string,
  { type, found }: { readonly type: AttributeType; readonly found: number },
): ConfigurationProblem {
  const has = (IndexedValueType[found] ?? 'unknown').replace(/^INDEXED_VALUE_TYPE_/, '').toLowerCase();
  const message =
    `the namespace ${namespace} has the search attribute ${name} with the type ${has}, and runs need the type ${typeNames[type].toLowerCase()}. ` +
    `Use another namespace, or rename or remove the attribute there and start the worker again`;
  return { setting: 'TEMPORAL_NAMESPACE', message };
}
