import { setTimeout as pause } from 'node:timers/promises';
import { checkLinks } from './check-links';
import { checkLosses } from './check-losses';
import { checkRequests, countDuplicates } from './check-requests';
import { checkUnread } from './check-unread';
import { checkValues } from './check-values';
import type { Link } from '../../domain/link';
import { disturbedRun, ripen } from './disturb';
import type { Disturbance } from './disturb';
import { persistently } from './engine';
import { slackMs } from './faults';
import { nothing } from './figures';
import type { Counted, Incident } from './figures';
import { firstWorldOf } from './first-world';
import { incidentsOf } from './incidents';
import { createPeople, nameOfEdit } from './people';
import type { People } from './people';
import { reread } from './records';
import type { SeenWorld } from './records';
import { plainWishes } from './schedule';
import type { Schedule, TwistName } from './schedule';
import { creationsIn, isWrite, nameOfRequest, readFacts } from './story';
import type { Before, Facts, Story } from './story';
import { toldBy } from './told';
import { turnsBetween } from './turns';
import { untilIdle } from './until-idle';
import type { LaneParts } from './until-idle';
import type { SeenRequest } from './vendors';

export interface Played {
  readonly counted: Counted;
  /** Empty when no law was broken. */
  readonly violations: readonly string[];
}

/** Plays a schedule from beginning to end. After each round, disturbances stop, the engine runs twice, and the laws are checked. */
export async function play(parts: LaneParts, schedule: Schedule, tenant: string): Promise<Played> {
  const { vendors, engine } = parts;
  let wishes = schedule.rounds[0]?.wishes ?? plainWishes;
  vendors.readBy(wishes);
  await vendors.begin(firstWorldOf(schedule), schedule.settings);
  const people = createPeople(vendors);
  const first = await vendors.world();
  people.begin(first);
  const stage: Stage = { parts, schedule, tenant, people };
  let before: Before = { world: first, links: [], order: people.order(), atMs: Date.now(), run: null };
  let former: readonly Link[] = [];
  let known: Pick<Facts, 'active' | 'retired' | 'suppressed'> = { active: [], retired: [], suppressed: new Set() };
  let counted: Counted = { ...nothing, schedules: 1 };
  const violations: string[] = [];
  for (const round of schedule.rounds) {
    const between: Incident[] = [];
    const note = (kind: string): void => void between.push({ kind, phase: 'between', recoveryMs: null });
    const turnsTaken = [...turnsBetween(wishes, round.wishes), ...(round.removed ? ['removed and applied again'] : [])];
    const isFresh = round.removed || round.wishes.address !== wishes.address;
    if (isFresh) former = [...former, ...known.active, ...known.retired];
    const suppressedBefore = round.removed ? known.suppressed : new Set<string>();
    if (round.removed) await engine.removeTenant(tenant);
    await engine.applyTenant(tenant, round.wishes, schedule.auth);
    turnsTaken.forEach(note);
    if (turnsTaken.length === 0 && JSON.stringify(round.wishes) !== JSON.stringify(wishes)) note('configuration changed');
    wishes = round.wishes;
    vendors.readBy(wishes);
    before = { ...before, world: reread(before.world, wishes) };
    for (const edit of round.edits) if (await people.act(edit)) note(nameOfEdit(edit));
    const disturbances: Disturbance[] = [];
    for (const run of round.runs) disturbances.push(await disturbedRun(parts, people, { tenant, run, schedule, wishes }));
    if (disturbances.some(({ faults }) => faults.some(({ planned }) => planned.kind === 'late effect'))) await ripen(people);
    // A person asks for another try of what a twist has refused.
    if (disturbances.some(({ twists }) => twists.some(({ name }) => needsRetry.has(name)))) await engine.retryAll(tenant);
    const quiet = await untilQuiet(stage, before.atMs);
    const judged = await judge(stage, { before, former, suppressedBefore, isFresh, disturbances, quiet });
    const broken = [...disturbances.flatMap((one) => one.violations), ...quiet.violations, ...judged.violations];
    violations.push(...broken);
    const { facts, now } = quiet;
    known = facts;
    const previews = round.runs.filter(({ mode }) => mode === 'preview').length;
    counted = {
      ...counted,
      runs: counted.runs + facts.runs.length + previews,
      disturbed: counted.disturbed + facts.runs.length - QUIET_RUNS + previews,
      conflicts: counted.conflicts + facts.conflicts.filter(({ kind }) => kind !== 'drift').length,
      unseen: counted.unseen + judged.unseen,
      incidents: [...counted.incidents, ...[...between, ...judged.incidents].map((one) => ({ ...one, broken: broken.length }))],
    };
    before = { world: now, links: facts.active, order: people.order(), atMs: Date.now(), run: facts.runs.at(-1) ?? before.run };
    if (violations.length > 0) break;
  }
  const created = creationsIn(await vendors.log()).size;
  return {
    violations: [...new Set(violations)],
    counted: { ...counted, created, edits: people.order(), violations: new Set(violations).size, duplicates: countDuplicates(violations) },
  };
}

/** Twists whose refusals stay after they were put back: nothing that the program reads tells it so. */
const needsRetry: ReadonlySet<TwistName> = new Set<TwistName>([
  'HubSpot property deleted',
  'HubSpot property required',
  'link id refused',
  'link id dropped',
  'e-mail taken',
]);

/** The number of undisturbed runs at the end of each round. */
const QUIET_RUNS = 2;

interface Stage {
  readonly parts: LaneParts;
  readonly schedule: Schedule;
  readonly tenant: string;
  readonly people: People;
}

interface Quiet {
  readonly now: SeenWorld;
  readonly facts: Facts;
  readonly violations: readonly string[];
}

/** Without faults, one run does all work, and the next has nothing to do (A1, A2). */
async function untilQuiet({ parts, tenant, schedule }: Stage, since: number): Promise<Quiet> {
  const { vendors, engine, worker } = parts;
  await vendors.clearFaults();
  await worker.armed(null);
  const look = async () => {
    const now = await vendors.world();
    return { now, facts: await persistently(() => readFacts(engine.store.forTenant(tenant), { now, since })) };
  };
  const settling = await settle(parts, tenant, schedule);
  const requests = await vendors.log();
  const then = await look();
  const second = await quietRun(parts, tenant, schedule);
  const { now, facts } = await look();
  const known = new Set(requests.map(nameOfRequest));
  const writes = (await vendors.log()).filter((request) => isWrite(request) && !known.has(nameOfRequest(request)));
  const linkIds = ({ active }: Facts): string => JSON.stringify(active.map(({ id }) => id).toSorted());
  const opened = new Set(then.facts.reviews.map(({ id }) => id));
  return {
    now,
    facts,
    violations: [
      ...settling,
      ...second,
      ...writes
        .filter((write) => !isNotedRefusal(write, facts))
        .map(({ route, status, ids }) => `A1 the second run sent ${route} for ${ids.join(', ')}, answered with ${status}`),
      ...(linkIds(then.facts) === linkIds(facts) ? [] : ['A1 the second run changed links']),
      ...facts.reviews.filter(({ id }) => !opened.has(id)).map(({ id }) => `A1 the second run opened review ${id}`),
    ],
  };
}

/** Undisturbed runs until no creation waits for its outcome any more (L12). */
async function settle(parts: LaneParts, tenant: string, schedule: Schedule): Promise<readonly string[]> {
  const untilMs = Date.now() + PENDING_FOR_MS * parts.patience;
  for (;;) {
    const violations = await quietRun(parts, tenant, schedule);
    const [last] = await persistently(() => parts.engine.store.forTenant(tenant).runs.list(1));
    const { pending } = toldBy(last);
    if (pending === 0 || violations.length > 0) return violations;
    if (Date.now() > untilMs) return [`L12 ${pending} creations stay pending`];
    await pause(LOOK_AGAIN_MS);
  }
}

/** Several times the time after which a program here looks for a creation. */
const PENDING_FOR_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

/** A record that was refused as a whole is tried again in each run until it is parked. It must be among the failures of its phase. */
const isNotedRefusal = ({ status, path }: SeenRequest, { failures }: Facts): boolean =>
  status >= 400 &&
  failures.some(
    ({ phase, field, subject }) => field === null && (phase === 'update' || (phase === 'unlink' && path.endsWith(`/${subject}`))),
  );

/** An undisturbed run. It must succeed. */
async function quietRun(parts: LaneParts, tenant: string, { entities }: Schedule): Promise<readonly string[]> {
  const { engine } = parts;
  const ticket = await persistently(() => engine.sync.sync({ tenant, entities }));
  await untilIdle(parts, tenant, ticket);
  const run = await persistently(() => engine.store.forTenant(tenant).runs.latest());
  if (run?.state === 'completed') return [];
  return [`A2 a run without faults ended as ${run?.state ?? 'unknown'}: ${run?.trouble?.message ?? ''}`];
}

interface Judged {
  readonly violations: readonly string[];
  readonly unseen: number;
  readonly incidents: readonly Incident[];
}

async function judge(
  { parts, schedule, tenant, people }: Stage,
  {
    disturbances,
    quiet,
    ...earlier
  }: Pick<Story, 'before' | 'former' | 'suppressedBefore' | 'isFresh'> & {
    readonly disturbances: readonly Disturbance[];
    readonly quiet: Quiet;
  },
): Promise<Judged> {
  const log = await parts.vendors.log();
  const incidents: Incident[] = [];
  for (const { runId, faults, blows, endedAtMs } of disturbances) {
    if (faults.length === 0 && blows.length === 0) continue;
    incidents.push(
      ...incidentsOf({
        log: log.filter(({ atMs }) => atMs <= endedAtMs),
        faults,
        blows,
        phases: await parts.engine.phasesOf(tenant, runId),
      }),
    );
  }
  const story: Story = {
    schedule,
    people,
    ...earlier,
    twists: disturbances.flatMap((one) => one.twists),
    now: quiet.now,
    facts: quiet.facts,
    log,
    slackMs: slackMs(disturbances.flatMap(({ faults }) => faults)),
    wasBlind: disturbances.some(({ faults }) => faults.some(({ planned }) => planned.kind === 'short list')),
  };
  const losses = checkLosses(story);
  return {
    incidents,
    unseen: losses.unseen,
    violations: [
      ...checkUnread(story, disturbances),
      ...checkRequests(story),
      ...checkLinks(story),
      ...checkValues(story),
      ...losses.violations,
    ],
  };
}
