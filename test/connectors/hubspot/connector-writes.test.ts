import { LookTooOld } from '../../../connectors/look-too-old';
import type { HubSpotConnector } from '../../../connectors/hubspot/connector';
import { aCompany, companies, nameOf, startConnectedHubSpot } from '../../support/connected-hubspot';
import type { ConnectedHubSpot } from '../../support/connected-hubspot';
import { failureOf } from '../../support/hubspot-connection';

let hub: ConnectedHubSpot;
let connector: HubSpotConnector;

beforeEach(async () => {
  hub = await startConnectedHubSpot();
  connector = hub.connect();
});
afterEach(() => hub.stop());

const write = (id: number, value = `New ${id}`) => ({ id: String(id), properties: { name: value } });

describe('batchUpdate', () => {
  test('every input is accounted for: written, unknown, merged away', async () => {
    await hub.putWorld({ companies: companies(120) });
    await hub.edit({ op: 'merge', type: 'companies', id: '2', into: '1' });
    const updates = [...Array.from({ length: 118 }, (_, index) => write(index + 3)), write(2), write(4040)];
    const outcomes = await connector.batchUpdate('companies', updates);
    expect(outcomes.size).toBe(120);
    expect(outcomes.get('3')).toEqual({ kind: 'updated' });
    expect(outcomes.get('4040')).toEqual({ kind: 'missing' });
    expect(outcomes.get('2')).toEqual({ kind: 'unaccounted' });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(118);
  });

  test('an empty value clears', async () => {
    await hub.putWorld({ companies: [aCompany(1, { website: 'one.example' })] });
    await connector.batchUpdate('companies', [{ id: '1', properties: { website: '' } }]);
    expect((await connector.readOne('companies', '1', ['website']))?.properties['website'] ?? '').toBe('');
  });

  test('M10 A4 a refused value holds back its record only, and the reason has no values in it', async () => {
    await hub.putWorld({ contacts: Array.from({ length: 40 }, (_, index) => ({ id: String(index + 1), properties: { firstname: 'A' } })) });
    const updates = Array.from({ length: 40 }, (_, index) => ({
      id: String(index + 1),
      properties: index === 17 ? { firstname: 'B', email: 'not an address' } : { firstname: 'B' },
    }));
    const outcomes = await connector.batchUpdate('contacts', updates);
    expect(outcomes.get('18')).toMatchObject({ kind: 'refused', refusedFields: [{ property: 'email', reason: 'INVALID_EMAIL' }] });
    expect(JSON.stringify(outcomes.get('18'))).not.toContain('not an address');
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(39);
    expect(hub.calls().length).toBeLessThanOrEqual(3);
  });

  test('M10 a property that does not exist is found with one refused call, however many records it concerns', async () => {
    await hub.putWorld({ companies: companies(50) });
    const updates = Array.from({ length: 50 }, (_, index) => ({
      id: String(index + 1),
      properties: index % 2 === 0 ? { name: 'New', no_such_property: 'x' } : { name: 'New' },
    }));
    const outcomes = await connector.batchUpdate('companies', updates);
    expect(outcomes.get('1')).toMatchObject({
      kind: 'refused',
      refusedFields: [{ property: 'no_such_property', reason: 'PROPERTY_DOESNT_EXIST' }],
    });
    expect([...outcomes.values()].filter(({ kind }) => kind === 'updated')).toHaveLength(25);
    expect(hub.calls()).toHaveLength(2);
  });

  test('M10 a taken e-mail names the property', async () => {
    await hub.putWorld({
      contacts: [1, 2, 3].map((id) => ({ id: String(id), properties: { email: `c${id}@example.com` } })),
    });
    const outcomes = await connector.batchUpdate('contacts', [
      { id: '2', properties: { email: 'c1@example.com' } },
      { id: '3', properties: { email: 'free@example.com' } },
    ]);
    expect(outcomes.get('2')).toMatchObject({ kind: 'refused', refusedFields: [{ property: 'email', reason: 'VALUE_TAKEN' }] });
    expect(outcomes.get('3')).toEqual({ kind: 'updated' });
  });

  test('A2 an answer lost after the write may have happened; also one lost after other batches went through', async () => {
    await hub.putWorld({ companies: companies(150) });
    await hub.fault({ match: { path: 'batch/update' }, times: 1, action: { dropAfterCommit: true } });
    const lost = await failureOf(connector.batchUpdate('companies', [write(1)]));
    expect(lost).toMatchObject({ kind: 'unavailable', details: { mayHaveHappened: true } });
    expect(nameOf(await connector.readOne('companies', '1', ['name']))).toBe('New 1');
    await hub.fault({ match: { path: 'batch/update' }, after: 1, times: 1, action: { status: 429 } });
    const half = await failureOf(
      connector.batchUpdate(
        'companies',
        Array.from({ length: 150 }, (_, index) => write(index + 1)),
      ),
    );
    expect(half).toMatchObject({ kind: 'rate-limited', details: { mayHaveHappened: true } });
  });
});

test('a write whose time is over by the time it may be sent is not sent, and says why', async () => {
  await hub.putWorld({ companies: companies(1) });
  const before = hub.calls().length;
  const beforeSend = async (): Promise<void> => {
    throw new Error('A later attempt has taken over.');
  };
  const update = connector.batchUpdate('companies', [{ id: '1', properties: { name: 'Late' } }], { beforeSend });
  await expect(update).rejects.toThrow('A later attempt has taken over.');
  expect(hub.calls().length).toBe(before);
  expect(nameOf((await connector.batchRead('companies', ['1'], ['name'])).get('1'))).toBe('Company 1');
});

test('M8 records that were looked at too long ago are read again right before they leave, and those that have changed stay', async () => {
  await hub.putWorld({ companies: companies(3) });
  let isOld = true;
  const asked: (readonly string[])[] = [];
  const outcomes = await connector.batchUpdate('companies', [write(1), write(2), write(3)], {
    beforeSend: async () => {
      if (isOld) throw new LookTooOld('old');
    },
    lookAgain: async (ids) => {
      asked.push(ids);
      isOld = false;
      return { unchanged: new Set(['1', '3']), place: undefined };
    },
  });
  expect(asked).toEqual([['1', '2', '3']]);
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      ['1', { kind: 'updated' }],
      ['2', { kind: 'unaccounted' }],
      ['3', { kind: 'updated' }],
    ]),
  );
  expect(nameOf((await connector.batchRead('companies', ['2'], ['name'])).get('2'))).toBe('Company 2');
});

test('M8 a write with a place does not wait for the limiter', async () => {
  await hub.putWorld({ companies: companies(2) });
  const { look, write: place } = await connector.reserve();
  await connector.batchRead('companies', ['1'], ['name'], { place: look });
  await connector.batchUpdate('companies', [write(1)], { place });
  expect([look.use(), place.use()]).toEqual([false, false]);
});
