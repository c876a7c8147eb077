import { entities } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { ValueContext } from '../../domain/field-mapping';
import type { Observation } from '../../domain/observation';
import type { Link } from '../../domain/link';
import { listedText } from '../../domain/listed-effect';
import type { ListedEffect } from '../../domain/listed-effect';
import type { FieldChange } from '../../domain/operation';
import type { Review } from '../../domain/review';
import { noRulings, rulingsOf } from '../../domain/rulings';
import type { Rulings } from '../../domain/rulings';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { LeftReason } from '../../domain/undoing';
import { observe } from './model-observe';
import { contextOf, decisionsInForce } from './model-store';
import { mappingOf } from './model-mapping';
import type { Change } from './model-vendors';
import { readHubSpot } from './model-vendors';
import type { World } from './model-world';
import type { Policy } from './scenario';

/** One change at a vendor or in the program's store. */
export type Effect =
  | { readonly kind: 'write'; readonly side: Side; readonly entity: Entity; readonly id: string; readonly changes: Change }
  | { readonly kind: 'create'; readonly entity: Entity; readonly hubspotId: string; readonly values: Change }
  | { readonly kind: 'unlink'; readonly rule: 'U1' | 'U3' | 'U5' | 'U7' | 'D1' | 'X2'; readonly id: string }
  | { readonly kind: 'link'; readonly rule: string; readonly id: string }
  /** Bases, suppressions, conflicts: changes that are not visible outside. */
  | { readonly kind: 'note'; readonly what: string };

export interface RunOptions {
  /** The process dies after this many effects (A2). */
  readonly stopAfter?: number;
  /** The order of a listing, in which records are decided page by page. */
  readonly order?: (ids: readonly string[]) => readonly string[];
  readonly pageSize?: number;
  /** The ids that a truncated listing leaves out (U2). */
  readonly hidden?: ReadonlySet<string>;
  /** People's edits after everything has been read (M8). */
  readonly meanwhile?: (world: World) => void;
  /** A preview: no brake holds anything. */
  readonly isPreview?: true;
  /** The texts of the effects that the applied preview lists. Nothing else is done, and no brake holds anything. */
  readonly listed?: ReadonlySet<string>;
}

/** Thrown when the process is killed. */
export class Stopped extends Error {}

/** The state of a run in progress. */
export interface Run {
  readonly world: World;
  readonly policy: Policy;
  readonly mapping: TenantMapping;
  readonly context: ValueContext;
  readonly options: RunOptions;
  readonly now: string;
  /** This run's observations, by side, entity and id. */
  readonly seen: Readonly<Record<Side, Readonly<Record<Entity, Map<string, Observation>>>>>;
  readonly effects: Effect[];
  readonly reviews: Map<string, Review>;
  /** OfficeRnD records whose unlinking is held (U4), and HubSpot records whose creation is (L11). */
  readonly held: Set<string>;
  /** HubSpot records to create, of all entities, because the brake counts them together (L11). */
  readonly creations: string[];
  /** The effects that it has made, in the form in which a preview lists them. */
  readonly list: ListedEffect[];
  /** Records, by side and entity, whose link the applied preview does not list: they take no part in the rest of the run. */
  readonly unlisted: Set<string>;
  readonly drift: { readonly linkId: string; readonly change: FieldChange }[];
  /** The number of links written in each round. Links that never settle show here (M11). */
  readonly rounds: number[];
  readonly unsettled: string[];
  /** The writes of values, in their order (X1). */
  readonly journal: ValueWrite[];
  /** X3: the run that this one takes back. */
  readonly undoes: Run | null;
  /** Fields and links that were left as they are. */
  readonly left: { readonly linkId: string; readonly field: string | null; readonly why: LeftReason }[];
}

/** One side's write of a link, as the journal keeps it. */
export interface ValueWrite {
  readonly link: Link;
  readonly side: Side;
  readonly changes: readonly FieldChange[];
  /** The link id before; undefined where none was written. */
  readonly linkIdBefore?: string | null;
}

export function startRun(world: World, policy: Policy, options: RunOptions, now: string, undoes: Run | null = null): Run {
  const mapping = mappingOf(policy);
  const seenOf = () => ({ company: new Map(), member: new Map(), opportunity: new Map() });
  const run: Run = {
    world,
    policy,
    mapping,
    context: contextOf(mapping),
    options,
    now,
    seen: { officernd: seenOf(), hubspot: seenOf() },
    effects: [],
    reviews: new Map(),
    held: new Set(),
    creations: [],
    list: [],
    unlisted: new Set(),
    drift: [],
    rounds: [],
    unsettled: [],
    journal: [],
    undoes,
    left: [],
  };
  for (const entity of entities) for (const side of ['officernd', 'hubspot'] as const) list(run, side, entity);
  return run;
}

function list(run: Run, side: Side, entity: Entity): void {
  const table = run.world.vendors[side][entity];
  const ids = run.options.order?.([...table.keys()]) ?? [...table.keys()];
  for (const id of ids) {
    const record = table.get(id);
    if (record !== undefined && run.options.hidden?.has(id) !== true)
      run.seen[side][entity].set(id, observe(side, entity, record, run.mapping));
  }
}

/** Makes one effect, or throws `Stopped` if the process dies before it. */
export function effect<Result>(run: Run, what: Effect, act: () => Result): Result {
  if (run.effects.length === run.options.stopAfter) throw new Stopped();
  run.effects.push(what);
  return act();
}

/** D1: what people have decided, on the records as this run knows them. */
export function rulingsIn({ world, seen }: Run, entity: Entity): Rulings {
  const decisions = decisionsInForce(world.store, entity);
  if (decisions.length === 0) return noRulings;
  const survivors = [...seen.hubspot[entity].values()].flatMap(({ id, mergedIds }) => mergedIds.map((merged) => [merged, id] as const));
  return rulingsOf(entity, decisions, new Map(survivors));
}

export const hasBrakes = ({ options: { isPreview, listed } }: Run): boolean => isPreview !== true && listed === undefined;

/** Whether a run may make an effect: one that applies a preview makes those that it lists. */
export const isListed = ({ options: { listed } }: Run, one: ListedEffect): boolean => listed?.has(listedText(one)) ?? true;

/** The same for a link that is made or moved. Where it may not, its records are left alone. */
export function mayLink(run: Run, one: ListedEffect): boolean {
  if (isListed(run, one)) {
    run.list.push(one);
    return true;
  }
  run.unlisted.add(placeOf('officernd', one.entity, one.officerndId)).add(placeOf('hubspot', one.entity, one.hubspotId));
  return false;
}

export const placeOf = (side: Side, entity: Entity, id: string | null): string => `${side} ${entity} ${id ?? ''}`;

export const note = (run: Run, what: string, act: () => void): void => effect(run, { kind: 'note', what }, act);

export function openReview(run: Run, review: Review): void {
  run.reviews.set(review.id, review);
  run.world.store.reviews.set(review.id, review);
}

/** Reads one record again. The rest of the run uses the result. The id of a merged record gives its survivor (U3). */
export function readAgain(run: Run, side: Side, entity: Entity, id: string): Observation | null {
  const { vendors } = run.world;
  const record = side === 'hubspot' ? readHubSpot(vendors, entity, id) : (vendors.officernd[entity].get(id) ?? null);
  if (record === null) return null;
  const observation = observe(side, entity, record, run.mapping);
  run.seen[side][entity].set(record.id, observation);
  return observation;
}
