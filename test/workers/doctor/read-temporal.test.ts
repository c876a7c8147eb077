import { attributesOfAliases, isCloudAddress, readNamespace } from '../../../workers/doctor/read-temporal';

/** Facts about a namespace, where Temporal does not give all of them. */

test('a namespace that may not list its attributes may still name them as columns', () => {
  const aliases = { Keyword01: 'SyncState', KeywordList02: 'Tags', Int03: 'SyncFailed', Odd: 'x' };
  expect(attributesOfAliases(aliases)).toEqual(
    new Map([
      ['SyncState', 'Keyword'],
      ['Tags', 'KeywordList'],
      ['SyncFailed', 'Int'],
    ]),
  );
  expect(attributesOfAliases({})).toBeNull();
});

describe('a namespace that does not say everything', () => {
  const refused = Object.assign(new Error('no'), { code: 7, metadata: {} });
  const unknown = Object.assign(new Error('no'), { code: 5, metadata: {} });
  const down = Object.assign(new Error('no'), { code: 14, metadata: {} });
  const answer = {
    namespaceInfo: { state: 1, capabilities: { syncUpdate: true } },
    config: { workflowExecutionRetentionTtl: { seconds: 259_200 }, customSearchAttributeAliases: { Keyword01: 'SyncState' } },
  };
  const read = (describe: unknown, list: unknown) => {
    const call = (outcome: unknown) => async () => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    };
    const services = { workflowService: { describeNamespace: call(describe) }, operatorService: { listSearchAttributes: call(list) } };
    return readNamespace({ services: services as never, namespace: 'default', address: 'host:7233' });
  };
  const full = { state: 'registered', retentionHours: 72, takesUpdates: true };

  test('the list is refused: the columns name what there is', async () => {
    expect(await read(answer, refused)).toMatchObject({ description: full, attributes: new Map([['SyncState', 'Keyword']]) });
  });
  test('the list and the description are refused: nothing is known', async () => {
    expect(await read(refused, refused)).toMatchObject({ description: null, attributes: null });
  });
  test('only the description is refused', async () => {
    expect(await read(refused, { customAttributes: { SyncState: 2 } })).toMatchObject({
      description: null,
      attributes: new Map([['SyncState', 'Keyword']]),
    });
  });
  test('there is no such namespace', async () => {
    expect(await read(unknown, unknown)).toMatchObject({ description: 'missing', attributes: null });
  });
  test('Temporal does not answer: nothing is judged', async () => {
    await expect(read(down, down)).rejects.toBe(down);
  });
});

test.each([
  ['acme.a1b2c.tmprl.cloud:7233', true],
  ['eu-west-1.aws.api.temporal.io:7233', true],
  ['temporal.example.com:7233', false],
  ['127.0.0.1:7233', false],
])('%s is Temporal Cloud: %s', (address, isCloud) => expect(isCloudAddress(address)).toBe(isCloud));
