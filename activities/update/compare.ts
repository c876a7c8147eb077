import type { Link } from '../../domain/link';
import { hasWrites, planUpdate } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import type { Compared, OpenLink } from '../../store/comparisons';
import type { ConflictRecord } from '../../store/conflicts';
import { observationHash } from '../../store/content-hash';
import { loadPastFailures } from './past-failures';
import type { PastFailures, TriedAgain } from './past-failures';
import { noteSettled } from './settled';
import type { LinkState } from './link-state';
import type { SliceWork } from '../slice/run-slice';

/** A link with its two records, and what is to be done about it. */
export interface Planned {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
}

/** Links that have been compared, and their earlier failures. */
interface ComparedLinks {
  readonly plans: readonly Planned[];
  readonly past: PastFailures;
}

/**
 * Compares the two records of each link as this run has seen them. Leaves out links of which a record is missing: phase 1 deals with those.
 */
export async function compareLinks(work: SliceWork, links: readonly OpenLink[], again?: TriedAgain): Promise<ComparedLinks> {
  const states = await loadStates(work, links);
  const past = await loadPastFailures(
    work,
    states.map(({ link }) => link.id),
    again,
  );
  return { plans: states.map((state) => ({ state, plan: planOf(work, state, past) })), past };
}

/** The records of links as this run has seen them. Leaves out links of which a record is missing. */
export async function loadStates(work: SliceWork, links: readonly OpenLink[]): Promise<readonly LinkState[]> {
  const { store, run, input } = work;
  const [officernd, hubspot, snapshots] = await Promise.all([
    store.observations.byIds(
      run.generation,
      'officernd',
      input.entity,
      links.map((link) => link.officerndId),
    ),
    store.observations.byIds(
      run.generation,
      'hubspot',
      input.entity,
      links.map((link) => link.hubspotId),
    ),
    store.snapshots.byLinkIds(links.map(({ id }) => id)),
  ]);
  return links.flatMap((link) => {
    const [o, h] = [officernd.get(link.officerndId), hubspot.get(link.hubspotId)];
    return o === undefined || h === undefined ? [] : [{ link, officernd: o, hubspot: h, snapshot: snapshots.get(link.id) ?? {} }];
  });
}

/**
 * Returns the links that may be noted as settled: with nothing to write, nothing to report again, and no failure. Their hashes are those of
 * what was compared, which must be what is stored.
 */
export const settleable = ({ plans, past }: ComparedLinks): readonly Compared[] =>
  plans
    .filter(({ state, plan }) => !hasWrites(plan) && plan.changes.length === 0 && !past.hasFailed(state.link))
    .map(({ state: { link, officernd, hubspot } }) => ({
      link,
      hashes: { officernd: observationHash(officernd), hubspot: observationHash(hubspot) },
    }));

/** Settles links that were read again or written, by what is stored of them now. */
export async function settleTouched(work: SliceWork, linkIds: readonly string[], past: PastFailures): Promise<void> {
  const states = await loadStates(work, await work.store.comparisons.openAmong(work.input.entity, linkIds));
  await past.seal(states);
  const plans = states.map((state) => ({ state, plan: planOf(work, state, past) })).filter(({ plan }) => !plan.snapshotChanged);
  await noteSettled(work, settleable({ plans, past }));
}

/**
 * Completes links without anything to write. Agreements become bases (M1), and differences that stay are reported. Writes that a crash left
 * unnoted are noted, and failures that are over are forgotten.
 */
export async function noteUnwritten(work: SliceWork, { plans, past }: ComparedLinks): Promise<void> {
  const { store, input } = work;
  const unwritten = plans.filter(({ plan }) => !hasWrites(plan)).map(({ plan }) => plan);
  const changed = unwritten.filter(({ snapshotChanged }) => snapshotChanged);
  await store.snapshots.save(new Map(changed.map(({ link, snapshot }) => [link.id, snapshot])), input.entity);
  await store.conflicts.record(
    unwritten.flatMap(({ link, changes }) =>
      changes.filter(({ action }) => action === 'drift').map((change) => conflictOf(work, link, 'drift', change)),
    ),
  );
  await noteLeft(
    work,
    unwritten.map(({ link }) => link.hubspotId),
  );
  await past.forgetSettled(unwritten);
}

/**
 * Notes operations of an attempt that died between a write and its note. Nothing is left to write for them, neither a value nor the link id
 * (L14).
 */
async function noteLeft({ store, run, input }: SliceWork, hubspotIds: readonly string[]): Promise<void> {
  if (hubspotIds.length === 0) return;
  const left = await store.operations.page(
    run.id,
    { phase: 'update', entity: input.entity, state: 'planned', hubspotIds },
    { after: null, limit: 2 * hubspotIds.length },
  );
  await store.operations.setState(
    run.id,
    left.items.map(({ id }) => id),
    'applied',
  );
}

/** Plans the update of one link as it is known now. Of a link whose refused field is looked for, it plans the part whose turn it is. */
export function planOf(work: SliceWork, state: LinkState, past: PastFailures): UpdatePlan {
  for (;;) {
    const plan = planUpdate({
      ...state,
      fields: work.fields,
      context: work.context,
      portalId: work.mapping.portalId,
      formerPortals: work.mapping.formerPortals ?? [],
      showsLinks: work.mapping.showsLinks ?? true,
      pipelineId: work.mapping.pipelineId,
      unreadPaths: work.unreadPaths,
      wasRefused: (side, field, value) => past.wasRefused(state, side, field, value),
    });
    if (!past.searches.passOver(plan)) return plan;
  }
}

/** Builds the stored form of a conflict, of a value that gave way at the first link, or of drift (A3). */
export const conflictOf = (
  work: SliceWork,
  link: Link,
  kind: ConflictRecord['kind'],
  change: UpdatePlan['changes'][number],
): ConflictRecord => ({
  kind,
  run: work.run.id,
  entity: link.entity,
  linkId: link.id,
  officerndId: link.officerndId,
  hubspotId: link.hubspotId,
  field: change.field,
  rule: change.rule,
  base: change.base,
  officernd: change.officernd,
  hubspot: change.hubspot,
  at: work.now(),
});
