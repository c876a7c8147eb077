import { crashPoints } from '../../activities/deps';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { createDice } from './dice';
import type { Dice } from './dice';
import type { DisturbedRun, Edit, FaultKind, FaultTarget, PairSpec, PlannedFault, Round, RunEvent, Schedule, Wishes } from './schedule';

/** The schedule of a seed. The same seed always makes the same one. */
export function scheduleOf(seed: number): Schedule {
  const dice = (label: string): Dice => createDice(seed, label);
  const rounds = dice('rounds');
  let wishes = firstWishes(dice('wishes'));
  return {
    seed,
    settings: vendorSettings(dice('settings')),
    auth: dice('auth').pick('token', 'oauth'),
    pairs: pairsOf(dice('pairs')),
    rounds: rounds.many(rounds.pick(1, 2, 2, 3), (index): Round => {
      if (index > 0 && rounds.chance(0.4)) wishes = changedWishes(dice(`wishes ${index}`), wishes);
      const runs = dice(`runs ${index}`);
      const edits = dice(`edits ${index}`);
      return {
        wishes,
        edits: index === 0 ? [] : edits.many(edits.between(1, 8), () => editOf(edits)),
        runs: runs.many(runs.pick(1, 1, 2), () => runOf(runs)),
      };
    }),
  };
}

const value = (dice: Dice): number => dice.below(40);
const entityOf = (dice: Dice): Entity => dice.pick<Entity>('company', 'member', 'member', 'opportunity');

function pairsOf(dice: Dice): PairSpec[] {
  const counts: Readonly<Record<Entity, number>> = {
    company: dice.between(2, 6),
    member: dice.between(3, 9),
    opportunity: dice.between(2, 6),
  };
  return entities.flatMap((entity) =>
    dice.many(counts[entity], (): PairSpec => {
      const officernd = dice.many(6, () => value(dice));
      return {
        entity,
        where: dice.pick<PairSpec['where']>('both', 'both', 'both', 'officernd', 'hubspot', 'hubspot'),
        link: dice.pick<PairSpec['link']>('carried', 'none', 'none'),
        officernd: [...officernd],
        hubspot: officernd.map((same) => (dice.chance(0.75) ? same : value(dice))),
        parent: dice.pick(0, 1, 2, 3),
        passesFilter: dice.chance(0.7),
      };
    }),
  );
}

function firstWishes(dice: Dice): Wishes {
  return {
    directions: dice.many(dice.between(0, 3), () => wish(dice)),
    additional: [
      dice.pick<Wishes['additional'][number]>('↔', '←', '→', null),
      dice.pick<Wishes['additional'][number]>('↔', '←', '→', null),
    ],
    filter: dice.chance(0.3),
    ambiguous: dice.pick('review', 'review', 'oldest'),
    emailsDiffer: dice.pick('review', 'review', 'link', 'create'),
    brake: dice.chance(0.1) ? 'tight' : 'loose',
  };
}

const wish = (dice: Dice): Wishes['directions'][number] => ({
  entity: entityOf(dice),
  field: value(dice),
  direction: dice.pick('→', '←', '↔'),
});

function changedWishes(dice: Dice, before: Wishes): Wishes {
  switch (dice.weighted({ direction: 3, additional: 3, filter: 1, matching: 1 })) {
    case 'direction':
      return { ...before, directions: [...before.directions.slice(1), wish(dice)] };
    case 'additional':
      return { ...before, additional: before.additional.map((old) => (dice.chance(0.5) ? dice.pick('↔', '←', '→', null) : old)) };
    case 'filter':
      return { ...before, filter: !before.filter };
    case 'matching':
      return { ...before, ambiguous: dice.pick('review', 'oldest'), emailsDiffer: dice.pick('review', 'link', 'create') };
  }
}

function editOf(dice: Dice): Edit {
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

function runOf(dice: Dice): DisturbedRun {
  const faults = dice.pick(0, 1, 1, 2, 3);
  const events = dice.pick(0, 0, 1, 1, 2);
  return {
    mode: dice.weighted({ full: 7, incremental: 2, preview: 0.6 }),
    crashAt: dice.chance(0.25) ? `${dice.pick('create-called', ...crashPoints)}:${dice.pick(1, 1, 1, 2, 3)}` : null,
    faults: dice.many(faults, () => faultOf(dice)),
    events: [...dice.many(events, () => eventOf(dice))].sort((one, other) => one.afterRequests - other.afterRequests),
  };
}

/** A run of such a world sends some twenty requests when there is little to do, and up to a hundred. */
function eventOf(dice: Dice): RunEvent {
  const afterRequests = dice.between(2, 50);
  switch (dice.weighted({ edits: 10, kill: 4, cancel: 2, ask: 1.5, pause: 0.7, configure: 1, clock: 1.5, temporal: 0.5, mongodb: 0.8 })) {
    case 'edits':
      return { afterRequests, what: { kind: 'edits', edits: [...dice.many(dice.between(1, 3), () => editOf(dice))] } };
    case 'kill':
      return { afterRequests, what: { kind: 'kill' } };
    case 'cancel':
      return { afterRequests, what: { kind: 'cancel' } };
    case 'ask':
      return { afterRequests, what: { kind: 'ask' } };
    case 'pause':
      return { afterRequests, what: { kind: 'pause', forRequests: 0 } };
    case 'configure':
      return { afterRequests, what: { kind: 'configure', wishes: firstWishes(dice) } };
    case 'clock':
      return {
        afterRequests,
        what: { kind: 'clock', side: dice.pick('officernd', 'hubspot'), ms: dice.pick(61_000, 3_700_000, 90_000_000) },
      };
    case 'temporal':
      return { afterRequests, what: { kind: 'restart', server: 'temporal', hard: dice.chance(0.5) } };
    case 'mongodb':
      return { afterRequests, what: { kind: 'restart', server: 'mongodb', hard: dice.chance(0.5) } };
  }
}

/** The slow ones are rare: each costs ten seconds and more. */
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

/** Kinds that only some calls can meet. */
const places: Partial<Readonly<Record<FaultKind, { readonly target: FaultTarget; readonly side?: PlannedFault['side'] }>>> = {
  'short list': { target: 'list' },
  'partial batch': { target: 'update', side: 'hubspot' },
  'partial batch, undone': { target: 'update', side: 'hubspot' },
  'late search index': { target: 'search', side: 'hubspot' },
};

function faultOf(dice: Dice): PlannedFault {
  const kind = dice.weighted(faultWeights);
  const drawn = dice.weighted(targetWeights);
  const { target = drawn, side = target === 'create' ? 'officernd' : dice.pick('officernd', 'hubspot') } = places[kind] ?? {};
  const times = kind === 'timed out' || kind === 'limited, not told' ? 1 : dice.pick(1, 1, 2, 3, 5);
  return { kind, side, target, status: dice.pick(500, 502, 503, 504), after: dice.below(4), times };
}

/** Behaviour that the vendors' documentation leaves open, but without their rate limits, which would only make the search slow. */
function vendorSettings(dice: Dice): Schedule['settings'] {
  return {
    officernd: {
      limits: { readsPerMinute: null, writesPerMinute: null, tokensPerMinute: null },
      propertiesOnPut: dice.pick('replace', 'merge'),
      objectsOnPut: dice.pick('replace', 'merge'),
      nullProperties: dice.pick('remove', 'keep'),
      statusSetsProbability: dice.chance(0.5),
      opportunityFilters: dice.pick('all', 'documented'),
      caseSensitiveFilters: dice.chance(0.5),
    },
    hubspot: {
      limits: { per10s: null, searchPerSecond: null, daily: null, associationsPer10s: null },
      mergeId: dice.pick('new', 'primary'),
      batchReadMerged: { contacts: dice.pick('survivor', 'missing'), others: dice.pick('survivor', 'missing') },
      batchReadMergedTwice: dice.pick('one', 'two'),
      closeDateOnClose: dice.chance(0.5),
      datedMultiStatus: dice.chance(0.7),
      richConflict: dice.chance(0.5),
      createDriftMs: dice.chance(0.5) ? [100, 2_000] : null,
      // Incremental runs search, and the index lags behind.
      searchLag: dice.chance(0.5) ? { createMs: [300, 5_000], updateMs: [100, 3_000], tailShare: 0.1, tailMs: 20_000 } : null,
    },
  };
}
