import { linkIdOf } from '../../domain/ids';

/**
 * The help article's three use cases: worlds for the emulators, and how each must look after a sync. The end-to-end tests and the demo use
 * the same ones.
 */

export const PORTAL_ID = '12345678';

/** One record as the article's tables show it. */
export interface ShownRecord {
  readonly name: string;
  /** HubSpot's id; for an OfficeRnD record the one it is linked to. */
  readonly id: string | null;
  readonly detail?: string;
}

export interface ShownWorld {
  readonly officernd: readonly ShownRecord[];
  readonly hubspot: readonly ShownRecord[];
}

export interface UseCase {
  /** The table's heading in the article. */
  readonly heading: '1. Unlink' | '2. Create and link' | '3. Update';
  readonly tenant: string;
  readonly world: World;
  /** Edits in HubSpot, made after a first sync has set the base. Without edits, the world itself is the article's table "before". */
  readonly edits: readonly Edit[];
  /** How the table reads after the sync. */
  readonly expected: ShownWorld;
}

export interface World {
  readonly officernd: { readonly companies: readonly OfficerndRecordFixture[]; readonly members: readonly OfficerndRecordFixture[] };
  readonly hubspot: {
    readonly portalId: string;
    readonly companies: readonly HubSpotRecordFixture[];
    readonly contacts: readonly HubSpotRecordFixture[];
  };
}

interface OfficerndRecordFixture {
  readonly _id: string;
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
  readonly description?: string;
  readonly company?: string;
  readonly properties?: { readonly hubspot_link_id: string };
}

interface HubSpotRecordFixture {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations?: { readonly companies: readonly string[] };
}

interface Edit {
  readonly op: 'update';
  readonly type: 'companies' | 'contacts';
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** OfficeRnD ids are 24 hexadecimal digits. */
const officerndId = (kind: 'c' | 'e', number: number): string => `65f0${kind}${String(number).padStart(19, '0')}`;
const linkedTo = (hubspotId: string) => ({ properties: { hubspot_link_id: linkIdOf(PORTAL_ID, hubspotId) } });

const company = (number: number, name: string, more: Partial<OfficerndRecordFixture> = {}): OfficerndRecordFixture => ({
  _id: officerndId('c', number),
  name,
  ...more,
});
const member = (number: number, name: string, more: Partial<OfficerndRecordFixture> = {}): OfficerndRecordFixture => ({
  _id: officerndId('e', number),
  name,
  ...more,
});
const hubSpotCompany = (id: string, name: string, more: Readonly<Record<string, string>> = {}): HubSpotRecordFixture => ({
  id,
  properties: { name, ...more },
});
/** The last word of a contact's name is its last name, as in orsync's mapping of names. */
function contact(
  id: string,
  name: string,
  more: Readonly<Record<string, string>> = {},
  companies: readonly string[] = [],
): HubSpotRecordFixture {
  const words = name.split(' ');
  const lastname = words.pop() ?? '';
  return { id, properties: { firstname: words.join(' '), lastname, ...more }, associations: { companies } };
}

const unlink: UseCase = {
  heading: '1. Unlink',
  tenant: 'demo-unlink',
  world: {
    officernd: {
      companies: [company(1, 'Company 1', linkedTo('901'))],
      members: [
        member(1, 'Company 1 Member', { email: 'company1.member@example.com', company: officerndId('c', 1), ...linkedTo('902') }),
        member(2, 'Member 1', { email: 'member1@example.com', ...linkedTo('903') }),
      ],
    },
    hubspot: { portalId: PORTAL_ID, companies: [], contacts: [] },
  },
  edits: [],
  expected: {
    officernd: [
      { name: 'Company 1', id: null },
      { name: 'Company 1 Member', id: null },
      { name: 'Member 1', id: null },
    ],
    hubspot: [],
  },
};

const createAndLink: UseCase = {
  heading: '2. Create and link',
  tenant: 'demo-link',
  world: {
    officernd: {
      companies: [company(2, 'Company 2'), company(3, 'Company 3')],
      members: [
        member(2, 'Company 2 Member', { email: 'company2.member@example.com', company: officerndId('c', 2) }),
        member(3, 'Member 2', { email: 'member2@example.com' }),
        member(4, 'Company 3 Member', { email: 'company3.member@example.com', company: officerndId('c', 3) }),
        member(5, 'Member 2', { email: 'other.member2@example.com' }),
      ],
    },
    hubspot: {
      portalId: PORTAL_ID,
      companies: [hubSpotCompany('1', 'Company 1'), hubSpotCompany('4', 'Company 2')],
      contacts: [
        contact('2', 'Company 1 Member', { email: 'company1.member@example.com' }, ['1']),
        contact('3', 'Member 1', { email: 'member1@example.com' }),
        contact('5', 'Company 2 Member', { email: 'company2.member@example.com' }, ['4']),
        contact('6', 'Member 2', { email: 'member2@example.com' }),
      ],
    },
  },
  edits: [],
  expected: {
    officernd: [
      { name: 'Company 1', id: '1' },
      { name: 'Company 1 Member', id: '2' },
      { name: 'Company 2', id: '4' },
      { name: 'Company 2 Member', id: '5' },
      { name: 'Company 3', id: null },
      { name: 'Company 3 Member', id: null },
      { name: 'Member 1', id: '3' },
      { name: 'Member 2', id: '6' },
      { name: 'Member 2', id: null },
    ],
    hubspot: [
      { name: 'Company 1', id: '1' },
      { name: 'Company 1 Member', id: '2' },
      { name: 'Company 2', id: '4' },
      { name: 'Company 2 Member', id: '5' },
      { name: 'Member 1', id: '3' },
      { name: 'Member 2', id: '6' },
    ],
  },
};

const update: UseCase = {
  heading: '3. Update',
  tenant: 'demo-update',
  world: {
    officernd: {
      companies: [company(2, 'Company 2', { description: 'Descr 1', ...linkedTo('4') })],
      members: [
        member(2, 'Company 2 Member', {
          email: 'company2.member@example.com',
          phone: '111111111',
          company: officerndId('c', 2),
          ...linkedTo('5'),
        }),
        member(3, 'Member 2', { email: 'member2@example.com', phone: '333333333', ...linkedTo('6') }),
      ],
    },
    hubspot: {
      portalId: PORTAL_ID,
      companies: [hubSpotCompany('4', 'Company 2', { description: 'Descr 1' })],
      contacts: [
        contact('5', 'Company 2 Member', { email: 'company2.member@example.com', phone: '111111111' }, ['4']),
        contact('6', 'Member 2', { email: 'member2@example.com', phone: '333333333' }),
      ],
    },
  },
  edits: [
    { op: 'update', type: 'companies', id: '4', properties: { description: 'New Descr 1' } },
    { op: 'update', type: 'contacts', id: '5', properties: { phone: '22222222' } },
    { op: 'update', type: 'contacts', id: '6', properties: { phone: '44444444' } },
  ],
  expected: {
    officernd: [
      { name: 'Company 2', id: '4', detail: 'Description: New Descr 1' },
      { name: 'Company 2 Member', id: '5', detail: 'Phone: 22222222' },
      { name: 'Member 2', id: '6', detail: 'Phone: 44444444' },
    ],
    hubspot: [
      { name: 'Company 2', id: '4', detail: 'Description: New Descr 1' },
      { name: 'Company 2 Member', id: '5', detail: 'Phone: 22222222' },
      { name: 'Member 2', id: '6', detail: 'Phone: 44444444' },
    ],
  },
};

export const useCases: readonly UseCase[] = [unlink, createAndLink, update];
