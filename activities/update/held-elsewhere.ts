import type { Canonical } from '../../domain/values';
import { canonical, normaliseEmail, rawOf } from '../../domain/values';
import { inOrderOfRelease } from '../../domain/order-of-release';
import type { Exchange } from '../../domain/order-of-release';
import { hasWrites } from '../../domain/plan-update';
import { sides } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import { hashOf } from '../../store/content-hash';
import type { Failure, StoredFailure } from '../../store/failures';
import type { SliceWork } from '../slice/run-slice';
import { loadOpenAmong, loadStates, noteUnwritten, plansOf } from './compare';
import type { Planned } from './compare';
import type { Holds } from './holds';
import type { LinkState } from './link-state';
import { sourceValue } from './refusal';
import { writeLinks } from './write';

/** Failures that are looked at in one step. Few enough that a slice ends in time even where few writes a minute are allowed. */
const PAGE = 100;

/**
 * M10: at the end of the phase, tries values once more that were refused because another record holds them. Those are the values that were
 * refused in this run, and earlier ones whose holder has changed. Returns where to go on, null at the end.
 */
export async function tryHeldElsewhere(work: SliceWork, holds: Holds, after: string | null): Promise<string | null> {
  const { store, run, input } = work;
  const { items, next } = await store.failures.pageHeldElsewhere(input.entity, 'update', { after, limit: PAGE });
  const tried = new Set<string>();
  for (;;) {
    const now = await hashesNow(work, items);
    const isChanged = (failure: StoredFailure): boolean =>
      failure.heldElsewhere !== undefined && (failure.lastRun === run.id || failure.heldElsewhere.hash !== now.get(nameOf(failure)));
    const due = new Set(items.filter((failure) => isChanged(failure) && !tried.has(nameOf(failure))).map(nameOf));
    if (due.size === 0) return next;
    await tryAgain(work, holds, due, items);
    // A write may have let go of a value that another failure waits for, so the rest is looked at again. Each gets one try.
    for (const name of due) tried.add(name);
  }
}

async function tryAgain(work: SliceWork, holds: Holds, due: ReadonlySet<string>, failures: readonly StoredFailure[]): Promise<void> {
  const isDue = (failure: StoredFailure): boolean => due.has(nameOf(failure));
  const ids = [...new Set(failures.filter(isDue).map(({ subject }) => subject))];
  const page = await loadOpenAmong(work, ids, isDue);
  const plans = plansOf(work, page, holds);
  await noteUnwritten(work, { plans, past: page.past });
  const wanted = plans.filter(({ state, plan }) => hasWrites(plan) && !page.past.isParked(state));
  for (const group of inOrder(work, wanted)) await writeLinks(work, group, holds, { again: isDue });
  await noteHolders(work, ids);
}

const nameOf = ({ subject, field }: Pick<Failure, 'subject' | 'field'>): string => `${subject} ${field ?? ''}`;

/** Groups of links, each of which takes over what the groups before it have let go of. */
function inOrder(work: SliceWork, wanted: readonly Planned[]): readonly (readonly Planned[])[] {
  const byId = new Map(wanted.map((one) => [one.state.link.id, one]));
  return inOrderOfRelease(wanted.map((one) => exchangeOf(work, one))).map((group) => group.flatMap(({ id }) => byId.get(id) ?? []));
}

function exchangeOf(work: SliceWork, { state, plan }: Planned): Exchange {
  const written = plan.changes.flatMap(({ field, action }) => (action === 'drift' ? [] : [{ field, side: sideOf[action] }]));
  return {
    id: state.link.id,
    takes: written.map(({ field, side }) => `${side} ${field} ${sourceValue(work, state, side, field) ?? ''}`),
    releases: written.map(({ field, side }) => `${side} ${field} ${ownValue(work, state, side, field) ?? ''}`),
  };
}

const sideOf = { writeOfficernd: 'officernd', writeHubspot: 'hubspot' } as const;

function ownValue(work: SliceWork, state: LinkState, side: Side, key: string): Canonical {
  const field = work.fields.find((one) => one.key === key);
  return field === undefined ? null : canonical(field, side, rawOf(field, side, state[side].values), work.context);
}

/** Notes which records hold the values that are still refused, and what they hold. Nothing is tried again before that changes. */
async function noteHolders(work: SliceWork, ids: readonly string[]): Promise<void> {
  const { store, input } = work;
  const left = (await store.failures.bySubjects(input.entity, 'update', ids)).filter(({ heldElsewhere }) => heldElsewhere !== undefined);
  if (left.length === 0) return;
  const states = new Map((await loadStates(work, await store.comparisons.openAmong(input.entity, ids))).map((one) => [one.link.id, one]));
  const found: Failure[] = [];
  for (const { heldElsewhere: _before, ...failure } of left) {
    const state = states.get(failure.subject);
    if (state === undefined) continue;
    found.push({ ...failure, heldElsewhere: { ids: await holdersOf(work, state, failure), hash: null } });
  }
  const now = await hashesNow(work, found);
  await store.failures.restate(
    found.map((failure) => ({
      ...failure,
      heldElsewhere: { ids: failure.heldElsewhere?.ids ?? [], hash: now.get(nameOf(failure)) ?? null },
    })),
  );
}

/** The records that hold a refused value, where it is one by which records are found. Else nothing is known, and the list is empty. */
async function holdersOf(work: SliceWork, state: LinkState, { side, field: key }: Failure): Promise<readonly string[]> {
  const field = work.fields.find((one) => one.key === key);
  if (side === undefined || field === undefined || !isMemberEmail(field)) return [];
  const value = sourceValue(work, state, side, field.key);
  const email = typeof value === 'string' ? normaliseEmail(value) : null;
  if (email === null) return [];
  const found = await work.store.observations.byKeys(work.run.generation, side, work.input.entity, 'email', [email]);
  return found.flatMap(({ id }) => (id === state[side].id ? [] : [id])).sort();
}

const isMemberEmail = ({ entity, officernd }: FieldMapping): boolean => entity === 'member' && officernd === 'email';

/** By failure: a hash of what the holders of its value hold now. Where they are not known, of all records of that side and entity. */
async function hashesNow(work: SliceWork, failures: readonly Failure[]): Promise<ReadonlyMap<string, string>> {
  const { store, run, input } = work;
  const hashes = new Map<string, string>();
  const ofSide = (side: Side) => failures.flatMap((one) => (one.side === side && one.heldElsewhere !== undefined ? [one] : []));
  const isUnknown = ({ heldElsewhere }: Failure): boolean => heldElsewhere?.ids.length === 0;
  const contents = failures.some(isUnknown) ? await store.observations.contents(run.generation, [input.entity]) : [];
  for (const side of sides) {
    const ids = ofSide(side).flatMap(({ heldElsewhere }) => heldElsewhere?.ids ?? []);
    const held = await store.observations.hashesByIds(run.generation, side, input.entity, ids);
    const all = contents.find((one) => one.side === side);
    for (const failure of ofSide(side)) {
      const known = (failure.heldElsewhere?.ids ?? []).map((id) => [id, held.get(id) ?? null]);
      hashes.set(nameOf(failure), hashOf(isUnknown(failure) ? [all?.records, all?.hash] : known));
    }
  }
  return hashes;
}
