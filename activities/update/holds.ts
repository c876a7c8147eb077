import { erasuresNeedApproval, firstLinksNeedApproval } from '../../domain/brake';
import { listOf, NEW_LINKS, updateBrakeFact } from '../../domain/hints/braked-lists';
import type { JsonValue } from '../../domain/json';
import { hasEndedWell } from '../../domain/report';
import type { Link } from '../../domain/link';
import type { Operation } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';
import { brakeKey, erasedField, FIRST_LINK } from '../../domain/update-brake';
import type { BrakeCounts, BrakedEffect } from '../../domain/update-brake';
import { REJECTED } from '../../domain/verdict';
import type { Verdicts } from '../../domain/verdict';
import { approvedEffectsOf, heldOperation, verdictsOfPhase } from './held-effects';
import { effectHash } from '../../store/content-hash';
import { doneByHints } from '../slice/let-through';
import { changeOperation } from './listed-changes';
import type { SliceWork } from '../slice/run-slice';

/**
 * The effects that the brakes of phase 3 hold (M2, M6). The decision is a fact of the run, made before the entity's first write. So it is the
 * same in every slice, and survives a crash.
 */
export interface Holds {
  /**
   * Whether an effect is left undone. Its list is above the brake and nobody has approved it, or it waits for a person's word, or a person has
   * rejected it. A preview holds nothing, and leaves out what is rejected.
   */
  readonly isHeld: (link: Link, effect: BrakedEffect) => boolean;
  /** The lists that are above their brake. A preview names them, too. */
  readonly lists: () => readonly string[];
  /** Notes that the effects of these plans were counted before the first write. */
  readonly trust: (plans: readonly UpdatePlan[]) => void;
  /**
   * Counts effects that have come up since, such as an edit during the run (M8). Call it before they are written. Returns true when they
   * are too many, so that their list is held from now on: then the plans must be made anew.
   */
  readonly admit: (plans: readonly UpdatePlan[]) => Promise<boolean>;
  /** Stores the held effects of these plans as operations, for a person to approve. */
  readonly note: (plans: readonly UpdatePlan[]) => Promise<void>;
}

/** The run's decision for an entity: the links that each list counts, and the lists that are held. */
interface Verdict {
  readonly links: Readonly<Record<string, number>>;
  readonly newLinks: number;
  readonly held: readonly string[];
}

const factOf = ({ input }: SliceWork): string => updateBrakeFact(input.entity);

/**
 * Decides, before the first write, which lists are held. An earlier attempt's decision only gets stricter. If a run was allowed a list and
 * then broke off, the next one is allowed what is left of it (A2). That is a larger share of the fewer new links.
 */
export async function decideHolds(work: SliceWork, counts: BrakeCounts, verdicts: Verdicts): Promise<Holds> {
  const known = await loadVerdict(work, work.run.id);
  const grown = Object.entries(counts.links).filter(([key, links]) => links > (known?.links[key] ?? 0));
  const newLinks = Math.max(counts.newLinks, known?.newLinks ?? 0);
  const held = new Set(known?.held);
  const tooMany: typeof grown = [];
  for (const list of grown) if (await isTooMany(work, ...list, newLinks)) tooMany.push(list);
  const before = tooMany.length === 0 ? null : await verdictOfBrokenOff(work);
  for (const [key, links] of tooMany) if (before?.held.includes(key) !== false || links > (before.links[key] ?? 0)) held.add(key);
  const verdict = { links: { ...known?.links, ...Object.fromEntries(grown) }, newLinks, held: [...held].sort() };
  if (grown.length > 0) await saveVerdict(work, verdict);
  return createHolds(work, verdict, verdicts);
}

/** Loads the decision that an earlier step of the run has made. */
export const loadHolds = async (work: SliceWork): Promise<Holds> =>
  work.run.applies === undefined
    ? createHolds(work, (await loadVerdict(work, work.run.id)) ?? nothingHeld, await verdictsOfPhase(work))
    : unlistedHolds(work);

/** For steps in which no brake can be exceeded: only what people have said about single effects counts. */
export const heldByVerdicts = (work: SliceWork, verdicts: Verdicts): Holds | Promise<Holds> =>
  verdicts.rejected.size + verdicts.waiting.size === 0 ? noHolds : createHolds(work, nothingHeld, verdicts);

/** For counting: only what a person has rejected is left out. */
export const onlyRejected = ({ rejected }: Verdicts): Holds =>
  rejected.size === 0 ? noHolds : { ...noHolds, isHeld: (link, effect) => rejected.has(effectHash(heldOperation(link, effect))) };

const noHolds: Holds = { isHeld: () => false, lists: () => [], trust: () => {}, admit: async () => false, note: async () => {} };

/** No brake counts in a run that applies a preview: a person has seen the list. Other changes are noted, and shown as not listed. */
const unlistedHolds = ({ store, run }: SliceWork): Holds => ({
  ...noHolds,
  note: async (plans) => {
    const unlisted = plans.flatMap(({ link, unlisted: left }) => left.map(({ side, change }) => changeOperation(link, side, change)));
    if (unlisted.length > 0) await store.operations.plan(run.id, unlisted, 'held');
  },
});

const nothingHeld: Verdict = { links: {}, newLinks: 0, held: [] };

async function createHolds(work: SliceWork, before: Verdict, { rejected, waiting }: Verdicts): Promise<Holds> {
  const { run, store } = work;
  let { newLinks } = before;
  const links = new Map(Object.entries(before.links));
  const held = new Set(before.held);
  const isPreview = run.mode === 'preview';
  const approvedFor = (lists: readonly string[]) => approvedEffectsOf(work, lists, { isAnyWaiting: waiting.size > 0 });
  let approved = await approvedFor(before.held);
  const isLeft = (key: string, hash: string): boolean =>
    rejected.has(hash) || (!isPreview && (held.has(key) || waiting.has(hash)) && !approved.has(hash));
  const counted = new Set<string>();
  const noted = new Set<string>();

  return {
    // Most runs have neither, and hash nothing.
    isHeld: (link, effect) =>
      (held.has(brakeKey(effect)) || rejected.size + waiting.size > 0) && isLeft(brakeKey(effect), effectHash(heldOperation(link, effect))),
    lists: () => [...held],
    trust: (plans) => plans.forEach((plan) => entriesOf(plan).forEach(({ entry }) => counted.add(entry))),
    admit: async (plans) => {
      const late = plans.flatMap(entriesOf).filter(({ entry }) => !counted.has(entry));
      if (late.length === 0) return false;
      for (const { entry, key } of late) {
        if (!counted.has(entry)) links.set(key, (links.get(key) ?? 0) + 1);
        counted.add(entry);
      }
      if (late.some(({ key }) => key === FIRST_LINK)) newLinks = Math.max(newLinks, links.get(FIRST_LINK) ?? 0);
      const open = [...new Set(late.map(({ key }) => key))].filter((key) => !held.has(key));
      const closed: string[] = [];
      for (const key of open) if (await isTooMany(work, key, links.get(key) ?? 0, newLinks)) closed.push(key);
      for (const key of closed) held.add(key);
      await saveVerdict(work, { links: Object.fromEntries(links), newLinks, held: [...held].sort() });
      if (closed.length > 0) approved = await approvedFor([...held]);
      return closed.length > 0;
    },
    note: async (plans) => {
      const operations = plans
        .flatMap((plan) => plan.held.map((effect) => heldOperation(plan.link, effect)))
        .filter(({ id }) => !noted.has(id));
      if (operations.length === 0) return;
      const hashed = operations.map((operation) => ({ operation, hash: effectHash(operation) }));
      const left = hashed.filter(({ hash }) => rejected.has(hash));
      const kept = hashed.filter(({ hash }) => !rejected.has(hash));
      if (kept.length > 0) await store.operations.plan(run.id, kept.map(operationIn), 'held');
      if (left.length > 0) await store.operations.plan(run.id, left.map(operationIn), 'failed', REJECTED);
      const decided = hashed.filter(({ hash }) => rejected.has(hash) || waiting.has(hash));
      await store.verdicts.seen(
        run.id,
        decided.map(({ hash }) => hash),
      );
      for (const { id } of operations) noted.add(id);
    },
  };
}

const operationIn = ({ operation }: { readonly operation: Operation }): Operation => operation;

/** The lists that each link of a plan counts in, each once. `entry` names the link in the list. */
const entriesOf = ({ link, braked }: UpdatePlan): readonly { readonly key: string; readonly entry: string }[] =>
  [...new Set(braked.map(brakeKey))].map((key) => ({ key, entry: `${link.id} ${key}` }));

async function isTooMany(work: SliceWork, key: string, ofRun: number, newOfRun: number): Promise<boolean> {
  const { store, mapping, input } = work;
  const done = await doneByHints(work);
  const links = ofRun + done(listOf(input.entity, key));
  const newLinks = newOfRun + done(listOf(input.entity, NEW_LINKS));
  const erased = erasedField(key);
  if (erased === null) return firstLinksNeedApproval(links, newLinks, mapping.brakes);
  // The share counts only where the number alone is exceeded.
  if (!erasuresNeedApproval(links, 0, mapping.brakes)) return false;
  return erasuresNeedApproval(links, await store.snapshots.countHolding(input.entity, erased.side, erased.field), mapping.brakes);
}

/** The decision of the run before this one, if that has not come to its end. */
async function verdictOfBrokenOff(work: SliceWork): Promise<Verdict | null> {
  const before = (await work.store.runs.list(2)).find(({ id }) => id !== work.run.id);
  return before === undefined || hasEndedWell(before.state) ? null : loadVerdict(work, before.id);
}

async function loadVerdict(work: SliceWork, runId: string): Promise<Verdict | null> {
  const stored = (await work.store.runs.facts(runId))[factOf(work)];
  if (stored === undefined) return null;
  const { links = null, newLinks, held } = entriesIn(stored);
  return {
    links: Object.fromEntries(
      Object.entries(entriesIn(links)).flatMap(([key, count]) => (typeof count === 'number' ? [[key, count] as const] : [])),
    ),
    newLinks: typeof newLinks === 'number' ? newLinks : 0,
    held: Array.isArray(held) ? held.filter((key) => typeof key === 'string') : [],
  };
}

const entriesIn = (stored: JsonValue): Readonly<Record<string, JsonValue>> =>
  typeof stored === 'object' && stored !== null ? Object.fromEntries(Object.entries(stored)) : {};

/** Stored before the writes that it allows. An attempt that has been taken over may not store an older one. */
async function saveVerdict(work: SliceWork, { links, newLinks, held }: Verdict): Promise<void> {
  await work.assertOwner();
  await work.store.runs.setFact(work.run.id, factOf(work), { links, newLinks, held } satisfies JsonValue);
}
