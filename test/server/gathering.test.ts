import type { Hint } from '../../domain/hints/hint';
import { createGathering } from '../../server/gathering';

/** Hints that come while others are being stored. */

const hint = (recordId: string): Hint => ({ side: 'hubspot', entity: 'member', recordId, isGone: false });

function underTest() {
  const batches: { readonly name: string; readonly end: (error?: Error) => void }[] = [];
  const receive = createGathering(
    (tenant, source, hints) =>
      new Promise((resolve, reject) => {
        const name = `${tenant} ${source} ${hints.map(({ recordId }) => recordId).join('+')}`;
        batches.push({ name, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  );
  return { receive, batches, names: () => batches.map(({ name }) => name) };
}

test('T1 those that come meanwhile are one batch, and each call waits for its own', async () => {
  const { receive, batches, names } = underTest();
  let stored = '';
  const calls = ['1', '2', '3'].map((id) => receive('acme', 'hubspot-push', [hint(id)]).then(() => (stored += id)));
  expect(names()).toEqual(['acme hubspot-push 1']);
  batches[0]?.end();
  await calls[0];
  expect([stored, names()]).toEqual(['1', ['acme hubspot-push 1', 'acme hubspot-push 2+3']]);
  batches[1]?.end();
  await Promise.all(calls);
  expect(stored).toBe('123');
  const last = receive('acme', 'hubspot-push', [hint('4')]);
  batches[2]?.end();
  await last;
  expect(names().at(-1)).toBe('acme hubspot-push 4');
});

test('T1 a batch that fails fails its own calls alone', async () => {
  const { receive, batches } = underTest();
  const first = receive('acme', 'hubspot-push', [hint('1')]);
  const second = receive('acme', 'hubspot-push', [hint('2')]);
  batches[0]?.end(new Error('down'));
  await expect(first).rejects.toThrow('down');
  const third = receive('acme', 'hubspot-push', [hint('3')]);
  batches[1]?.end();
  await second;
  batches[2]?.end(new Error('down again'));
  await expect(third).rejects.toThrow('down again');
});

test('T1 tenants and sources do not wait for each other', () => {
  const { receive, names } = underTest();
  void receive('acme', 'hubspot-push', [hint('1')]);
  void receive('acme', 'officernd-push', [hint('2')]);
  void receive('other', 'hubspot-push', [hint('3')]);
  expect(names()).toHaveLength(3);
});
