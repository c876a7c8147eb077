import { besidesLink, expectSettled, idOf, inStore, linkId, linkShown, look, openReviews, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** U3 through the command line, on real servers: records that HubSpot has merged. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

describe('U3 merges', () => {
  const FIRST = idOf('company', 1);
  const SECOND = idOf('company', 2);
  const THIRD = idOf('company', 3);
  const FOURTH = idOf('company', 4);

  afterAll(() => stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'new' }));

  test.each(['new', 'primary'] as const)(
    'U3 a merge is no deletion: the link follows, and of two the older stays (surviving id: %s)',
    async (mergeId) => {
      const tenant = `unlink-merged-${mergeId}`;
      await stage.admin('hubspot', 'PUT', '/settings', { mergeId });
      await stage.putWorld({
        officernd: {
          companies: [
            { _id: FIRST, name: 'First' },
            { _id: SECOND, name: 'Second', properties: { Floor: '2' } },
            { _id: THIRD, name: 'Third' },
            { _id: FOURTH, name: 'Fourth', properties: { hubspot_link_id: linkId('4') } },
          ],
        },
        hubspot: {
          companies: [
            { id: '1', properties: { name: 'First' } },
            { id: '3', properties: { name: 'Third' } },
            { id: '4', properties: { name: 'Fourth' } },
            { id: '5', properties: { name: 'Fourth' } },
          ],
        },
      });
      // The records were merged before the first run. The link id of OfficeRnD's record leads to the survivor.
      await stage.edit('hubspot', [{ op: 'merge', type: 'companies', id: '4', into: '5' }]);
      await stage.applyTenant(tenant);
      await stage.sync(tenant);
      await stage.edit('hubspot', [{ op: 'create', type: 'companies', id: '2', properties: { name: 'Second' } }]);
      await stage.sync(tenant);
      const linked = await look(stage);
      expect([FIRST, SECOND, THIRD].map((id) => linkShown(linked.officernd(id)))).toEqual(['1', '2', '3'].map(linkId));
      const fourth = linkShown(linked.officernd(FOURTH));
      expect(fourth).toBe(linkId(liveId(linked.world.hubspot.companies, 'Fourth')));

      await stage.edit('hubspot', [
        { op: 'create', type: 'companies', id: '90', properties: { name: 'Third once more' } },
        { op: 'merge', type: 'companies', id: '3', into: '90' },
        { op: 'merge', type: 'companies', id: '1', into: '2' },
      ]);
      const before = await look(stage);
      const report = await stage.sync(tenant);
      const after = await look(stage);
      const [survivor, third] = [liveId(after.world.hubspot.companies, 'Second'), liveId(after.world.hubspot.companies, 'Third once more')];
      expect(survivor === '2').toBe(mergeId === 'primary');
      expect(report.phases.unlink['company']).toMatchObject({ unlinked: 0, retired: 1, relinked: 2 });
      expect(report.phases.link['company']).toMatchObject({ created: 0, linked: 0 });
      expect(linkShown(after.officernd(THIRD))).toBe(linkId(third));
      expect(linkShown(after.officernd(FIRST))).toBe(linkId(survivor));
      expect(linkShown(after.officernd(SECOND))).toBeUndefined();
      expect(besidesLink(after.officernd(SECOND))).toEqual(besidesLink(before.officernd(SECOND)));
      // The base follows, too. Only HubSpot's name has changed, so it is copied (M3). Nothing counts as a first link.
      expect(after.officernd(FIRST)).toMatchObject({ name: 'Second' });
      expect(report).toMatchObject({ reviews: 1, firstLink: 0, conflicts: 0 });
      const [review] = await openReviews(stage, tenant);
      expect(review).toMatchObject({ kind: 'merged', hubspotIds: [survivor] });
      expect(review?.officerndIds.toSorted()).toEqual([FIRST, SECOND]);
      expect(writesIn(await stage.requests('hubspot'))).toEqual({});
      await expectSettled(stage, tenant, { reviews: 1 });
    },
  );

  test.each(['new', 'primary'] as const)(
    'U5 what was deleted in OfficeRnD is not created again as another record that it was merged into, until somebody asks (surviving id: %s)',
    async (mergeId) => {
      const tenant = `suppressed-merged-${mergeId}`;
      await stage.admin('hubspot', 'PUT', '/settings', { mergeId });
      await stage.putWorld({
        officernd: { companies: [{ _id: FIRST, name: 'First' }] },
        hubspot: { companies: [{ id: '1', properties: { name: 'First' } }] },
      });
      await stage.applyTenant(tenant, { entities: ['company'] });
      await stage.sync(tenant);
      await stage.edit('officernd', [{ op: 'delete', type: 'companies', id: FIRST }]);
      await stage.sync(tenant);
      await stage.edit('hubspot', [
        { op: 'create', type: 'companies', id: '2', properties: { name: 'Second' } },
        { op: 'merge', type: 'companies', id: '1', into: '2' },
      ]);
      expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { company: { created: 0 } } } });
      await expectSettled(stage, tenant);
      const { world } = await look(stage);
      expect(world.officernd.companies).toEqual([]);
      const survivor = liveId(world.hubspot.companies, 'Second');
      expect(survivor === '2').toBe(mergeId === 'primary');
      expect(await stage.cli('retry', tenant, '--id', survivor)).toMatchObject({ code: 0 });
      expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { company: { created: 1 } } } });
      expect((await look(stage)).linkedTo(survivor)?.name).toBe('Second');
    },
  );

  test('U3 A1 where three links meet, the oldest follows in the same run and the others end, that of the surviving record among them', async () => {
    const tenant = 'unlink-merged-thrice';
    await stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'primary' });
    const companies = (names: readonly string[]) => names.map((name, index) => ({ id: `${index + 1}`, properties: { name } }));
    await stage.putWorld({
      officernd: {
        companies: [
          { _id: FIRST, name: 'First' },
          { _id: SECOND, name: 'Second' },
          { _id: THIRD, name: 'Third' },
        ],
      },
      hubspot: { companies: companies(['First', 'Second']) },
    });
    await stage.applyTenant(tenant);
    await stage.sync(tenant);
    await stage.edit('hubspot', [{ op: 'create', type: 'companies', id: '3', properties: { name: 'Third' } }]);
    await stage.sync(tenant);
    await stage.edit('hubspot', [
      { op: 'merge', type: 'companies', id: '2', into: '1' },
      { op: 'merge', type: 'companies', id: '1', into: '3' },
    ]);
    const report = await stage.sync(tenant);
    const after = await look(stage);
    expect(report.phases.unlink['company']).toMatchObject({ unlinked: 0, retired: 2, relinked: 1 });
    expect([FIRST, SECOND, THIRD].map((id) => linkShown(after.officernd(id)))).toEqual([linkId('3'), undefined, undefined]);
    const reviewed = (await openReviews(stage, tenant)).map(({ officerndIds }) => officerndIds.toSorted().join(' '));
    expect(reviewed.toSorted()).toEqual([`${FIRST} ${SECOND}`, `${FIRST} ${THIRD}`]);
    await expectSettled(stage, tenant, { reviews: 2 });
  });

  test.each(['full', 'incremental'])(
    'U3 L9 a contact that was followed in a run of mode %s keeps its company, so that a full run after it finds just what was known',
    async (mode) => {
      const tenant = `unlink-merged-parents-${mode}`;
      await stage.admin('hubspot', 'PUT', '/settings', { mergeId: 'new' });
      const [properties, associations] = [{ firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com' }, { companies: ['1'] }];
      await stage.putWorld({
        officernd: { companies: [{ _id: FIRST, name: 'First' }] },
        hubspot: { companies: [{ id: '1', properties: { name: 'First' } }], contacts: [{ id: '11', properties, associations }] },
      });
      await stage.applyTenant(tenant);
      await stage.sync(tenant);
      await stage.edit('hubspot', [
        { op: 'create', type: 'contacts', id: '12', properties: { firstname: 'Twin', lastname: 'Lee', email: 'twin@example.com' } },
        { op: 'merge', type: 'contacts', id: '11', into: '12' },
      ]);
      const followed = await stage.sync(tenant, ['--mode', mode]);
      expect(followed.phases.unlink['member']).toMatchObject({ relinked: 1, unlinked: 0 });
      expect(await parentsIn(stage, tenant)).toEqual([{ companies: ['1'] }]);
      expect((await stage.sync(tenant))['completeness']).toEqual(followed['completeness']);
    },
  );
});

/** The stored company ids of the live contacts. */
const parentsIn = (stage: Stage, tenant: string): Promise<readonly { readonly companies: readonly string[] }[]> =>
  inStore(stage, (db) =>
    db
      .collection('observations')
      .find({ tenant, side: 'hubspot', entity: 'member' })
      .project<{ readonly companies: readonly string[] }>({ _id: 0, companies: 1 })
      .toArray(),
  );

function liveId(
  records: readonly {
    readonly id: string;
    readonly archived?: boolean | undefined;
    readonly properties: Readonly<Record<string, string | null>>;
  }[],
  name: string,
): string {
  const found = records.filter(({ archived, properties }) => archived !== true && properties['name'] === name);
  if (found.length !== 1) throw new Error(`HubSpot has ${found.length} records named ${name}.`);
  return found[0]?.id ?? '';
}
