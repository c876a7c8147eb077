import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { inStore, linkId, linkShown, look, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * L12 finds the record of an interrupted creation. People may have edited it in between. So only values that are still as they were sent
 * count as agreed.
 */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('found-creations');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const contact = { id: '1', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com', phone: '+442071', city: 'Oslo' } };

/** Both records of the only pair. */
async function pair() {
  const { world } = await look(stage);
  const [member, ...others] = world.officernd.members;
  if (member === undefined || others.length > 0) throw new Error(`OfficeRnD has ${world.officernd.members.length} members instead of one.`);
  return { member, contact: world.hubspot.contacts[0]?.properties };
}

const firstLinkLosses = (tenant: string) =>
  inStore(stage, async (db) =>
    (
      await db.collection<{ readonly tenant: string; readonly field: string }>('conflicts').find({ tenant, kind: 'first-link' }).toArray()
    ).map(({ field }) => field),
  );

test.each([
  ['another attempt', true],
  ['the next run', false],
])('L12 M2 M3 edits between a creation and its note come through on both sides, whoever finds it: %s', async (who, goesOn) => {
  const tenant = `found-${who.replaceAll(' ', '-')}`;
  await stage.putWorld({ officernd: {}, hubspot: { contacts: [contact] } });
  await engine.addTenant(tenant);
  let isEdited = false;
  const { wasKilled } = await engine.run(tenant, {
    killAt: { point: 'create-called', nth: 1 },
    goesOn,
    at: async (point) => {
      if (point !== 'create-called' || isEdited) return;
      isEdited = true;
      const { member } = await pair();
      await stage.edit('officernd', [{ op: 'update', type: 'members', id: member._id, fields: { phone: '+493099' } }]);
      await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { city: 'Rome' } }]);
    },
  });
  expect([wasKilled, isEdited]).toEqual([true, true]);
  await engine.run(tenant);
  await engine.run(tenant);
  const { member, contact: person } = await pair();
  expect(linkShown(member)).toBe(linkId('1'));
  expect([member['phone'], person?.['phone']]).toEqual(['+493099', '+493099']);
  expect([member['address'], person?.['city']]).toEqual([expect.objectContaining({ city: 'Rome' }), 'Rome']);
  expect(writesIn(await stage.requests('officernd'))).toMatchObject({ 'POST /organizations/{org}/members': 1 });
  // Where OfficeRnD holds what was sent, there is a base, so HubSpot's edit comes through. The other value gave way, and is kept (M2, A3).
  expect(await firstLinkLosses(tenant)).toEqual(['phone']);
});
