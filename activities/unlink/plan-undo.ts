import { LINK_PATH, linkIdOf } from '../../domain/ids';
import { pairId } from '../../domain/link';
import type { LinkHistory } from '../../domain/link';
import type { FieldChange, Operation } from '../../domain/operation';
import { decideLinkUndo, linkIdBefore } from '../../domain/undo-links';
import type { LinkUndo } from '../../domain/undo-links';
import { isTakeBack, leftAs } from '../../domain/undoing';
import type { LeftReason, UndoneRun } from '../../domain/undoing';
import type { StoredOperation } from '../../store/operations';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import { readHubSpot, readOfficernd } from '../observe/records';
import { createRecordCalls } from '../slice/calls-per-record';
import { nextPart, readPart } from '../slice/cursor';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { ofRecord } from '../slice/undone-records';

/** OfficeRnD records are read one by one, so a small limit must allow this many. */
const PAGE = 20;
/** Newest first: phase 2 came after phase 1. */
const parts = ['link', 'unlink'] as const;
const kindsOf = { link: ['link', 'create'], unlink: ['link', 'unlink', 'relink'] } as const;

/** X2: plans to take back what a run did to links. `journal` is the tenant's store: a preview's own has no journal of earlier runs. */
export async function planUndoneLinksStep(work: SliceWork, cursor: string | null, journal: TenantStore): Promise<StepResult> {
  const { undoes } = work.run;
  if (undoes === undefined || isTakeBack(undoes) || undoes.field !== undefined) return { cursor: null, counters: {} };
  const { part, after } = readPart(cursor, parts);
  const filter = { phase: part, entity: work.input.entity, state: 'applied', kinds: kindsOf[part], ...ofRecord(undoes.id) } as const;
  const { items, next } = await journal.operations.page(undoes.run, filter, { after, limit: PAGE });
  const found = await Promise.all(items.map((operation) => linkOf(work, operation, undoes)));
  const decided = await decide(work, undoes, found, journal);
  await work.store.operations.plan(
    work.run.id,
    decided.flatMap(({ planned }) => planned ?? []),
  );
  for (const { left } of decided) if (left !== undefined) await work.store.operations.leave(work.run.id, [left.operation], left.why);
  return { cursor: nextPart(part, next, parts), counters: { checked: items.length } };
}

/** An operation of the undone run, with the records and the link that it is about as they are now. */
interface Found {
  readonly source: StoredOperation;
  readonly officerndId: string | null;
  readonly hubspotId: string;
  readonly link: LinkHistory | undefined;
}

/** The journal of a creation does not name the record that came of it. Its link does. */
async function linkOf({ store, input }: SliceWork, source: StoredOperation, undoes: UndoneRun): Promise<Found> {
  const { entity } = input;
  const { officerndId } = source;
  const hubspotId = source.hubspotId ?? '';
  if (officerndId !== null) {
    const id = pairId(entity, officerndId, hubspotId);
    return { source, officerndId, hubspotId, link: (await store.links.byIds([id])).get(id) };
  }
  const [active, retired] = await Promise.all([
    store.links.activeByHubSpotIds(entity, [hubspotId]),
    store.links.retiredOf(entity, { officerndIds: [], hubspotIds: [hubspotId] }),
  ]);
  const ids = [...active.values(), ...retired].map(({ id }) => id);
  const link = [...(await store.links.byIds(ids)).values()].find(({ linkedRun }) => linkedRun === undoes.run);
  return { source, officerndId: link?.officerndId ?? null, hubspotId, link };
}

interface Decided {
  readonly planned?: Operation;
  readonly left?: { readonly operation: Operation; readonly why: LeftReason };
}

async function decide(work: SliceWork, undoes: UndoneRun, found: readonly Found[], journal: TenantStore): Promise<readonly Decided[]> {
  const { store, input } = work;
  const { entity } = input;
  const back = found.filter(({ source, link }) => source.kind === 'unlink' && link?.state === 'retired');
  const presence = await lookAt(work, back);
  const [byHubSpot, byOfficernd, idsBefore] = await Promise.all([
    store.links.activeByHubSpotIds(
      entity,
      back.map(({ hubspotId }) => hubspotId),
    ),
    store.links.activeByOfficerndIds(
      entity,
      back.flatMap(({ officerndId }) => officerndId ?? []),
    ),
    linkIdsBefore(work, undoes, found, journal),
  ]);
  return found.flatMap((one): Decided[] => {
    const { source, officerndId, hubspotId, link } = one;
    const verdict = decideLinkUndo({
      operation: source,
      run: undoes.run,
      link,
      isElsewhere: byHubSpot.has(hubspotId) || (officerndId !== null && byOfficernd.has(officerndId)),
      areThere: presence.get(source.id)?.areThere === true,
    });
    const id = presence.get(source.id)?.linkId ?? null;
    const decided = operationsOf(work, one, verdict, { present: id, before: source.linkIdBefore ?? idsBefore.get(officerndId ?? '') });
    const kept = { operation: leftOperation(one), why: 'not-deleted' as const };
    // A record that the run created stays, and a person is told so (L7).
    return source.kind === 'create' && verdict.kind === 'retire' ? [decided, { left: kept }] : [decided];
  });
}

/** Reads both records of links that come back. */
async function lookAt(
  work: SliceWork,
  back: readonly Found[],
): Promise<ReadonlyMap<string, { readonly areThere: boolean; readonly linkId: string | null }>> {
  const { store, run, input } = work;
  if (back.length === 0) return new Map();
  const { entity } = input;
  const officerndIds = back.flatMap(({ officerndId }) => officerndId ?? []);
  const [hubspot, { gone, unread }] = await Promise.all([
    readHubSpot(
      work,
      entity,
      back.map(({ hubspotId }) => hubspotId),
    ),
    readOfficernd(work, entity, officerndIds, createRecordCalls(work.signal)),
  ]);
  const records = await store.observations.byIds(run.generation, 'officernd', entity, officerndIds);
  return new Map(
    back.map(({ source, officerndId, hubspotId }) => {
      const isOfficerndThere = officerndId !== null && !gone.has(officerndId) && !unread.has(officerndId);
      const linkId = records.get(officerndId ?? '')?.linkId ?? null;
      return [source.id, { areThere: isOfficerndThere && hubspot.get(hubspotId)?.id === hubspotId, linkId }];
    }),
  );
}

/** The link ids that OfficeRnD records carried before the undone run wrote theirs (L14). */
async function linkIdsBefore(
  { input }: SliceWork,
  undoes: UndoneRun,
  found: readonly Found[],
  journal: TenantStore,
): Promise<ReadonlyMap<string, string | null>> {
  const officerndIds = found.flatMap(({ source, officerndId }) => (source.kind === 'link' && officerndId !== null ? [officerndId] : []));
  if (officerndIds.length === 0) return new Map();
  const filter = { phase: 'update', entity: input.entity, state: 'applied', kinds: ['updateOfficernd'], officerndIds } as const;
  const writes = await everyItem((request) => journal.operations.page(undoes.run, filter, request));
  return new Map(
    writes.flatMap(({ officerndId, linkIdBefore: before }): (readonly [string, string | null])[] =>
      officerndId === null || before === undefined ? [] : [[officerndId, before]],
    ),
  );
}

function operationsOf(
  work: SliceWork,
  found: Found,
  verdict: LinkUndo,
  ids: { readonly present: string | null; readonly before: string | null | undefined },
): Decided {
  const { source, officerndId, hubspotId } = found;
  const own = linkIdOf(work.mapping.portalId, hubspotId);
  const base = { id: `undo/${source.id}`, phase: 'unlink', entity: source.entity, officerndId, hubspotId, reason: 'X2' } as const;
  switch (verdict.kind) {
    case 'done':
      return {};
    case 'left':
      return { left: { operation: leftOperation(found), why: verdict.why } };
    case 'retire':
      return { planned: { ...base, kind: 'unlink', fields: idChange(own, linkIdBefore(source, ids.before, own)) } };
    case 'restore': {
      const shown = work.mapping.showsLinks === false ? ids.present : own;
      return { planned: { ...base, kind: 'link', fields: idChange(ids.present, shown), linkIdBefore: ids.present } };
    }
  }
}

/** The change of the id on the OfficeRnD record, if there is one. */
const idChange = (from: string | null, to: string | null): readonly FieldChange[] =>
  from === to ? [] : [{ field: LINK_PATH, base: null, officernd: from, hubspot: null, rule: 'X2', action: 'writeOfficernd', after: to }];

const leftOperation = ({ source, officerndId, hubspotId }: Found): Operation => ({
  id: `left/${source.id}`,
  phase: 'unlink',
  entity: source.entity,
  kind: source.kind,
  officerndId,
  hubspotId,
  fields: [],
  reason: leftAs('X2'),
});
