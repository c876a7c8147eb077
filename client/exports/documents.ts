import { LINK_PROPERTY } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { pairOf } from '../../domain/link';
import { refKey } from '../../store/exports';
import type { ExportedConflict, ExportedFailure, ExportedLink, ExportedOperation, ExportedReview, RecordRef } from '../../store/exports';
import type { Entity } from '../../domain/entity';

/** The kinds of things that can be exported. */
export const exportKinds = ['links', 'operations', 'conflicts', 'reviews', 'failures'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** One thing as an export shows it. Its keys are public (docs/commands.md). */
export type ExportDocument = Readonly<Record<string, JsonValue>>;

/** A record's name as it was last read; empty where it is not known. */
export type NameOf = (record: RecordRef) => string;

/** How a kind of things is exported. */
export interface Exported<Item> {
  /** The records whose names stand beside their ids. */
  readonly records: (item: Item) => readonly RecordRef[];
  readonly document: (item: Item, nameOf: NameOf) => ExportDocument;
  /** The columns of a CSV file, in their order. New ones are added at the end. */
  readonly columns: readonly string[];
  /** The rows of a thing in a CSV file. @default its document alone */
  readonly rows?: (document: ExportDocument) => readonly ExportDocument[];
}

interface PairItem {
  readonly entity: Entity;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
}

const refs = (entity: Entity, side: RecordRef['side'], ids: readonly string[]): readonly RecordRef[] =>
  ids.map((id) => ({ side, entity, id }));

const some = (id: string | null): readonly string[] => (id === null ? [] : [id]);

const recordsOfPair = ({ entity, officerndId, hubspotId }: PairItem): readonly RecordRef[] => [
  ...refs(entity, 'officernd', some(officerndId)),
  ...refs(entity, 'hubspot', some(hubspotId)),
];

/** Both ids of a pair, each with the record's name. */
function pairColumns({ entity, officerndId, hubspotId }: PairItem, nameOf: NameOf) {
  const [officerndName = ''] = refs(entity, 'officernd', some(officerndId)).map(nameOf);
  const [hubspotName = ''] = refs(entity, 'hubspot', some(hubspotId)).map(nameOf);
  return { officerndId, officerndName, hubspotId, hubspotName };
}

const PAIR = ['officerndId', 'officerndName', 'hubspotId', 'hubspotName'] as const;

export const exportedLinks: Exported<ExportedLink> = {
  records: recordsOfPair,
  document: (link, nameOf) => ({
    link: link.id,
    entity: link.entity,
    state: link.state,
    reason: link.reason,
    ...pairColumns(link, nameOf),
    origin: link.origin,
    linkedAt: link.linkedAt,
    pairedAt: link.pairedAt,
    linkedRun: link.linkedRun,
    retiredRun: link.retiredRun,
  }),
  columns: ['link', 'entity', 'state', 'reason', ...PAIR, 'origin', 'linkedAt', 'pairedAt', 'linkedRun', 'retiredRun'],
};

/** A field of an operation is a row of its own: a spreadsheet has no lists. */
export const exportedOperations: Exported<ExportedOperation> = {
  records: recordsOfPair,
  document: (operation, nameOf) => ({
    run: operation.run,
    operation: operation.id,
    plannedAt: operation.plannedAt.toISOString(),
    changedAt: operation.changedAt.toISOString(),
    phase: operation.phase,
    entity: operation.entity,
    kind: operation.kind,
    state: operation.state,
    error: operation.error,
    reason: operation.reason,
    ...pairColumns(operation, nameOf),
    fields: operation.fields.map(({ field, rule, action, base, officernd, hubspot }) => ({
      field,
      rule,
      action,
      base,
      officernd,
      hubspot,
    })),
  }),
  columns: [
    'run',
    'operation',
    'plannedAt',
    'changedAt',
    'phase',
    'entity',
    'kind',
    'state',
    'error',
    'reason',
    ...PAIR,
    'field',
    'rule',
    'action',
    'base',
    'officernd',
    'hubspot',
  ],
  rows: ({ fields, ...operation }) => {
    const changes = Array.isArray(fields) ? fields.map(asDocument) : [];
    return changes.length === 0 ? [operation] : changes.map((change) => ({ ...operation, ...change }));
  },
};

const asDocument = (value: JsonValue): ExportDocument =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

export const exportedConflicts: Exported<ExportedConflict> = {
  records: recordsOfPair,
  document: (conflict, nameOf) => ({
    conflict: conflict.id,
    run: conflict.run,
    at: conflict.at.toISOString(),
    kind: conflict.kind,
    entity: conflict.entity,
    ...pairColumns(conflict, nameOf),
    field: conflict.field,
    rule: conflict.rule,
    base: conflict.base,
    officernd: conflict.officernd,
    hubspot: conflict.hubspot,
  }),
  columns: ['conflict', 'run', 'at', 'kind', 'entity', ...PAIR, 'field', 'rule', 'base', 'officernd', 'hubspot'],
};

/** `decision` and `note` are for a person to fill in. */
export const exportedReviews: Exported<ExportedReview> = {
  records: ({ entity, officerndIds, hubspotIds }) => [...refs(entity, 'officernd', officerndIds), ...refs(entity, 'hubspot', hubspotIds)],
  document: (review, nameOf) => ({
    review: review.id,
    entity: review.entity,
    officerndIds: review.officerndIds,
    hubspotIds: review.hubspotIds,
    key: keyOf(review),
    since: review.openedAt.toISOString(),
    decision: '',
    note: '',
    kind: review.kind,
    rule: review.rule,
    officerndNames: refs(review.entity, 'officernd', review.officerndIds).map(nameOf),
    hubspotNames: refs(review.entity, 'hubspot', review.hubspotIds).map(nameOf),
    run: review.seenRun,
  }),
  columns: [
    'review',
    'entity',
    'officerndIds',
    'hubspotIds',
    'key',
    'since',
    'decision',
    'note',
    'kind',
    'rule',
    'officerndNames',
    'hubspotNames',
    'run',
  ],
};

/** The key that the records of a review have in common: `email`, `name`, or the link id. */
function keyOf({ kind, rule }: ExportedReview): string {
  switch (kind) {
    case 'ambiguous':
      return rule.split(' ')[1] ?? 'hubspot_link_id';
    case 'same-name':
    case 'emails-differ':
      return 'name';
    case 'link-taken':
    case 'other-portal':
      return 'hubspot_link_id';
    case 'merged':
      return '';
  }
}

export const exportedFailures: Exported<ExportedFailure> = {
  records: (failure) => recordsOfPair(pairOfFailure(failure)),
  document: (failure, nameOf) => ({
    entity: failure.entity,
    phase: failure.phase,
    subject: failure.subject,
    ...pairColumns(pairOfFailure(failure), nameOf),
    field: failure.field,
    side: failure.side ?? null,
    reason: failure.reason,
    said: failure.said ?? null,
    runs: failure.runs,
    parked: failure.parked,
    retryRequested: failure.retryRequested,
    firstAt: failure.firstAt.toISOString(),
    lastAt: failure.lastAt.toISOString(),
    lastRun: failure.lastRun,
  }),
  columns: [
    'entity',
    'phase',
    'subject',
    ...PAIR,
    'field',
    'side',
    'reason',
    'said',
    'runs',
    'parked',
    'retryRequested',
    'firstAt',
    'lastAt',
    'lastRun',
  ],
};

/** The records of a failure: a link's two for an update, HubSpot's for a creation, OfficeRnD's for an unlink. */
function pairOfFailure({ entity, phase, subject }: Pick<ExportedFailure, 'entity' | 'phase' | 'subject'>): PairItem {
  switch (phase) {
    case 'update':
      return { entity, ...pairOf(subject) };
    case 'link':
      // The refusal of the link property itself has no record (L6).
      return { entity, officerndId: null, hubspotId: subject === LINK_PROPERTY ? null : subject };
    case 'unlink':
      return { entity, officerndId: subject, hubspotId: null };
  }
}

/** Names by record, for `NameOf`. */
export const nameIn =
  (names: ReadonlyMap<string, string>): NameOf =>
  (record) =>
    names.get(refKey(record)) ?? '';
