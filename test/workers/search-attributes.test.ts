import { NotReadyError } from '../../workers/doctor/finding';
import { wantedAttributes } from '../../workers/doctor/search-attributes';
import { prepareNamespace } from '../../workers/search-attributes';

/** A worker begins with whatever search attributes its namespace lets it have, and refuses only where no run could be started. */

const refused = Object.assign(new Error('no'), { code: 7, metadata: {} });
const unknown = Object.assign(new Error('no'), { code: 5, metadata: {} });
const types = { Keyword: 2, Int: 3 } as const;
const all = Object.fromEntries(wantedAttributes.map(({ name, type }) => [name, types[type]]));

interface Namespace {
  readonly describe?: Error;
  readonly list?: Error;
  readonly add?: Error;
  readonly attributes?: Readonly<Record<string, number>>;
}

function world({ describe, list, add, attributes = all }: Namespace) {
  const [has, warnings] = [{ ...attributes }, [] as string[]];
  const answer = <T>(error: Error | undefined, value: () => T) => (error === undefined ? Promise.resolve(value()) : Promise.reject(error));
  const connection = {
    withDeadline: <T>(_deadline: number, ask: () => T) => ask(),
    workflowService: {
      describeNamespace: () =>
        answer(describe, () => ({
          namespaceInfo: { state: 1, capabilities: { syncUpdate: true } },
          config: { workflowExecutionRetentionTtl: { seconds: 259_200 } },
        })),
    },
    operatorService: {
      listSearchAttributes: () => answer(list, () => ({ customAttributes: { ...has } })),
      addSearchAttributes: ({ searchAttributes }: { readonly searchAttributes: object }) =>
        answer(add, () => Object.assign(has, searchAttributes)),
    },
  };
  const log = { warn: (message: string) => void warnings.push(message) };
  const deps = { connection, namespace: 'default', address: 'host:7233', log };
  const prepare = () => prepareNamespace(deps as never);
  return { prepare, has, warnings };
}

const names = wantedAttributes.map(({ name }) => name);
const but = (name: string) => names.filter((one) => one !== name);

test('those that are missing are added, and nothing is said', async () => {
  const { prepare, has, warnings } = world({ attributes: {} });
  expect(await (await prepare()).knownSearchAttributes()).toEqual(names);
  expect([Object.keys(has), warnings]).toEqual([names, []]);
});

test.each<[string, Namespace, readonly string[], RegExp]>([
  [
    'the list is refused, as to an API key at Temporal Cloud',
    { list: refused },
    [],
    /^Runs do without search attributes, because Temporal does not let /,
  ],
  [
    'the list, the description and the addition are refused',
    { list: refused, describe: refused, add: refused },
    [],
    /may not read the namespace default/,
  ],
  [
    'one is missing and may not be added',
    { add: refused, attributes: Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'SyncState')) },
    but('SyncState'),
    /^Runs do without the search attributes SyncState \(Keyword\), which the namespace default lacks; add them with: /,
  ],
  [
    'one has another type',
    { attributes: { ...all, SyncFailed: 2 } },
    but('SyncFailed'),
    /^Runs do without the search attributes SyncFailed \(type Keyword, needed Int\)/,
  ],
])('%s: the worker begins, and says once what runs do without', async (_what, namespace, known, says) => {
  const { prepare, warnings } = world(namespace);
  const activities = await prepare();
  for (const _run of [1, 2]) expect(await activities.knownSearchAttributes()).toEqual(known);
  expect(warnings.filter((message) => says.test(message))).toHaveLength(1);
});

test('a namespace that is not there is refused with the sentence of the doctor', async () => {
  const { prepare } = world({ describe: unknown });
  await expect(prepare()).rejects.toThrow(NotReadyError);
  await expect(prepare()).rejects.toThrow('Temporal has no namespace with the name in TEMPORAL_NAMESPACE; create it or correct the name.');
});
