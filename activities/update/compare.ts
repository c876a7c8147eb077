import type { Link } from '../../domain/link';
import type { Side } from '../../domain/entity';
import type { FieldChange } from '../../domain/operation';
import { hasWrites, planUpdate } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import type { UpdateInput } from '../../domain/update-input';
import type { Compared, OpenLink } from '../../store/comparisons';
import type { ConflictRecord } from '../../store/conflicts';
import { observationHash } from '../../store/content-hash';
import type { PageRequest } from '../../store/paging';
import type { StoredOperation } from '../../store/operations';
import type { Holds } from './holds';
import { listedChanges } from './listed-changes';
import { loadPastFailures } from './past-failures';
import type { PastFailures, TriedAgain } from './past-failures';
import { noteSettled } from './settled';
import type { LinkState } from './link-state';
import { tooLong } from './refusal';
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
  /** Whether the plans take something back. They say nothing about the links' other fields. */
  readonly takesBack?: boolean;
}

/** Open links with the two records of each as this run has seen them, and their earlier failures. */
export interface OpenPage {
  /** The last of the links, null at the end. */
  readonly next: string | null;
  /** How many links are open, with both records or not. */
  readonly size: number;
  /** Without links of which a record is missing: phase 1 deals with those. */
  readonly states: readonly LinkState[];
  readonly past: PastFailures;
}

/** Loads the next links that are not settled. Returns null if there are none, as in most runs. */
export async function loadOpenPage(work: SliceWork, request: PageRequest): Promise<OpenPage | null> {
  const { items, next } = await work.store.comparisons.pageOpen(work.input.entity, request);
  return items.length === 0 ? null : loadPage(work, items, next);
}

/** Loads these open links. `again` names the refused values that are tried once more (M10). */
export const loadOpenAmong = async (work: SliceWork, ids: readonly string[], again: TriedAgain): Promise<OpenPage> =>
  loadPage(work, await work.store.comparisons.openAmong(work.input.entity, ids), null, again);

async function loadPage(work: SliceWork, items: readonly OpenLink[], next: string | null, again?: TriedAgain): Promise<OpenPage> {
  const states = await loadStates(work, items);
  const past = await loadPastFailures(
    work,
    states.map(({ link }) => link.id),
    again,
  );
  return { next, size: items.length, states, past };
}

/** Plans the links of a page. */
export const plansOf = (work: SliceWork, { states, past }: OpenPage, holds: Holds): readonly Planned[] =>
  states.map((state) => ({ state, plan: planOf(work, state, { past, holds }) }));

/** The records of links as this run has seen them. Leaves out links of which a record is missing. */
export async function loadStates(work: SliceWork, links: readonly OpenLink[]): Promise<readonly LinkState[]> {
  const { store, run, input } = work;
  const [rulings, officernd, hubspot, snapshots, isListed] = await Promise.all([
    work.rulings(),
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
    run.applies === undefined ? null : listedChanges(work, links),
  ]);
  return links.flatMap((link): readonly LinkState[] => {
    const [o, h] = [officernd.get(link.officerndId), hubspot.get(link.hubspotId)];
    if (o === undefined || h === undefined) return [];
    const prefers = rulings.prefers(link.officerndId, link.hubspotId);
    const state = { link, officernd: o, hubspot: h, snapshot: snapshots.get(link.id) ?? {}, prefers };
    return [isListed === null ? state : { ...state, isListed: (side, change) => isListed(link, side, change) }];
  });
}

/**
 * Returns the links that may be noted as settled: with nothing to write, nothing held or to report again, and no failure. Their hashes are those of
 * what was compared, which must be what is stored.
 */
export const settleable = ({ plans, past }: ComparedLinks): readonly Compared[] =>
  plans
    .filter(({ state, plan }) => !hasWrites(plan) && !leavesSomething(plan) && !past.hasFailed(state.link))
    .map(({ state: { link, officernd, hubspot } }) => ({
      link,
      hashes: { officernd: observationHash(officernd), hubspot: observationHash(hubspot) },
    }));

const leavesSomething = ({ changes, held, unlisted }: UpdatePlan): boolean => changes.length + held.length + unlisted.length > 0;

/** Settles links that were read again or written, by what is stored of them now. */
export async function settleTouched(work: SliceWork, linkIds: readonly string[], judged: Judged): Promise<void> {
  const states = await loadStates(work, await work.store.comparisons.openAmong(work.input.entity, linkIds));
  await judged.past.seal(states);
  const plans = states.map((state) => ({ state, plan: planOf(work, state, judged) })).filter(({ plan }) => !plan.snapshotChanged);
  await noteSettled(work, settleable({ plans, past: judged.past }));
}

/**
 * Completes links without anything to write. Agreements become bases (M1), and differences that stay are reported. Writes that a crash left
 * unnoted are noted, and failures that are over are forgotten.
 */
export async function noteUnwritten(work: SliceWork, { plans, past, takesBack = false }: ComparedLinks): Promise<void> {
  const { store, input } = work;
  const unwrittenLinks = plans.filter(({ plan }) => !hasWrites(plan));
  const unwritten = unwrittenLinks.map(({ plan }) => plan);
  const changed = unwritten.filter(({ snapshotChanged }) => snapshotChanged);
  await store.snapshots.save(new Map(changed.map(({ link, snapshot }) => [link.id, snapshot])), input.entity);
  await store.conflicts.record(
    unwritten.flatMap(({ link, changes }) =>
      changes.filter(({ action }) => action === 'drift').map((change) => conflictOf(work, link, 'drift', change)),
    ),
  );
  await noteLeft(work, unwritten);
  if (!takesBack) await past.forgetSettled(unwritten.filter(({ unlisted }) => unlisted.length === 0));
  await past.note(unwrittenLinks.flatMap(({ state }) => tooLong(work, state)));
}

/**
 * Notes operations of an attempt that died between a write and its note. Nothing is left to write for them, neither a value nor the link id
 * (L14).
 */
async function noteLeft({ store, run, input }: SliceWork, plans: readonly UpdatePlan[]): Promise<void> {
  if (plans.length === 0) return;
  const hubspotIds = plans.map(({ link }) => link.hubspotId);
  // A change that is not written since it is another one by now was not written by the attempt that died.
  const unlisted = new Set(plans.flatMap((plan) => plan.unlisted.map(({ side, change }) => unwrittenName(plan.link, side, change))));
  const left = await store.operations.page(
    run.id,
    { phase: 'update', entity: input.entity, state: 'planned', hubspotIds },
    { after: null, limit: 2 * hubspotIds.length },
  );
  const isWritten = ({ kind, hubspotId, fields }: StoredOperation): boolean =>
    !fields.some((change) => unlisted.has(unwrittenName({ hubspotId }, kind === 'updateOfficernd' ? 'officernd' : 'hubspot', change)));
  await store.operations.setState(
    run.id,
    left.items.filter(isWritten).map(({ id }) => id),
    'applied',
  );
}

const unwrittenName = ({ hubspotId }: { readonly hubspotId: string | null }, side: Side, { field }: FieldChange): string =>
  `${hubspotId ?? ''} ${side} ${field}`;

/** A plan depends on these beside the values. */
export interface Judged {
  readonly past: PastFailures;
  readonly holds: Holds;
  /** Plans what is taken back (X1, D2). @default planUpdate, a sync's plan */
  readonly planner?: (input: UpdateInput) => UpdatePlan;
}

/**
 * Plans links that are about to be written, as they are known now. Effects that have come up since the count before the first write are
 * counted, too (M2, M6).
 */
export async function planAfresh(work: SliceWork, states: readonly LinkState[], judged: Judged): Promise<readonly Planned[]> {
  const plan = (): readonly Planned[] => states.map((state) => ({ state, plan: planOf(work, state, judged) }));
  const plans = plan();
  return (await judged.holds.admit(plans.map((one) => one.plan))) ? plan() : plans;
}

/** Plans the update of one link as it is known now. Of a link whose refused field is looked for, it plans the part whose turn it is. */
export function planOf(work: SliceWork, state: LinkState, { past, holds, planner = planUpdate }: Judged): UpdatePlan {
  for (;;) {
    const plan = planner({
      ...inputOf(work, state),
      wasRefused: (side, field, value) => past.wasRefused(state, side, field, value),
      isHeld: (effect) => holds.isHeld(state.link, effect),
    });
    if (!past.searches.passOver(plan)) return plan;
  }
}

/** The input of a link's plan, apart from refusals and brakes. */
export const inputOf = (work: SliceWork, state: LinkState): Omit<UpdateInput, 'wasRefused' | 'isHeld'> => ({
  ...state,
  fields: work.fields,
  context: work.context,
  portalId: work.mapping.portalId,
  formerPortals: work.mapping.formerPortals ?? [],
  showsLinks: work.mapping.showsLinks ?? true,
  pipelineId: work.mapping.pipelineId,
  unreadPaths: work.unreadPaths,
});

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
