import { crashPoints } from '../../activities/deps';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { aimed } from './aim';
import { createDice } from './dice';
import type { Dice } from './dice';
import { editOf, faultOf, firstWishes, happening, twistFor, value, wish } from './happen';
import { narrowed } from './narrow';
import type { DisturbedRun, PairSpec, Round, RunEvent, Schedule, TwistName, Wishes } from './schedule';
import { turned } from './turns';

/** The schedule of a seed: a random one, with one certain aim. The same seed always gives the same schedule. */
export const scheduleOf = (seed: number): Schedule => narrowed(aimed(byChance(seed)));

function byChance(seed: number): Schedule {
  const dice = (label: string): Dice => createDice(seed, label);
  const rounds = dice('rounds');
  let wishes = firstWishes(dice('wishes'));
  const entities = entitiesOf(dice('entities'));
  return {
    seed,
    settings: vendorSettings(dice('settings')),
    auth: dice('auth').pick('token', 'oauth'),
    entities,
    pairs: pairsOf(dice('pairs')),
    rounds: rounds.many(rounds.pick(1, 1, 1, 1, 2, 2, 3), (index): Round => {
      if (index > 0 && rounds.chance(0.4)) wishes = changedWishes(dice(`wishes ${index}`), wishes);
      const runs = dice(`runs ${index}`);
      const edits = dice(`edits ${index}`);
      return {
        removed: false,
        wishes,
        edits: index === 0 ? [] : edits.many(edits.between(1, 8), () => editOf(edits)),
        runs: runs.many(runs.pick(1, 1, 2), () => runOf(runs, entities)),
      };
    }),
  };
}

/** The time of a run depends on the number of entities, not of records. So most worlds have one or two. */
function entitiesOf(dice: Dice): Entity[] {
  switch (dice.weighted({ all: 2, people: 2, members: 4, companies: 1, deals: 1 })) {
    case 'all':
      return [...entities];
    case 'people':
      return ['company', 'member'];
    case 'members':
      return ['member'];
    case 'companies':
      return ['company'];
    case 'deals':
      return ['company', 'opportunity'];
  }
}

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

function changedWishes(dice: Dice, before: Wishes): Wishes {
  switch (dice.weighted({ direction: 3, additional: 3, filter: 1, matching: 1, turn: 3 })) {
    case 'turn':
      return turned(before, dice.pick('time zone corrected', 'status table corrected', 'mapped to another property', 'another pair'));
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

function runOf(dice: Dice, entities: readonly Entity[]): DisturbedRun {
  const faults = dice.pick(0, 1, 1, 2, 3);
  const events = dice.pick(0, 0, 1, 1, 2);
  return {
    mode: dice.weighted({ full: 7, incremental: 2, preview: 0.6 }),
    crashAt: dice.chance(0.25) ? `${dice.pick('create-called', ...crashPoints)}:${dice.pick(1, 1, 1, 2, 3)}` : null,
    faults: dice.many(faults, () => faultOf(dice)),
    events: [...dice.many(events, () => eventOf(dice, entities))].sort((one, other) => one.afterRequests - other.afterRequests),
  };
}

/** A run in such a world sends about twenty requests when there is little to do, and up to a hundred. */
function eventOf(dice: Dice, entities: readonly Entity[]): RunEvent {
  const afterRequests = dice.between(2, 50);
  const name = dice.weighted(eventWeights);
  switch (name) {
    case 'twist':
      return {
        afterRequests,
        inPhase: null,
        what: {
          kind: 'twist',
          twist: twistFor(dice.weighted(twistWeights), entities, dice),
        },
      };
    case 'ripen':
      return { afterRequests, inPhase: null, what: { kind: 'ripen' } };
    default:
      return { afterRequests, inPhase: null, what: happening(dice, name) };
  }
}

const eventWeights = {
  edits: 10,
  kill: 4,
  cancel: 2,
  ask: 1.5,
  pause: 0.7,
  configure: 1,
  clock: 1.5,
  temporal: 0.5,
  mongodb: 0.8,
  twist: 2.5,
  ripen: 0.7,
} as const;

/** OfficeRnD's missing fields are not among them, because they are missing from the beginning of a run. */
const twistWeights: Readonly<Record<Exclude<TwistName, 'OfficeRnD leaves a field out'>, number>> = {
  'HubSpot leaves a property out': 3,
  'HubSpot property deleted': 1,
  'HubSpot property required': 1,
  'link id refused': 1,
  'link id dropped': 0.5,
  'side effect of a write': 0.5,
  'e-mail taken': 1,
};

/** Settings for behaviour that the vendors' documentation leaves open. Rate limits are off, because they would only slow the search. */
function vendorSettings(dice: Dice): Schedule['settings'] {
  return {
    officernd: {
      limits: { readsPerMinute: null, writesPerMinute: null, tokensPerMinute: null },
      propertiesOnPut: dice.pick('replace', 'merge'),
      objectsOnPut: dice.pick('replace', 'merge'),
      addressPut: dice.pick(null, 'replace', 'merge'),
      nullProperties: dice.pick('remove', 'keep'),
      statusSetsProbability: dice.chance(0.5),
      opportunityFilters: dice.pick('all', 'documented'),
      caseSensitiveFilters: dice.chance(0.5),
      unknownPropertyKeys: dice.pick('accept', 'reject'),
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
      // Incremental runs search, so the delay of the search index matters.
      searchLag: dice.chance(0.5) ? { createMs: [300, 5_000], updateMs: [100, 3_000], tailShare: 0.1, tailMs: 20_000 } : null,
    },
  };
}
