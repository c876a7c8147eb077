import { idOf, linkId, PORTAL } from '../support/sight';
import type { StageWorld } from '../support/stage';

/** The data of the golden histories' runs: work for each phase, and every value made up. */
export const busyWorld = {
  officernd: {
    companies: [
      { _id: idOf('company', 1), name: 'Vanished Ltd', properties: { hubspot_link_id: linkId('901') } },
      { _id: idOf('company', 2), name: 'Matched Ltd', description: 'a description from OfficeRnD' },
      { _id: idOf('company', 3), name: 'Settled Ltd', properties: { hubspot_link_id: linkId('2') } },
    ],
    members: [
      { _id: idOf('member', 1), name: 'Gone Person', email: 'gone.person@example.com', properties: { hubspot_link_id: linkId('902') } },
    ],
  },
  hubspot: {
    portalId: PORTAL,
    companies: [
      { id: '1', properties: { name: 'Matched Ltd', city: 'Maidenhead' } },
      { id: '2', properties: { name: 'Settled Ltd', city: 'Sunderland' } },
      { id: '3', properties: { name: 'Newcomer Ltd' } },
    ],
    contacts: [
      {
        id: '11',
        properties: { firstname: 'Ada', lastname: 'Newperson', email: 'ada.newperson@example.com' },
        associations: { companies: ['1'] },
      },
      { id: '12', properties: { firstname: 'Bob', lastname: 'Freshface', email: 'bob.freshface@example.com', phone: '+44 20 7946 0991' } },
    ],
  },
} as const satisfies StageWorld;

/** The parts that no history may contain (A6). */
export const personalData: readonly string[] = [
  'Vanished',
  'Matched Ltd',
  'Settled Ltd',
  'Newcomer',
  'a description from',
  'Gone Person',
  'gone.person',
  'Maidenhead',
  'Sunderland',
  'Ada',
  'Newperson',
  'newperson',
  'Bob',
  'Freshface',
  'nameless@',
  'freshface',
  '7946 0991',
  '79460991',
];
