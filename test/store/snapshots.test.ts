import { aBase } from './builders';
import { useTestStore } from './test-store';

const own = useTestStore();

const base = (value: string) => ({ name: aBase(value) });
const stored = async (id = 'member/o1/101') => (await own.tenant.snapshots.byLinkIds([id])).get(id);

test('A2 a base that a frozen attempt saves does not replace one that a later slice has saved', async () => {
  const [frozen, later] = [own.tenant.snapshots.asSavedAt(1_000), own.tenant.snapshots.asSavedAt(2_000)];
  await frozen.save(new Map([['member/o1/101', base('first')]]), 'member');
  await later.save(new Map([['member/o1/101', base('new')]]), 'member');
  await frozen.save(
    new Map([
      ['member/o1/101', base('old')],
      ['member/o2/102', base('of another link')],
    ]),
    'member',
  );
  expect(await stored()).toEqual(base('new'));
  expect(await stored('member/o2/102')).toEqual(base('of another link'));
  await later.save(new Map([['member/o1/101', base('newer')]]), 'member');
  expect(await stored()).toEqual(base('newer'));
});

test('A2 of attempts that save the first base of a link at the same time, the later one counts', async () => {
  const saves = [3, 1, 2].map((fence) =>
    own.tenant.snapshots.asSavedAt(fence).save(new Map([['member/o1/101', base(`${fence}`)]]), 'member'),
  );
  await Promise.all(saves);
  expect(await stored()).toEqual(base('3'));
});

test('a base of an earlier release is replaced, and a preview begins with copies that any slice of it may replace', async () => {
  await own.tenant.snapshots.save(new Map([['member/o1/101', base('of an earlier release')]]), 'member');
  await own.tenant.snapshots.asSavedAt(Date.now() + 86_400_000).save(new Map([['member/o1/101', base('new')]]), 'member');
  const { snapshots } = await own.tenant.startPreview();
  await snapshots.asSavedAt(1).save(new Map([['member/o1/101', base('predicted')]]), 'member');
  expect((await snapshots.byLinkIds(['member/o1/101'])).get('member/o1/101')).toEqual(base('predicted'));
  expect(await stored()).toEqual(base('new'));
});
