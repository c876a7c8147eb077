import { createDice } from '../chaos/dice';
import type { Dice } from '../chaos/dice';
import { idOf, linkId } from './sight';
import type { Stage, StageWorld } from './stage';

/** Generated worlds for previews that are applied: records in every state, edits before the preview, and edits after it. */

const types = {
  company: { officernd: 'companies', hubspot: 'companies', from: 100, fields: { description: 'description', 'address.city': 'city' } },
  member: { officernd: 'members', hubspot: 'contacts', from: 500, fields: { phone: 'phone', 'address.city': 'city' } },
} as const;
type Kind = keyof typeof types;
const kinds = ['company', 'member'] as const;

/** OfficeRnD's path and HubSpot's property of each field that people edit. */
export const propertyOf: Readonly<Record<string, string>> = { ...types.company.fields, ...types.member.fields };

interface Edit {
  readonly side: 'officernd' | 'hubspot';
  /** HubSpot ids of the pairs that it may concern. */
  readonly touches: readonly string[];
  readonly edit: Readonly<Record<string, unknown>>;
}

export interface ApplyWorld {
  readonly first: StageWorld;
  readonly beforePreview: readonly Edit[];
  readonly afterPreview: readonly Edit[];
  /** The point at which the worker dies that applies the preview; null: it lives. */
  readonly killAt: string | null;
}

const killPoints = ['unlink-called', 'link-applied', 'create-called', 'update-officernd-called', 'update-hubspot-called'] as const;

export function applyWorldOf(seed: number): ApplyWorld {
  const dice = createDice(seed, 'apply');
  const sizes = { company: dice.between(3, 6), member: dice.between(3, 7) };
  const numbersOf = (kind: Kind): readonly number[] => Array.from({ length: sizes[kind] }, (_, index) => index + 1);
  const officernd = (kind: Kind, number: number) => ({ _id: idOf(kind, number), name: nameOf(kind, number) });
  const hubspot = (kind: Kind, number: number) => ({ id: hubspotIdOf(kind, number), properties: hubspotName(kind, number) });
  return {
    first: {
      officernd: {
        companies: numbersOf('company').map((number) => officernd('company', number)),
        members: numbersOf('member').map((number) => officernd('member', number)),
      },
      hubspot: {
        companies: numbersOf('company').map((number) => hubspot('company', number)),
        contacts: numbersOf('member').map((number) => hubspot('member', number)),
      },
    },
    beforePreview: [
      ...kinds.flatMap((kind) => numbersOf(kind).flatMap((number) => editsOf(dice, kind, number))),
      ...dice.many(dice.between(2, 5), (index) => newRecord(dice, dice.pick<Kind>('company', 'member'), 20 + index)).flat(),
    ],
    afterPreview:
      seed % 3 === 0
        ? []
        : dice
            .many(dice.between(3, 9), (index) => {
              const kind = dice.pick<Kind>('company', 'member');
              return dice.chance(0.3) ? newRecord(dice, kind, 40 + index) : editsOf(dice, kind, dice.between(1, sizes[kind]));
            })
            .flat(),
    killAt: seed % 2 === 0 ? dice.pick(...killPoints) : null,
  };
}

const nameOf = (kind: Kind, number: number): string => (kind === 'company' ? `Firm ${number}` : `Ann No${number}`);
const hubspotIdOf = (kind: Kind, number: number): string => String(types[kind].from + number);
const hubspotName = (kind: Kind, number: number): Readonly<Record<string, string>> =>
  kind === 'company' ? { name: nameOf(kind, number) } : { firstname: 'Ann', lastname: `No${number}` };

/** The edits of a pair. An edit of a record that is gone is refused, and then nothing happens. */
function editsOf(dice: Dice, kind: Kind, number: number): readonly Edit[] {
  const hubspotId = hubspotIdOf(kind, number);
  const touches = [hubspotId];
  const set = (side: Edit['side']): Edit => {
    const [path, property] = dice.pick(...fieldsOf(kind));
    const value = dice.chance(0.2) ? '' : `${side} ${dice.below(50)}`;
    const shown = path === 'phone' && value !== '' ? `+44${1_000 + dice.below(8_000)}` : value;
    return side === 'hubspot'
      ? { side, touches, edit: { op: 'update', type: types[kind].hubspot, id: hubspotId, properties: { [property]: shown } } }
      : {
          side,
          touches,
          edit: { op: 'update', type: types[kind].officernd, id: idOf(kind, number), fields: { [path]: shown === '' ? null : shown } },
        };
  };
  switch (dice.weighted({ none: 2, officernd: 3, hubspot: 3, both: 2, archive: 1, delete: 1 })) {
    case 'none':
      return [];
    case 'officernd':
      return [set('officernd')];
    case 'hubspot':
      return [set('hubspot')];
    case 'both':
      return [set('officernd'), set('hubspot')];
    case 'archive':
      return [{ side: 'hubspot', touches, edit: { op: 'archive', type: types[kind].hubspot, id: hubspotId } }];
    case 'delete':
      return [{ side: 'officernd', touches, edit: { op: 'delete', type: types[kind].officernd, id: idOf(kind, number) } }];
  }
}

const fieldsOf = (kind: Kind): [readonly [string, string], ...(readonly [string, string])[]] =>
  kind === 'company'
    ? [
        ['description', 'description'],
        ['address.city', 'city'],
      ]
    : [
        ['phone', 'phone'],
        ['address.city', 'city'],
      ];

/** A new record: in HubSpot alone, on both sides, with a link id that is there already, or with one that leads nowhere. */
function newRecord(dice: Dice, kind: Kind, number: number): readonly Edit[] {
  const hubspotId = hubspotIdOf(kind, number);
  const touches = [hubspotId];
  const inHubSpot: Edit = {
    side: 'hubspot',
    touches,
    edit: {
      op: 'create',
      type: types[kind].hubspot,
      id: hubspotId,
      properties: { ...hubspotName(kind, number), city: `City ${dice.below(9)}` },
    },
  };
  const inOfficernd = (more: object): Edit => ({
    side: 'officernd',
    touches,
    edit: {
      op: 'create',
      type: types[kind].officernd,
      id: idOf(kind, number),
      fields: { name: nameOf(kind, number), 'address.city': `Town ${dice.below(9)}` },
      ...more,
    },
  });
  const carried = { properties: { hubspot_link_id: linkId(hubspotId) } };
  switch (dice.weighted({ alone: 3, both: 3, carried: 1, stray: 1 })) {
    case 'alone':
      return [inHubSpot];
    case 'both':
      return [inHubSpot, inOfficernd({})];
    case 'carried':
      return [inHubSpot, inOfficernd(carried)];
    case 'stray':
      return [inOfficernd(carried)];
  }
}

/** Whether an edit changes values of a record, and neither makes nor removes one. */
export const isOfValues = ({ edit }: Edit): boolean => edit['op'] === 'update';

/** Makes edits, those that are possible. Returns the HubSpot ids of the pairs that they may have changed. */
export async function makeEdits(stage: Stage, edits: readonly Edit[]): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  for (const { side, edit, touches } of edits) {
    const isMade = await stage.edit(side, [edit]).then(
      () => true,
      () => false,
    );
    if (isMade) for (const id of touches) touched.add(id);
  }
  return touched;
}
