import type { Entity } from '../../domain/entity';
import type { Dice } from './dice';
import type { Edit, FaultKind, FaultTarget, PlannedFault, RunEvent, Twist, TwistName, Wishes } from './schedule';

/** Events of a run, drawn by chance: people's edits, faults of the vendors, and the rest. */

/** A number for choosing a value, taken modulo the number of values. */
export const value = (dice: Dice): number => dice.below(40);
export const entityOf = (dice: Dice): Entity => dice.pick<Entity>('company', 'member', 'member', 'opportunity');

export function firstWishes(dice: Dice): Wishes {
  return {
    directions: dice.many(dice.between(0, 3), () => wish(dice)),
    additional: [
      dice.pick<Wishes['additional'][number]>('↔', '←', '→', null),
      dice.pick<Wishes['additional'][number]>('↔', '←', '→', null),
    ],
    filter: dice.chance(0.3),
    ambiguous: dice.pick('review', 'review', 'oldest'),
    emailsDiffer: dice.pick('review', 'review', 'link', 'create'),
    brake: dice.chance(0.15) ? 'tight' : 'loose',
    timeZone: 'UTC',
    statuses: 'usual',
    remapped: false,
    address: 'first',
  };
}

export const wish = (dice: Dice): Wishes['directions'][number] => ({
  entity: entityOf(dice),
  field: value(dice),
  direction: dice.pick('→', '←', '↔'),
});

export function editOf(dice: Dice): Edit {
  const entity = entityOf(dice);
  const side = dice.pick('officernd', 'hubspot');
  const nth = value(dice);
  switch (dice.weighted({ set: 12, note: 2, create: 3, delete: 3, restore: 2, merge: 1.5 })) {
    case 'set':
      return { kind: 'set', side, entity, nth, field: value(dice), value: value(dice) };
    case 'note':
      return { kind: 'note', side, entity, nth, value: value(dice) };
    case 'create':
      return {
        kind: 'create',
        side: dice.pick('hubspot', 'hubspot', 'officernd'),
        entity,
        values: [...dice.many(6, () => value(dice))],
        parent: dice.below(4),
      };
    case 'delete':
      return { kind: 'delete', side, entity, nth };
    case 'restore':
      return { kind: 'restore', entity, nth };
    case 'merge':
      return { kind: 'merge', side: dice.pick('hubspot', 'hubspot', 'officernd'), entity, nth, into: value(dice) };
  }
}

/** The events in the middle of a run, without faults and twists. */
export type HappeningName = 'edits' | 'kill' | 'cancel' | 'ask' | 'pause' | 'configure' | 'clock' | 'temporal' | 'mongodb';

export function happening(dice: Dice, name: HappeningName): RunEvent['what'] {
  switch (name) {
    case 'edits':
      return { kind: 'edits', edits: [...dice.many(dice.between(1, 3), () => editOf(dice))] };
    case 'kill':
      return { kind: 'kill' };
    case 'cancel':
      return { kind: 'cancel' };
    case 'ask':
      return { kind: 'ask' };
    case 'pause':
      return { kind: 'pause', forRequests: 0 };
    case 'configure':
      return { kind: 'configure', wishes: firstWishes(dice) };
    case 'clock':
      return { kind: 'clock', side: dice.pick('officernd', 'hubspot'), ms: dice.pick(61_000, 3_700_000, 90_000_000) };
    case 'temporal':
    case 'mongodb':
      return { kind: 'restart', server: name, hard: dice.chance(0.5) };
  }
}

/** A twist of this kind, about an entity that the world has. */
export function twistFor(name: TwistName, entities: readonly Entity[], dice: Dice): Twist {
  const possible = name === 'HubSpot property deleted' ? entities.filter((entity) => entity !== 'opportunity') : entities;
  const entity = name === 'e-mail taken' ? 'member' : dice.pick(possible[0] ?? 'company', ...possible.slice(1));
  return { name, entity, field: value(dice) };
}

/** Slow faults are rare, because each takes ten seconds or more. */
const faultWeights: Readonly<Record<FaultKind, number>> = {
  'limited, told how long': 3,
  'limited, not told': 0.5,
  'refused before': 3,
  'refused after': 4,
  'dropped before': 3,
  'dropped after': 4,
  slow: 2,
  'timed out': 0.25,
  'truncated body': 3,
  'short list': 1,
  'partial batch': 2,
  'partial batch, undone': 1,
  'late search index': 1,
  'expired token': 2,
  'web page 403': 0.7,
  'web page 404': 0.7,
  'web page 401': 0.7,
  'web page 200': 0.7,
  'another JSON': 0.7,
  'empty body': 0.7,
  'repeated cursor': 0.5,
  'empty page with a next one': 0.5,
  'late effect': 1,
};

const targetWeights: Readonly<Record<FaultTarget, number>> = {
  token: 0.5,
  definitions: 0.5,
  list: 2,
  search: 0.7,
  read: 2,
  create: 5,
  update: 5,
};

/** The calls of kinds that can affect only some calls. */
const places: Partial<Readonly<Record<FaultKind, { readonly target: FaultTarget; readonly side?: PlannedFault['side'] }>>> = {
  'short list': { target: 'list' },
  'partial batch': { target: 'update', side: 'hubspot' },
  'partial batch, undone': { target: 'update', side: 'hubspot' },
  'late search index': { target: 'search', side: 'hubspot' },
  'repeated cursor': { target: 'list' },
  'empty page with a next one': { target: 'list' },
  'late effect': { target: 'update' },
};

export function faultOf(dice: Dice): PlannedFault {
  const kind = dice.weighted(faultWeights);
  const drawn = dice.weighted(targetWeights);
  const { target = drawn, side = target === 'create' ? 'officernd' : dice.pick('officernd', 'hubspot') } = places[kind] ?? {};
  return {
    kind,
    side,
    target,
    status: dice.pick(500, 502, 503, 504),
    after: dice.below(4),
    times: timesOf(kind, dice, [1, 1, 2, 3, 5]),
    commits: dice.chance(0.3),
  };
}

/** The number of calls that a fault meets. Some kinds would take too long, or are another kind, if they met more. */
export function timesOf(kind: FaultKind, dice: Dice, times: readonly [number, ...number[]]): number {
  if (kind === 'timed out' || kind === 'limited, not told' || kind === 'empty page with a next one') return 1;
  return kind === 'repeated cursor' ? 2 : dice.pick(...times);
}
