import type { CrashPoint } from '../../activities/deps';
import { idOf, linkId } from './sight';
import type { Stage, StageWorld } from './stage';

const COUNT = 3;
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
export const member = (number: number, more: Readonly<Record<string, unknown>> = {}) => ({
  _id: idOf('member', number),
  name: `Ann ${number}`,
  email: `ann${number}@example.com`,
  ...more,
});
export const contact = (number: number) => ({
  id: `${number}`,
  properties: { firstname: 'Ann', lastname: `${number}`, email: `ann${number}@example.com`, phone: `+4420${number}` },
});
const onHubSpot = (op: 'archive' | 'restore') => (stage: Stage) =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op, type: 'contacts', id: `${number}` })),
  );
const phonesInHubSpot = (stage: Stage) =>
  stage.edit(
    'hubspot',
    numbers.map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties: { phone: `+4930${number}` } })),
  );
export const phonesInOfficernd = (stage: Stage, changed: readonly number[] = numbers) =>
  stage.edit(
    'officernd',
    changed.map((number) => ({ op: 'update', type: 'members', id: idOf('member', number), fields: { phone: `+3310${number}` } })),
  );
const both: StageWorld = { officernd: { members: numbers.map((number) => member(number)) }, hubspot: { contacts: numbers.map(contact) } };

type Round = (stage: Stage, tenant: string) => Promise<unknown>;

/** A person says something about each pair of records (D1). */
const saying =
  (...words: readonly ((number: number) => string)[]): Round =>
  async (stage, tenant) => {
    for (const number of numbers) {
      const [command = '', ...rest] = words.map((word) => word(number));
      await stage.cli(command, tenant, 'member', ...rest);
    }
  };

/** A kind of operation, with what makes a run do it three times. */
export interface Kind {
  readonly world: StageWorld;
  /** People's edits. A run follows after each but the last. */
  readonly rounds: readonly Round[];
  readonly points: readonly CrashPoint[];
}

/** The points at which a run may die that takes values and links back. */
export const takingBackPoints = [
  'update-planned',
  'update-officernd-called',
  'update-officernd-snapshot',
  'update-hubspot-called',
  'update-hubspot-read',
  'update-applied',
  'unlink-planned',
  'unlink-called',
  'unlink-applied',
] as const satisfies readonly CrashPoint[];

const unlinkPoints = ['unlink-planned', 'unlink-called', 'unlink-applied'] as const;
const untouched = async (): Promise<void> => undefined;
export const afterFirst = (edit: Round): Kind['rounds'] => [untouched, edit];

/** Every kind of operation, with all crash points that it comes to. */
export const kinds: Readonly<Record<string, Kind>> = {
  'unlink (U1)': { world: both, rounds: afterFirst(onHubSpot('archive')), points: unlinkPoints },
  'unlink (U5)': {
    world: both,
    rounds: afterFirst((stage) =>
      stage.edit(
        'officernd',
        numbers.map((number) => ({ op: 'delete', type: 'members', id: idOf('member', number) })),
      ),
    ),
    points: unlinkPoints,
  },
  'unlink (U7)': {
    world: { officernd: { members: numbers.map((number) => member(number, { properties: { hubspot_link_id: linkId(`99${number}`) } })) } },
    rounds: [untouched],
    points: unlinkPoints,
  },
  'relink (U3)': {
    world: both,
    rounds: afterFirst(async (stage) => {
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'create', type: 'contacts', id: `1${number}`, properties: { firstname: 'Survivor' } })),
      );
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'merge', type: 'contacts', id: `${number}`, into: `1${number}` })),
      );
    }),
    points: ['unlink-planned', 'relink-snapshot', 'unlink-applied'],
  },
  'link (U6)': {
    world: both,
    rounds: [
      untouched,
      onHubSpot('archive'),
      async (stage) => {
        await onHubSpot('restore')(stage);
        await phonesInHubSpot(stage);
      },
    ],
    points: ['unlink-planned', 'unlink-applied'],
  },
  'unlink by hand (D1)': {
    world: both,
    rounds: afterFirst(saying(() => 'unlink', String)),
    points: [...unlinkPoints, 'create-called', 'create-applied'],
  },
  'link by hand (D1)': {
    world: {
      officernd: { members: numbers.map((number) => ({ _id: idOf('member', number), name: `Zoe ${number}`, phone: `+3310${number}` })) },
      hubspot: { contacts: numbers.map(contact) },
    },
    rounds: [
      saying(
        () => 'link',
        (number) => idOf('member', number),
        String,
      ),
    ],
    points: ['link-planned', 'link-applied', 'update-planned', 'update-applied'],
  },
  'link (L3)': { world: both, rounds: [untouched], points: ['link-planned', 'link-applied'] },
  create: {
    world: { hubspot: { contacts: numbers.map(contact) } },
    rounds: [untouched],
    points: ['create-planned', 'create-calling', 'create-called', 'create-snapshot', 'create-applied'],
  },
  updateOfficernd: {
    world: both,
    rounds: afterFirst(phonesInHubSpot),
    points: ['update-planned', 'update-officernd-called', 'update-officernd-snapshot', 'update-applied'],
  },
  updateHubspot: {
    world: both,
    rounds: afterFirst((stage) => phonesInOfficernd(stage)),
    points: ['update-planned', 'update-hubspot-called', 'update-hubspot-read', 'update-applied'],
  },
  'updateOfficernd (the link id alone, L14)': {
    world: {
      officernd: {
        members: numbers.map((number) => member(number, { phone: `+4420${number}` })),
      },
      hubspot: { contacts: numbers.map(contact) },
    },
    rounds: [untouched],
    points: ['update-planned', 'update-officernd-called', 'update-officernd-snapshot', 'update-applied'],
  },
  'both updates, with a conflict (M4)': {
    world: both,
    rounds: afterFirst(async (stage) => {
      await phonesInHubSpot(stage);
      await phonesInOfficernd(stage);
      await stage.edit(
        'hubspot',
        numbers.map((number) => ({ op: 'update', type: 'contacts', id: `${number}`, properties: { city: 'Leeds' } })),
      );
    }),
    points: [
      'update-planned',
      'update-officernd-called',
      'update-officernd-snapshot',
      'update-hubspot-called',
      'update-hubspot-read',
      'update-applied',
    ],
  },
};
