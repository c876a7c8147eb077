import { crashPoints } from '../../activities/deps';
import type { CrashPoint } from '../../activities/deps';
import { createDice } from './dice';
import type { Dice } from './dice';
import { happening, value } from './happen';
import type { HappeningName } from './happen';
import { faultKinds, phases } from './schedule';
import type { DisturbedRun, FaultKind, FaultTarget, PairSpec, PlannedFault, Round, RunEvent, RunPhase, Schedule } from './schedule';

/**
 * One cell of the table in docs/reliability.md: a kind of disturbance, and the phase that it must meet. Aims make sure that no cell stays
 * empty by chance. It is exported for the test that every cell has an aim.
 */
export type Aim =
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly phase: RunPhase }
  | { readonly kind: 'happening'; readonly name: HappeningName; readonly hard: boolean; readonly phase: RunPhase }
  | { readonly kind: 'crash'; readonly point: CrashPoint };

/** The faults that can happen in one phase only. */
const placed: readonly { readonly fault: FaultKind; readonly phase: RunPhase }[] = [
  { fault: 'short list', phase: 'observe' },
  { fault: 'late search index', phase: 'observe' },
  { fault: 'partial batch', phase: 'update' },
  { fault: 'partial batch, undone', phase: 'update' },
];
const anywhere = faultKinds.filter((kind) => placed.every(({ fault }) => fault !== kind));
const happenings: readonly { readonly name: HappeningName; readonly hard: boolean }[] = [
  ...(['edits', 'kill', 'cancel', 'ask', 'pause', 'configure', 'clock'] as const).map((name) => ({ name, hard: false })),
  ...(['temporal', 'mongodb'] as const).flatMap((name) => [true, false].map((hard) => ({ name, hard }))),
];

/** All aims. Each next seed has the next aim. */
export const aims: readonly Aim[] = [
  ...phases.flatMap((phase): Aim[] => [
    ...anywhere.map((fault): Aim => ({ kind: 'fault', fault, phase })),
    ...happenings.map((one): Aim => ({ kind: 'happening', ...one, phase })),
  ]),
  ...placed.map((one): Aim => ({ kind: 'fault', ...one })),
  ...crashPoints.map((point): Aim => ({ kind: 'crash', point })),
];

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
  const aim = aims[schedule.seed % aims.length];
  const [first, ...later] = schedule.rounds;
  const [run, ...others] = first?.runs ?? [];
  if (aim === undefined || first === undefined || run === undefined) return schedule;
  const wishes = { ...first.wishes, brake: 'loose' } as const;
  // The first round has work to unlink, link and update. Only an aim that needs an earlier link or an earlier run belongs to a later round.
  const isLater = aim.kind === 'crash' ? aim.point === 'relink-snapshot' : aim.kind === 'fault' && aim.fault === 'late search index';
  const rounds: readonly Round[] = isLater
    ? [{ ...first, wishes }, { wishes, edits: [...laterEdits(schedule, dice)], runs: [laterRun(aim, dice)] }, ...later]
    : [{ ...first, wishes, runs: [{ ...calm(run), ...blow(aim, dice) }, ...others] }, ...later];
  return { ...schedule, pairs: [...schedule.pairs, ...workFor(schedule, dice)], rounds: [...rounds] };
}

/** The run without other disturbances, which could keep it from reaching its aim. */
const calm = (run: DisturbedRun): DisturbedRun => ({
  ...run,
  mode: 'full',
  crashAt: null,
  events: run.events.filter(({ what }) => what.kind === 'edits'),
});

function blow(aim: Aim, dice: Dice): Partial<DisturbedRun> {
  if (aim.kind === 'crash') return { crashAt: aim.point };
  return { events: [{ afterRequests: dice.pick(0, 0, 1, 3), inPhase: aim.phase, what: whatOf(aim, dice) }] };
}

function whatOf(aim: Exclude<Aim, { readonly kind: 'crash' }>, dice: Dice): RunEvent['what'] {
  if (aim.kind === 'fault') return { kind: 'fault', fault: faultFor(aim, dice) };
  const what = happening(dice, aim.name);
  return what.kind === 'restart' ? { ...what, hard: aim.hard } : what;
}

function faultFor({ fault: kind, phase }: Extract<Aim, { readonly kind: 'fault' }>, dice: Dice): PlannedFault {
  const place = places[kind] ?? dice.pick(...callsIn[phase]);
  const times = kind === 'timed out' || kind === 'limited, not told' ? 1 : dice.pick(1, 2, 4);
  return { kind, ...place, status: dice.pick(500, 502, 503, 504), after: 0, times };
}

/** The call of each kind that can hit only one call. */
const places: Partial<Readonly<Record<FaultKind, Call>>> = {
  'late search index': { side: 'hubspot', target: 'search' },
  'partial batch': { side: 'hubspot', target: 'update' },
  'partial batch, undone': { side: 'hubspot', target: 'update' },
};

/** Two pairs for each phase: a link of OfficeRnD to a record that is gone, a record to create, and two copies that differ. */
function workFor({ entities }: Schedule, dice: Dice): readonly PairSpec[] {
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

function laterEdits({ entities }: Schedule, dice: Dice): Round['edits'] {
  return entities.flatMap((entity): Round['edits'] => [
    { kind: 'set', side: 'hubspot', entity, nth: value(dice), field: value(dice), value: value(dice) },
    { kind: 'merge', side: 'hubspot', entity, nth: value(dice), into: value(dice) },
  ]);
}

/** A later run: the search index does not show people's last edits yet, or linked records have been merged. */
function laterRun(aim: Aim, dice: Dice): DisturbedRun {
  const plain: DisturbedRun = { mode: 'full', crashAt: null, faults: [], events: [] };
  if (aim.kind === 'crash') return { ...plain, crashAt: aim.point };
  return aim.kind === 'fault' ? { ...plain, mode: 'incremental', faults: [{ ...faultFor(aim, dice), times: 5 }] } : plain;
}
