import { pairId } from '../../domain/link';
import { observationHash } from '../../store/content-hash';
import type { Compared, OpenLink } from '../../store/comparisons';
import { anObservation, aPair } from './builders';
import { useTestStore } from './test-store';

const own = useTestStore();
beforeEach(async () => {
  await own.tenant.observations.record('run-1', [hubspot, officernd]);
  await own.tenant.links.activate([aPair()]);
});

const hubspot = anObservation({ side: 'hubspot', id: '101', values: { firstname: 'A' } });
const officernd = anObservation({ side: 'officernd', id: 'o1', values: { name: 'A' } });
const everything = { after: null, limit: 100 };
const linkId = pairId('member', 'o1', '101');

const open = async (): Promise<readonly OpenLink[]> => (await own.tenant.comparisons.pageOpen('member', everything)).items;
const openIds = async () => (await open()).map(({ id }) => id);
const asCompared = (links: readonly OpenLink[], contents = { officernd, hubspot }): readonly Compared[] =>
  links.map((link) => ({
    link,
    hashes: { officernd: observationHash(contents.officernd), hubspot: observationHash(contents.hubspot) },
  }));
const settle = async (contents = { officernd, hubspot }) => own.tenant.comparisons.settle('stamp', asCompared(await open(), contents));

test('a new link is open, and settled once it was compared', async () => {
  expect(await open()).toMatchObject([{ id: linkId, officerndId: 'o1', hubspotId: '101', state: 'active', reopened: 0 }]);
  expect(await own.tenant.comparisons.countSettled('member')).toBe(0);
  await settle();
  expect(await open()).toEqual([]);
  expect(await own.tenant.comparisons.openAmong('member', [linkId])).toEqual([]);
  expect(await own.tenant.comparisons.countSettled('member')).toBe(1);
  expect(await own.tenant.comparisons.countSettled('company')).toBe(0);
});

test.each([
  { side: 'hubspot', changed: { ...hubspot, values: { firstname: 'B' } } },
  { side: 'officernd', changed: { ...officernd, values: { name: 'B' } } },
])('other contents of the record in $side reopen the link, the same ones do not', async ({ changed }) => {
  await settle();
  await own.tenant.observations.record('run-2', [hubspot, officernd]);
  expect(await openIds()).toEqual([]);
  await own.tenant.observations.record('run-2', [changed]);
  expect(await openIds()).toEqual([linkId]);
});

test('many records are stored again; those with the compared contents leave their links settled', async () => {
  const many = Array.from({ length: 150 }, (_, index) => anObservation({ side: 'hubspot', id: `${1000 + index}` }));
  await settle();
  const forgetAll = () => own.tenant.observations.forgetUnseen('later', 'hubspot', 'member');
  await forgetAll();
  await own.tenant.observations.record('run-2', [hubspot, ...many]);
  expect(await openIds()).toEqual([]);
  await forgetAll();
  await own.tenant.observations.record('run-3', [{ ...hubspot, values: { firstname: 'B' } }, ...many]);
  expect(await openIds()).toEqual([linkId]);
});

test('a record that is stored again with other contents reopens its link', async () => {
  await settle();
  await own.tenant.observations.forget('run-1', 'hubspot', 'member', ['101']);
  await own.tenant.observations.record('run-2', [{ ...hubspot, values: { firstname: 'B' } }]);
  expect(await openIds()).toEqual([linkId]);
});

test('what was compared before a record changed does not settle the link: an attempt that was given up may come late', async () => {
  const late = await open();
  await own.tenant.observations.record('run-1', [{ ...hubspot, values: { firstname: 'B' } }]);
  await own.tenant.comparisons.settle('stamp', asCompared(late));
  expect(await openIds()).toEqual([linkId]);
  await settle({ officernd, hubspot: { ...hubspot, values: { firstname: 'B' } } });
  expect(await openIds()).toEqual([]);
});

test('a link that ended is not settled by an attempt that comes late, and comes back open', async () => {
  const late = await open();
  await settle();
  await own.tenant.links.activate([aPair()]);
  expect(await openIds()).toEqual([]);
  await own.tenant.links.retire(linkId, 'hubspot-deleted', 'run-2');
  expect(await own.tenant.comparisons.countSettled('member')).toBe(0);
  await own.tenant.comparisons.reopen([linkId]);
  await own.tenant.links.activate([aPair()]);
  await own.tenant.comparisons.settle('stamp', asCompared(late));
  expect(await openIds()).toEqual([linkId]);
});

test('links are reopened by name, and all that were settled with another stamp', async () => {
  await settle();
  await own.tenant.comparisons.reopenOthers('member', 'stamp');
  expect(await openIds()).toEqual([]);
  await own.tenant.comparisons.reopenOthers('member', 'another');
  expect(await openIds()).toEqual([linkId]);
  await settle();
  await own.tenant.comparisons.reopen([linkId]);
  expect(await openIds()).toEqual([linkId]);
  await own.tenant.comparisons.reopen([]);
  await own.tenant.comparisons.settle('stamp', []);
});

test('open links come in pages, in order', async () => {
  await own.tenant.links.activate(['o2', 'o3', 'o4'].map((officerndId, index) => aPair({ officerndId, hubspotId: `${102 + index}` })));
  await own.tenant.comparisons.settle('stamp', asCompared((await open()).filter(({ officerndId }) => officerndId === 'o3')));
  const first = await own.tenant.comparisons.pageOpen('member', { after: null, limit: 2 });
  expect(first.items.map(({ officerndId }) => officerndId)).toEqual(['o1', 'o2']);
  const second = await own.tenant.comparisons.pageOpen('member', { after: first.next, limit: 2 });
  expect(second).toMatchObject({ items: [{ officerndId: 'o4' }], next: null });
});

test('a preview settles and reopens its own copy', async () => {
  await settle();
  const preview = await own.tenant.startPreview();
  expect(await preview.comparisons.countSettled('member')).toBe(1);
  await preview.observations.record('preview-1', [hubspot, { ...officernd, values: { name: 'B' } }]);
  expect(await preview.comparisons.countSettled('member')).toBe(0);
  expect(await own.tenant.comparisons.countSettled('member')).toBe(1);
});
