import { z } from 'zod';
import { expectSettled, idOf, keptValues, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { untilReported } from '../support/told';

/** A first sync of a dirty world stops at the brake and shows what would give way. One approval later it ends as the rules say. */

const MEMBERS = 400;
const tenant = 'dirty-world';

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const numbers = Array.from({ length: MEMBERS }, (_, index) => index + 1);
const member = (number: number) => idOf('member', number);
/** Four in ten have another phone in HubSpot, and another street. One in ten lacks the phone in OfficeRnD, one in ten in HubSpot. */
const differs = (number: number) => number % 10 < 4;
const lacksInOfficernd = (number: number) => number % 10 === 5;
const lacksInHubSpot = (number: number) => number % 10 === 6;
const phone = (number: number) => `+44 20 ${1000 + number}`;
const otherPhone = (number: number) => `+1 555 ${1000 + number}`;

const heldSchema = z.object({
  held: z.array(
    z.object({
      kind: z.string(),
      hubspotId: z.string(),
      fields: z.array(z.object({ field: z.string(), officernd: z.unknown(), hubspot: z.unknown(), rule: z.string(), action: z.string() })),
    }),
  ),
});

test('M2 A3 four in ten values differ: nothing gives way before the approval, which one list asks for', async () => {
  await stage.putWorld({
    officernd: {
      members: numbers.map((number) => ({
        _id: member(number),
        name: `Ann ${number}`,
        email: `ann${number}@example.com`,
        address: { street: `${number} High Street` },
        ...(!lacksInOfficernd(number) && { phone: phone(number) }),
      })),
    },
    hubspot: {
      contacts: numbers.map((number) => ({
        id: `${number}`,
        properties: {
          firstname: 'Ann',
          lastname: `${number}`,
          email: `ann${number}@example.com`,
          city: 'London',
          ...(differs(number) && { address: `${number} Oak Road` }),
          ...(!lacksInHubSpot(number) && { phone: differs(number) ? otherPhone(number) : phone(number) }),
        },
      })),
    },
  });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  const held = await stage.sync(tenant, [], 3);
  const dirty = numbers.filter(differs);
  expect(held).toMatchObject({
    state: 'needs-approval',
    firstLink: 0,
    phases: { link: { member: { linked: MEMBERS } }, update: { member: { compared: MEMBERS } } },
    proposals: [{ phase: 'update', entity: 'member', kind: 'first-link', operations: 2 * dirty.length }],
  });

  // Blanks are filled on both sides, and every value that differs is where it was.
  const before = await look(stage);
  for (const number of numbers) {
    const inHubSpot = before.values(`${number}`);
    expect(inHubSpot['phone']).toBe(differs(number) ? otherPhone(number) : phone(number));
    expect(inHubSpot['address']).toBe(differs(number) ? `${number} Oak Road` : `${number} High Street`);
    expect(before.officernd(member(number))).toMatchObject({
      phone: phone(number),
      address: { street: `${number} High Street`, city: 'London' },
    });
  }

  const { held: list } = heldSchema.parse(JSON.parse((await stage.cli('report', tenant, held.runId, '--json')).stdout));
  expect(list).toHaveLength(2 * dirty.length);
  expect(list).toContainEqual({
    kind: 'updateHubspot',
    hubspotId: '3',
    fields: [{ field: 'phone', officernd: phone(3), hubspot: otherPhone(3), rule: 'M2', action: 'writeHubspot' }],
  });
  const forPeople = (await stage.cli('report', tenant, held.runId)).stdout;
  expect(forPeople).toContain(`${2 * dirty.length} operations held for approval:`);
  expect(forPeople).toMatch(
    /Ann 100 · member · updateHubspot \(M2\)\n +OfficeRnD \S+ {2}https:\S+\n +HubSpot 100 {2}https:\S+\n +phone: "\+1 555 1100" → "\+44 20 1100" \(M2\)/,
  );

  // A run meanwhile holds the same list, and writes nothing.
  const again = await stage.sync(tenant, ['--mode', 'incremental'], 3);
  expect(again).toMatchObject({
    state: 'needs-approval',
    proposals: held['proposals'],
    phases: { update: { member: { updatedHubspot: 0, updatedOfficernd: 0 } } },
  });

  const approved = await stage.cli('approve', tenant, held.runId, '--note', 'seen', '--json');
  expect([approved.code, approved.stderr]).toEqual([0, '']);
  const { runId } = z.object({ runId: z.string() }).parse(JSON.parse(approved.stdout));
  expect(await untilReported(stage, tenant, runId, 'completed')).toMatchObject({
    firstLink: 2 * dirty.length,
    conflicts: 0,
    phases: { update: { member: { updatedHubspot: dirty.length, updatedOfficernd: 0 } } },
  });
  const after = await look(stage);
  for (const number of numbers) expect(after.values(`${number}`)).toMatchObject({ phone: phone(number), address: `${number} High Street` });
  // A3: each value that gave way is kept.
  const kept = await keptValues(stage, tenant, runId);
  expect(kept.map(({ kind, field, hubspotId, hubspot }) => `${kind} ${field} ${hubspotId} ${String(hubspot)}`).sort()).toEqual(
    dirty
      .flatMap((number) => [`first-link phone ${number} ${otherPhone(number)}`, `first-link address.street ${number} ${number} Oak Road`])
      .sort(),
  );
  await expectSettled(stage, tenant);
});
