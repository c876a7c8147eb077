import { entities } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';

/** Makes records that are equal on both sides. Each depends only on its index. Sizes are realistic, names and e-mails unique. */

/** One record in the form of each vendor. */
interface TwoSided {
  readonly hubspot: Readonly<Record<string, string>>;
  readonly officernd: Readonly<Record<string, unknown>>;
}

const firstNames = ['Ada', 'Ben', 'Chloé', 'Dmitri', 'Elif', 'Femi', 'Grace', 'Hiro', 'Inés', 'Jan', 'Kavya', 'Liam', 'Marta'];
const lastNames = ['Okafor', 'Smith', 'García', 'Ivanova', 'Tanaka', 'Müller', 'Rossi', 'Kowalski', 'Haddad', 'Nguyen', 'Silva'];
const trades = ['Design', 'Robotics', 'Analytics', 'Architecture', 'Catering', 'Logistics', 'Film', 'Legal', 'Energy'];
const streets = ['High Street', 'Station Road', 'Mill Lane', 'Victoria Road', 'Church Street', 'Park Avenue', 'Queensway'];
const cities = ['London', 'Sofia', 'Austin', 'Lyon', 'Tallinn'];
const states = ['Greater London', 'Sofia City', 'Texas', 'Auvergne-Rhône-Alpes', 'Harju'];
const countries = ['United Kingdom', 'Bulgaria', 'United States', 'France', 'Estonia'];

const pick = (texts: readonly string[], index: number): string => texts[index % texts.length] ?? '';
const digits = (index: number, length: number): string => String(index).padStart(length, '0');

const addressAt = (index: number) => ({
  street: `${(index % 240) + 1} ${pick(streets, index)}`,
  city: pick(cities, index),
  state: pick(states, index),
  country: pick(countries, index),
  zip: digits((index * 37) % 100_000, 5),
});

const hubspotAddress = ({ street, ...rest }: ReturnType<typeof addressAt>) => ({ address: street, ...rest });

export function companyAt(index: number): TwoSided {
  const name = `${pick(lastNames, index)} ${pick(trades, index)} ${index + 1} Ltd`;
  const website = `https://www.company-${index + 1}.example`;
  const description = `${name} makes things for other people, and has done so since ${1950 + (index % 70)}.`;
  const address = addressAt(index);
  return { hubspot: { name, website, description, ...hubspotAddress(address) }, officernd: { name, url: website, description, address } };
}

export function contactAt(index: number): TwoSided {
  const firstname = pick(firstNames, index);
  const lastname = `${pick(lastNames, index)}-${index + 1}`;
  const email = `person.${index + 1}@company-${(index % 1000) + 1}.example`;
  const phone = `+44 20 ${digits(7_000_000 + index, 7)}`;
  const address = addressAt(index);
  return {
    hubspot: { firstname, lastname, email, phone, ...hubspotAddress(address) },
    officernd: { name: `${firstname} ${lastname}`, email, phone, address },
  };
}

export function dealAt(index: number, status: { readonly id: string; readonly stage: string; readonly probability: number }): TwoSided {
  const name = `Office for ${(index % 40) + 2}, no. ${index + 1}`;
  const day = `2026-${digits((index % 12) + 1, 2)}-${digits((index % 28) + 1, 2)}`;
  const amount = 500 + ((index * 250) % 50_000);
  return {
    hubspot: { dealname: name, amount: String(amount), closedate: `${day}T12:00:00.000Z`, pipeline: 'default', dealstage: status.stage },
    officernd: { name, dealSize: amount, startDate: `${day}T12:00:00.000Z`, status: status.id, probability: status.probability },
  };
}

const HUBSPOT_BASE: Readonly<Record<Entity, number>> = { company: 1_000_001, member: 10_000_001, opportunity: 50_000_001 };
const OFFICERND_PREFIX: Readonly<Record<Entity, string>> = { company: '64c0', member: '64e0', opportunity: '64d0' };

/** The ids by index. Both vendors list records in this order. */
export const recordIds = {
  hubspot: (entity: Entity, index: number): string => String(HUBSPOT_BASE[entity] + index),
  officernd: (entity: Entity, index: number): string => `${OFFICERND_PREFIX[entity]}${index.toString(16).padStart(20, '0')}`,
};

interface ChangedRecord {
  readonly entity: Entity;
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The field that a person changes on each side. The sides change different fields, so values flow in both directions. */
const changes: Readonly<Record<Side, Readonly<Record<Entity, (index: number) => Readonly<Record<string, unknown>>>>>> = {
  hubspot: {
    company: (index) => ({ description: `Moved to a larger office, ${index}.` }),
    member: (index) => ({ phone: `+44 161 ${digits(4_000_000 + index, 7)}` }),
    opportunity: (index) => ({ amount: String(90_000 + index) }),
  },
  officernd: {
    company: (index) => ({ 'address.street': `${index + 1} New Quay` }),
    member: (index) => ({ 'address.city': `Newtown ${index}` }),
    opportunity: (index) => ({ dealSize: 70_000 + index }),
  },
};

/** Changes of one record in a hundred of each kind, at least one. */
export function changedRecords(side: Side, size: Readonly<Record<Entity, number>>): readonly ChangedRecord[] {
  // Different offsets, so that the two sides never change the same record.
  const first = side === 'hubspot' ? 7 : 31;
  return entities.flatMap((entity) => {
    const count = Math.max(1, Math.floor(size[entity] / 100));
    return Array.from({ length: count }, (_, nth): ChangedRecord => {
      const index = (nth * 100 + first) % size[entity];
      return {
        entity,
        id: side === 'hubspot' ? recordIds.hubspot(entity, index) : recordIds.officernd(entity, index),
        values: changes[side][entity](index),
      };
    });
  });
}
