import type { Counters } from './counters';
import { entities } from './entity';
import type { Entity, Side } from './entity';
import type { OperationKind, Phase } from './operation';
import { groupsWithoutRecords, newestFirst } from './out-of-step';
import type { OutOfStepGroup } from './out-of-step';
import type { ContentProof, PredictedCalls, Report, VendorCalls, WouldHold } from './report';

export interface ReportFacts extends Pick<
  Report,
  | 'tenant'
  | 'runId'
  | 'workflowId'
  | 'mode'
  | 'state'
  | 'startedAt'
  | 'finishedAt'
  | 'conflicts'
  | 'firstLink'
  | 'reviews'
  | 'failures'
  | 'parked'
  | 'drift'
  | 'unread'
  | 'paused'
  | 'proposals'
  | 'lookAgeMs'
  | 'surprises'
  | 'undoes'
  | 'hints'
  | 'outOfStep'
  | 'outOfStepRecords'
> {
  readonly entities: readonly Entity[];
  /** The counters of the children, by phase and entity. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, Counters>>>>;
  /** Applied operations, from the journal. It survives crashes, which counters may not. */
  readonly applied: readonly AppliedCount[];
  /** Links that were written on either side, by entity. */
  readonly updatedLinks: Readonly<Partial<Record<Entity, number>>>;
  readonly calls: readonly CallCount[];
  /** Null for a run that has not finished reading. */
  readonly contents: readonly SideProof[] | null;
  /** Whether what the run has read was compared with what incremental runs knew. @default false */
  readonly looksForMissed?: boolean;
}

interface SideProof extends ContentProof {
  readonly side: Side;
  readonly entity: Entity;
}

export interface AppliedCount {
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: OperationKind;
  readonly reason: string;
  readonly count: number;
}

interface CallCount {
  readonly vendor: 'hubspot' | 'officernd';
  readonly route: string;
  readonly outcome: 'ok' | 'rate-limited' | 'failed' | 'predicted';
  readonly count: number;
}

/** Builds a run's report from its facts. */
export function buildReport(facts: ReportFacts): Report {
  const { entities: _entities, counts: _counts, applied: _applied, updatedLinks: _updated, calls: _calls, ...others } = facts;
  const { contents, looksForMissed, ...head } = others;
  const pending = facts.entities.reduce((sum, entity) => sum + pendingOf(facts, entity), 0);
  return {
    ...head,
    phases: {
      unlink: byEntity(facts, (entity) => unlinkCounts(facts, entity)),
      link: byEntity(facts, (entity) => linkCounts(facts, entity)),
      update: byEntity(facts, (entity) => updateCounts(facts, entity)),
    },
    pending,
    ...(facts.outOfStep !== undefined && {
      outOfStep: newestFirst([...facts.outOfStep, ...uncountedGroups(facts)]),
      outOfStepRecords: (facts.outOfStepRecords ?? 0) + pending,
    }),
    ...(contents !== null && { completeness: byEntity(facts, (entity) => proofsOf(contents, entity)) }),
    ...(looksForMissed === true && { missedByShortcut: { hubspot: missedOn(facts, 'hubspot'), officernd: missedOn(facts, 'officernd') } }),
    calls: { hubspot: vendorCalls(facts, 'hubspot'), officernd: vendorCalls(facts, 'officernd') },
    ...(facts.mode === 'preview' && {
      predictedCalls: { hubspot: predictedCalls(facts, 'hubspot'), officernd: predictedCalls(facts, 'officernd') },
      wouldHold: wouldHold(facts),
    }),
  };
}

const pendingOf = (facts: ReportFacts, entity: Entity): number =>
  counter(facts, 'link', entity, 'pending') + counter(facts, 'link', entity, 'waiting');

/** L12, V1–V3: records that the run can't name, and fields that it has not compared. */
const uncountedGroups = (facts: ReportFacts): readonly OutOfStepGroup[] =>
  groupsWithoutRecords({
    tenant: facts.tenant,
    at: facts.startedAt,
    unread: facts.unread,
    paused: facts.paused,
    pending: facts.entities.map((entity) => ({ entity, records: pendingOf(facts, entity) })),
  });

const missedOn = (facts: ReportFacts, side: Side): number =>
  facts.entities.reduce((sum, entity) => sum + counter(facts, 'observe', entity, `${side}Missed`), 0);

/** U4, L11, M6, M2: the brakes at which the phases of a preview would stop. */
const wouldHold = (facts: ReportFacts): readonly WouldHold[] =>
  (
    [
      ['unlink', 'U4', 'wouldHold'],
      ['unlink', 'U5', 'wouldHoldGone'],
      ['link', 'L11', 'wouldHold'],
      ['update', 'M6', 'wouldHoldErase'],
      ['update', 'M2', 'wouldHoldFirstLink'],
    ] as const
  ).flatMap(([phase, rule, counted]) =>
    entities.flatMap((entity) => {
      const operations = counter(facts, phase, entity, counted);
      return operations === 0 ? [] : [{ phase, entity, rule, operations }];
    }),
  );

const byEntity = <Counts>(facts: ReportFacts, countsOf: (entity: Entity) => Counts): Partial<Record<Entity, Counts>> =>
  Object.fromEntries(entities.filter((entity) => facts.entities.includes(entity)).map((entity) => [entity, countsOf(entity)]));

function proofsOf(contents: readonly SideProof[], entity: Entity): Record<Side, ContentProof> {
  const proof = (side: Side): ContentProof => {
    const found = contents.find((one) => one.entity === entity && one.side === side);
    return { records: found?.records ?? 0, hash: found?.hash ?? '' };
  };
  return { hubspot: proof('hubspot'), officernd: proof('officernd') };
}

const counter = ({ counts }: ReportFacts, phase: string, entity: Entity, name: string): number => counts[phase]?.[entity]?.[name] ?? 0;

/** Returns the applied operations of one phase and entity, counted under the report's names. */
export function appliedCounts(all: readonly AppliedCount[], phase: Phase, entity: Entity): Counters {
  switch (phase) {
    case 'unlink':
      return appliedUnlinks(all, entity);
    case 'link':
      return appliedLinks(all, entity);
    case 'update':
      return appliedUpdates(all, entity);
  }
}

const applied = (all: readonly AppliedCount[], entity: Entity, phase: Phase, kind: OperationKind, reasons?: readonly string[]): number =>
  all
    .filter(
      (one) => one.entity === entity && one.phase === phase && one.kind === kind && (reasons === undefined || reasons.includes(one.reason)),
    )
    .reduce((sum, { count }) => sum + count, 0);

const appliedUnlinks = (all: readonly AppliedCount[], entity: Entity) => ({
  unlinked: applied(all, entity, 'unlink', 'unlink', ['U1', 'U7']),
  retired: applied(all, entity, 'unlink', 'unlink', ['U3', 'U5', 'D1', 'X2']),
  relinked: applied(all, entity, 'unlink', 'relink'),
  restored: applied(all, entity, 'unlink', 'link'),
});

function appliedLinks(all: readonly AppliedCount[], entity: Entity) {
  const adopted = applied(all, entity, 'link', 'link', ['L2']);
  return { linked: applied(all, entity, 'link', 'link') - adopted, adopted, created: applied(all, entity, 'link', 'create') };
}

const appliedUpdates = (all: readonly AppliedCount[], entity: Entity) => ({
  updatedOfficernd: applied(all, entity, 'update', 'updateOfficernd'),
  updatedHubspot: applied(all, entity, 'update', 'updateHubspot'),
});

const unlinkCounts = (facts: ReportFacts, entity: Entity) => ({
  checked: counter(facts, 'unlink', entity, 'checked'),
  ...appliedUnlinks(facts.applied, entity),
});

const linkCounts = (facts: ReportFacts, entity: Entity) => ({
  candidates: counter(facts, 'link', entity, 'candidates'),
  ...appliedLinks(facts.applied, entity),
  skipped: counter(facts, 'link', entity, 'skipped'),
});

function updateCounts(facts: ReportFacts, entity: Entity) {
  const compared = counter(facts, 'update', entity, 'compared');
  return {
    compared,
    ...appliedUpdates(facts.applied, entity),
    unchanged: Math.max(0, compared - (facts.updatedLinks[entity] ?? 0)),
  };
}

/**
 * The run sends the same calls as the preview, and those that the preview left out. A call that was refused for its limit should not have
 * been sent, so it does not count.
 */
function predictedCalls({ calls }: ReportFacts, vendor: 'hubspot' | 'officernd'): PredictedCalls {
  const own = calls.filter((call) => call.vendor === vendor && call.outcome !== 'rate-limited');
  return { total: sumOf(own), byRoute: routesOf(own) };
}

const sumOf = (calls: readonly CallCount[]): number => calls.reduce((total, { count }) => total + count, 0);

function routesOf(calls: readonly CallCount[]): Record<string, number> {
  const byRoute: Record<string, number> = {};
  for (const { route, count } of calls) byRoute[route] = (byRoute[route] ?? 0) + count;
  return Object.fromEntries(Object.entries(byRoute).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function vendorCalls(facts: ReportFacts, vendor: 'hubspot' | 'officernd'): VendorCalls {
  const own = facts.calls.filter((call) => call.vendor === vendor && call.outcome !== 'predicted');
  return {
    total: sumOf(own),
    rateLimited: sumOf(own.filter(({ outcome }) => outcome === 'rate-limited')),
    byRoute: routesOf(own),
    floor: facts.entities.reduce((total, entity) => total + floorOf(facts, vendor, entity), 0),
  };
}

const HUBSPOT_PAGE = 100;
const OFFICERND_PAGE = 50;

/** The fewest calls for one entity: its listing, and its writes at the vendor's batch size. */
function floorOf(facts: ReportFacts, vendor: 'hubspot' | 'officernd', entity: Entity): number {
  const read = (name: string, page: number): number => Math.max(1, Math.ceil(counter(facts, 'observe', entity, name) / page));
  if (vendor === 'hubspot') {
    // An incremental run asks once for changed records. It reads those and all linked records in batches.
    const incremental = counter(facts, 'observe', entity, 'hubspotLinked') + counter(facts, 'observe', entity, 'hubspotChanged');
    const written = applied(facts.applied, entity, 'update', 'updateHubspot');
    return read('hubspotRead', HUBSPOT_PAGE) + Math.ceil(incremental / HUBSPOT_PAGE) + Math.ceil(written / HUBSPOT_PAGE);
  }
  const writes =
    applied(facts.applied, entity, 'update', 'updateOfficernd') +
    applied(facts.applied, entity, 'link', 'create') +
    applied(facts.applied, entity, 'unlink', 'unlink', ['U1', 'U3', 'U7', 'D1', 'X2']);
  return read('officerndRead', OFFICERND_PAGE) + writes;
}
