/** Two companies and an archived one, two contacts, a deal; properties of several types. */
export const recordsWorld = {
  portalId: '12345678',
  properties: {
    companies: [
      { name: 'officernd_id', hasUniqueValue: true },
      { name: 'floors', type: 'number' },
      { name: 'renewal', type: 'date' },
    ],
    contacts: [],
    deals: [],
  },
  companies: [
    {
      id: '1',
      properties: { name: 'Company 1', domain: 'one.example' },
      createdAt: '2026-01-01T10:00:00.000Z',
      updatedAt: '2026-02-01T10:00:00.250Z',
    },
    { id: '2', properties: { name: 'Company 2', officernd_id: 'x2' } },
    { id: '3', properties: { name: 'Company 3' }, archived: true },
  ],
  contacts: [
    {
      id: '11',
      properties: { firstname: 'Ann', email: 'ann@one.example', hs_additional_emails: 'ann@old.example' },
      associations: { companies: ['1', '2'] },
    },
    { id: '12', properties: { firstname: 'Bob', email: 'bob@one.example' } },
  ],
  deals: [
    {
      id: '21',
      properties: { dealname: 'Deal', dealstage: 'qualifiedtobuy', amount: '100' },
      associations: { companies: ['1'], contacts: ['11'] },
    },
  ],
};

export const COMPANIES = '/crm/objects/2026-09/companies';
export const CONTACTS = '/crm/objects/2026-09/contacts';
export const DEALS = '/crm/objects/2026-09/deals';
