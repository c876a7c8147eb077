import { crashPoints } from '../../activities/deps';
import type { CrashPoint } from '../../activities/deps';
import type { Entity } from '../../domain/entity';
import { createDice } from './dice';
import type { Dice } from './dice';
import { happening, timesOf, twistFor, value } from './happen';
import type { HappeningName } from './happen';
import { faultKinds, phases, turnNames, twistNames } from './schedule';
import type {
  DisturbedRun,
  FaultKind,
  FaultTarget,
  PairSpec,
  PlannedFault,
  Round,
  RunEvent,
  RunPhase,
  Schedule,
  Turn,
  TwistName,
  Wishes,
} from './schedule';
import { turnRounds } from './turns';

/**
 * One cell of the table in docs/reliability.md: a kind of disturbance, and the phase that it must meet. Aims make sure that no cell stays
 * empty by chance. It is exported for the test that every cell has an aim.
 */
export type Aim =
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly phase: RunPhase }
  | { readonly kind: 'happening'; readonly name: HappeningName; readonly hard: boolean; readonly phase: RunPhase }
  | { readonly kind: 'crash'; readonly point: CrashPoint }
  | { readonly kind: 'twist'; readonly name: TwistName; readonly phase: RunPhase }
  | { readonly kind: 'turn'; readonly turn: Turn };

/** The faults that can happen in one phase only. */
const placed: readonly { readonly fault: FaultKind; readonly phase: RunPhase }[] = [
  { fault: 'short list', phase: 'observe' },
  { fault: 'late search index', phase: 'observe' },
  { fault: 'partial batch', phase: 'update' },
  { fault: 'partial batch, undone', phase: 'update' },
  { fault: 'repeated cursor', phase: 'observe' },
  { fault: 'empty page with a next one', phase: 'observe' },
  { fault: 'late effect', phase: 'update' },
  { fault: 'late effect', phase: 'link' },
];
const anywhere = faultKinds.filter((kind) => placed.every(({ fault }) => fault !== kind));
const happenings: readonly { readonly name: HappeningName; readonly hard: boolean }[] = [
  ...(['edits', 'kill', 'cancel', 'ask', 'pause', 'configure', 'clock'] as const).map((name) => ({ name, hard: false })),
  ...(['temporal', 'mongodb'] as const).flatMap((name) => [true, false].map((hard) => ({ name, hard }))),
];

/**
 * The phases in which a twist may begin. OfficeRnD's missing fields show in a complete listing only (V2). So they are missing before the
 * run reads.
 */
const twistPhases: Readonly<Record<TwistName, readonly RunPhase[]>> = {
  'HubSpot leaves a property out': phases,
  'HubSpot property deleted': phases,
  'OfficeRnD leaves a field out': ['prepare'],
  'HubSpot property required': ['prepare', 'link', 'update'],
  'link id refused': ['prepare', 'link', 'update'],
  'link id dropped': ['prepare', 'link', 'update'],
  'side effect of a write': ['prepare', 'update'],
  'e-mail taken': ['prepare', 'link', 'update'],
};

/** All aims. Each next seed has the next aim, or the first one after it that the program bears already. */
export const aims: readonly Aim[] = [
  ...phases.flatMap((phase): Aim[] => [
    ...anywhere.map((fault): Aim => ({ kind: 'fault', fault, phase })),
    ...happenings.map((one): Aim => ({ kind: 'happening', ...one, phase })),
  ]),
  ...placed.map((one): Aim => ({ kind: 'fault', ...one })),
  ...crashPoints.map((point): Aim => ({ kind: 'crash', point })),
  ...twistNames.flatMap((name) => twistPhases[name].map((phase): Aim => ({ kind: 'twist', name, phase }))),
  ...turnNames.map((turn): Aim => ({ kind: 'turn', turn })),
];

const aimOf = (seed: number): Aim | undefined => aims[seed % aims.length];

type Call = Pick<PlannedFault, 'side' | 'target'>;
const both = (target: FaultTarget): readonly [Call, Call] => [
  { side: 'officernd', target },
  { side: 'hubspot', target },
];

/** The calls that a phase always sends when it has work. */
const callsIn: Readonly<Record<RunPhase, readonly [Call, ...Call[]]>> = {
  prepare: both('definitions'),
  observe: both('list'),
  unlink: [
    { side: 'hubspot', target: 'read' },
    { side: 'officernd', target: 'read' },
    { side: 'officernd', target: 'update' },
  ],
  link: [{ side: 'officernd', target: 'create' }],
  update: [...both('read'), ...both('update')],
};

/** Adds the aim of the schedule's seed, and work for every phase. */
export function aimed(schedule: Schedule): Schedule {
  const dice = createDice(schedule.seed, 'aim');
  const aim = aimOf(schedule.seed);
  const [first, ...later] = schedule.rounds;
  if (aim === undefined || first === undefined) return schedule;
  const wishes: Wishes = {
    ...first.wishes,
    brake: 'loose',
    ...(aim.kind === 'twist' || aim.kind === 'turn' ? { additional: ['↔', '↔'] } : {}),
  };
  const entities = entitiesFor(aim, schedule);
  const wider = { ...schedule, entities: [...entities], pairs: [...schedule.pairs, ...workFor(entities, dice)] };
  return { ...wider, rounds: [...roundsFor(aim, { wishes, first, later, entities }, dice)] };
}

/** Contacts, deals and the rest: those of the schedule, and the ones that the aim is about. */
function entitiesFor(aim: Aim, { entities }: Schedule): readonly Entity[] {
  const needed: Entity | null =
    aim.kind === 'twist' && aim.name === 'e-mail taken'
      ? 'member'
      : aim.kind === 'turn' && (aim.turn === 'time zone corrected' || aim.turn === 'status table corrected')
        ? 'opportunity'
        : null;
  if (needed === null || entities.includes(needed)) return entities;
  return needed === 'member' ? [...entities, needed] : ['company', needed];
}

function roundsFor(
  aim: Aim,
  {
    wishes,
    first,
    later,
    entities,
  }: { readonly wishes: Wishes; readonly first: Round; readonly later: readonly Round[]; readonly entities: readonly Entity[] },
  dice: Dice,
): readonly Round[] {
  const [run, ...others] = first.runs;
  if (run === undefined) return [first, ...later];
  if (aim.kind === 'turn') return [{ ...first, wishes, runs: [calm(run)] }, ...turnRounds(wishes, aim.turn, dice)];
  // The first round has work to unlink, link and update. Only an aim that needs an earlier link or an earlier run belongs to a later round.
  return needsEarlierRun(aim)
    ? [
        { ...first, wishes },
        { removed: false, wishes, edits: [...laterEdits(entities, dice)], runs: [laterRun(aim, entities, dice)] },
        ...later,
      ]
    : [{ ...first, wishes, runs: [{ ...calm(run), ...blow(aim, entities, dice) }, ...others] }, ...later];
}

function needsEarlierRun(aim: Aim): boolean {
  switch (aim.kind) {
    case 'crash':
      return aim.point === 'relink-snapshot';
    case 'fault':
      return aim.fault === 'late search index';
    case 'twist':
      return aim.name === 'OfficeRnD leaves a field out';
    case 'happening':
    case 'turn':
      return false;
  }
}

/** The run without other disturbances, which could keep it from reaching its aim. */
const calm = (run: DisturbedRun): DisturbedRun => ({
  ...run,
  mode: 'full',
  crashAt: null,
  events: run.events.filter(({ what }) => what.kind === 'edits'),
});

function blow(aim: Exclude<Aim, { readonly kind: 'turn' }>, entities: readonly Entity[], dice: Dice): Partial<DisturbedRun> {
  if (aim.kind === 'crash') return { crashAt: aim.point };
  const event: RunEvent = { afterRequests: dice.pick(0, 0, 1, 3), inPhase: aim.phase, what: whatOf(aim, entities, dice) };
  const ripens = aim.kind === 'fault' && aim.fault === 'late effect' && dice.chance(0.6);
  return { events: ripens ? [event, { afterRequests: dice.pick(2, 6, 15), inPhase: aim.phase, what: { kind: 'ripen' } }] : [event] };
}

function whatOf(aim: Exclude<Aim, { readonly kind: 'crash' | 'turn' }>, entities: readonly Entity[], dice: Dice): RunEvent['what'] {
  if (aim.kind === 'fault') return { kind: 'fault', fault: faultFor(aim, dice) };
  if (aim.kind === 'twist') return { kind: 'twist', twist: twistFor(aim.name, entities, dice) };
  const what = happening(dice, aim.name);
  return what.kind === 'restart' ? { ...what, hard: aim.hard } : what;
}

function faultFor({ fault: kind, phase }: Extract<Aim, { readonly kind: 'fault' }>, dice: Dice): PlannedFault {
  const place = places[kind] ?? dice.pick(...callsIn[phase]);
  const times = timesOf(kind, dice, [1, 2, 4]);
  return { kind, ...place, status: dice.pick(500, 502, 503, 504), after: 0, times, commits: dice.chance(0.4) };
}

/** The call of each kind that can hit only one call. */
const places: Partial<Readonly<Record<FaultKind, Call>>> = {
  'late search index': { side: 'hubspot', target: 'search' },
  'partial batch': { side: 'hubspot', target: 'update' },
  'partial batch, undone': { side: 'hubspot', target: 'update' },
};

/** Two pairs for each phase: a link of OfficeRnD to a record that is gone, a record to create, and two copies that differ. */
function workFor(entities: readonly Entity[], dice: Dice): readonly PairSpec[] {
  const kinds = [
    { where: 'officernd', link: 'carried' },
    { where: 'hubspot', link: 'none' },
    { where: 'both', link: 'carried' },
  ] as const;
  return kinds.flatMap((kind) =>
    dice.many(2, (): PairSpec => ({
      ...kind,
      entity: dice.pick(entities[0] ?? 'member', ...entities.slice(1)),
      officernd: dice.many(6, () => value(dice)),
      hubspot: dice.many(6, () => value(dice)),
      parent: dice.below(4),
      passesFilter: true,
    })),
  );
}

function laterEdits(entities: readonly Entity[], dice: Dice): Round['edits'] {
  return entities.flatMap((entity): Round['edits'] => [
    { kind: 'set', side: 'hubspot', entity, nth: value(dice), field: value(dice), value: value(dice) },
    { kind: 'merge', side: 'hubspot', entity, nth: value(dice), into: value(dice) },
  ]);
}

/** A later run: the search index does not show people's last edits yet, linked records have been merged, or known fields are missing. */
function laterRun(aim: Exclude<Aim, { readonly kind: 'turn' }>, entities: readonly Entity[], dice: Dice): DisturbedRun {
  const plain: DisturbedRun = { mode: 'full', crashAt: null, faults: [], events: [] };
  if (aim.kind === 'fault') return { ...plain, mode: 'incremental', faults: [{ ...faultFor(aim, dice), times: 5 }] };
  return { ...plain, ...blow(aim, entities, dice) };
}
