import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/api';

/** Registers missing search attributes of runs. If this process may not do that, returns what is missing and the command that adds it. */
export async function ensureSearchAttributes(
  connection: NativeConnection,
  namespace: string,
): Promise<{ readonly missing: readonly string[]; readonly command: string | null }> {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributes).filter(([name]) => !Object.hasOwn(customAttributes ?? {}, name));
  if (missing.length === 0) return { missing: [], command: null };
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(([name, type]) => [name, temporal.api.enums.v1.IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]]),
      ),
    });
    return { missing: [], command: null };
  } catch {
    const names = missing.map(([name, type]) => `--name ${name} --type ${type === 'INT' ? 'Int' : 'Keyword'}`).join(' ');
    return {
      missing: missing.map(([name]) => name),
      command: `temporal operator search-attribute create --namespace ${namespace} ${names}`,
    };
  }
}
