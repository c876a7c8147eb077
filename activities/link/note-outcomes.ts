import { chunksOf } from '../../domain/chunks';
import { isDone } from '../../domain/decision';
import type { Decision, DecisionOutcome, Obstacle } from '../../domain/decision';
import { resultOf, sameResult } from '../../domain/decision-outcome';
import type { DecisionFacts } from '../../domain/decision-outcome';
import { sides } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import type { Review } from '../../domain/review';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { loadRulings } from '../../store/load-rulings';
import type { SliceWork } from '../slice/run-slice';
import type { CreateDecision } from './creation';

const PAGE = 500;

/** D1: notes why records that people want created are not, where the plan says it. The end of the run keeps this. */
export async function noteNotCreated(
  work: SliceWork,
  planned: readonly CreateDecision[],
  unlinked: readonly Observation[],
  reviews: readonly Review[],
): Promise<void> {
  const { creations } = await work.rulings();
  if (creations.size === 0) return;
  const plans = new Map(planned.map(({ observation, plan }) => [observation.id, plan]));
  const why = (id: HubSpotId): readonly [Obstacle, ...string[]] | null => {
    const plan = plans.get(id);
    if (plan?.kind === 'skip') return ['refused', plan.reason];
    const taken = reviews.filter(({ rule, hubspotIds }) => rule === 'L2' && hubspotIds.includes(id));
    if (taken.length > 0) return ['already-there', ...new Set(taken.flatMap(({ officerndIds }) => officerndIds))];
    return plan === undefined ? ['not-done'] : null;
  };
  const outcomes = new Map<string, DecisionOutcome>();
  for (const { id } of unlinked) {
    const decision = creations.get(id);
    const [obstacle, ...about] = decision === undefined ? [] : (why(id) ?? []);
    if (decision === undefined || obstacle === undefined) continue;
    outcomes.set(decision.id, { run: work.run.id, at: work.now(), result: { state: 'blocked', obstacle, about } });
  }
  await work.store.decisions.note(outcomes);
}

/** D1: notes at the end of a run what has become of each decision. Only changes are stored. */
export async function noteOutcomes(store: TenantStore, run: Run, now: Date): Promise<void> {
  if (run.decided !== true) return;
  for (const entity of run.entities) {
    const decisions = await store.decisions.inForce(entity);
    if (decisions.length === 0) continue;
    const facts = await factsOf(store, run, entity, decisions);
    const outcomes = decisions.flatMap((decision): readonly (readonly [string, DecisionOutcome])[] => {
      const result = resultOf(decision, facts.of(decision));
      return sameResult(result, decision.outcome?.result) ? [] : [[decision.id, { run: run.id, at: now, result }]];
    });
    await store.decisions.note(new Map(outcomes));
  }
}

async function factsOf(
  store: TenantStore,
  run: Run,
  entity: Entity,
  decisions: readonly Decision[],
): Promise<{ readonly of: (decision: Decision) => DecisionFacts }> {
  const { overruled, presentId } = await loadRulings(store, run.generation, entity);
  const named = (side: Side): readonly string[] => [
    ...new Set(decisions.flatMap((decision) => idsOf(decision, side)).map((id) => (side === 'hubspot' ? presentId(id) : id))),
  ];
  const links = { officernd: new Map<string, Link>(), hubspot: new Map<string, Link>() };
  const there = { officernd: new Set<string>(), hubspot: new Set<string>() };
  for (const side of sides) {
    for (const ids of chunksOf(named(side), PAGE)) {
      const [found, live] = await Promise.all([
        side === 'hubspot' ? store.links.activeByHubSpotIds(entity, ids) : store.links.activeByOfficerndIds(entity, ids),
        store.observations.liveAmong(run.generation, side, entity, ids),
      ]);
      for (const [id, link] of found) links[side].set(id, link);
      for (const id of live) there[side].add(id);
    }
  }
  const wanted = decisions.flatMap((decision) =>
    decision.verdict.kind === 'create' && !isDone(decision) ? [presentId(decision.verdict.hubspotId)] : [],
  );
  const creations = await creationsOf(store, run, entity, wanted);
  return {
    of: (decision) => ({
      overruledBy: overruled.get(decision.id) ?? null,
      linkOf: (side, id) => links[side].get(id),
      isThere: (side, id) => there[side].has(id),
      present: presentId,
      creation: (id) => creations.get(id) ?? notedBy(run, decision),
    }),
  };
}

function idsOf({ verdict }: Decision, side: Side): readonly string[] {
  if (verdict.kind === 'ignore') return verdict.side === side ? [verdict.id] : [];
  if (side === 'hubspot') return [verdict.hubspotId];
  return verdict.kind === 'create' ? [] : [verdict.officerndId];
}

type Why = { readonly obstacle: Obstacle; readonly about: readonly string[] };

/** The reason that this run has noted when it planned creations. */
function notedBy(run: Run, { outcome }: Decision): Why | null {
  return outcome?.run === run.id && outcome.result.state === 'blocked' ? outcome.result : null;
}

/** Why records are not created yet: a brake, an outcome that is not known (L12), or a refusal (L6). */
async function creationsOf(store: TenantStore, run: Run, entity: Entity, ids: readonly HubSpotId[]): Promise<ReadonlyMap<HubSpotId, Why>> {
  const found = new Map<HubSpotId, Why>();
  for (const some of chunksOf(ids, PAGE)) {
    const [failures, unfinished, held] = await Promise.all([
      store.failures.bySubjects(entity, 'link', some),
      store.operations.unfinishedCreates(entity, some),
      store.operations.page(
        run.id,
        { phase: 'link', entity, kinds: ['create'], state: 'held', hubspotIds: some },
        { after: null, limit: PAGE },
      ),
    ]);
    for (const { subject, reason } of failures) found.set(subject, { obstacle: 'refused', about: [reason] });
    for (const { hubspotId } of unfinished) if (hubspotId !== null) found.set(hubspotId, { obstacle: 'pending', about: [] });
    for (const { hubspotId } of held.items) if (hubspotId !== null) found.set(hubspotId, { obstacle: 'held', about: [] });
  }
  return found;
}
