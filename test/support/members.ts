import { idOf, writesIn } from './sight';
import type { Stage } from './stage';

/** Members by number. Both sides have the same name and the address `m1@example.com`, and nothing else. */

/** Links one member for each number, and puts back the emulators' settings about refusals. */
export async function linkedMembers(
  stage: Stage,
  tenant: string,
  numbers: readonly number[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [], memberEmailUnique: false });
  await stage.admin('hubspot', 'PUT', '/settings', { rules: [], namelessRefusals: false });
  await stage.putWorld({
    officernd: {
      members: numbers.map((number) => ({ _id: idOf('member', number), name: `Ann No${number}`, email: `m${number}@example.com` })),
    },
    hubspot: {
      contacts: numbers.map((number) => ({
        id: `${number}`,
        properties: { firstname: 'Ann', lastname: `No${number}`, email: `m${number}@example.com` },
      })),
    },
  });
  await stage.applyTenant(tenant, { entities: ['member'], ...settings });
  await stage.sync(tenant);
}

export const inHubSpot = (stage: Stage, number: number, properties: Readonly<Record<string, string>>): Promise<void> =>
  stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: `${number}`, properties }]);

export const inOfficernd = (stage: Stage, number: number, fields: Readonly<Record<string, unknown>>): Promise<void> =>
  stage.edit('officernd', [{ op: 'update', type: 'members', id: idOf('member', number), fields }]);

/** How often OfficeRnD was sent a member, refused writes included. */
export const memberWrites = async (stage: Stage): Promise<number> =>
  writesIn(await stage.requests('officernd'))['PUT /organizations/{org}/members/{id}'] ?? 0;
