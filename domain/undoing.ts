import type { Entity } from './entity';
import { entities } from './entity';

/** X1–X3: the run whose work another run takes back, or a part of it. */
export interface UndoneRun {
  readonly run: string;
  readonly entity?: Entity;
  /** Only what the run did to this record: the id of either side. */
  readonly id?: string;
  /** Only what the run wrote in this field. Links stay then. */
  readonly field?: string;
}

/** D2: values that gave way and are taken back, by the ids of their conflicts. */
export interface TakenBack {
  readonly conflicts: readonly string[];
}

/** The work that a run takes back. It holds ids and names only, no value (A6). */
export type Undoing = UndoneRun | TakenBack;

export const isTakeBack = (undoing: Undoing): undoing is TakenBack => 'conflicts' in undoing;

/** Whether something is taken back of an entity's records. */
export const concerns = (undoing: Undoing, entity: Entity): boolean =>
  isTakeBack(undoing) || undoing.entity === undefined || undoing.entity === entity;

/** Whether a value from outside has this form. */
export function isUndoing(given: unknown): given is Undoing {
  if (typeof given !== 'object' || given === null) return false;
  const { run, entity, id, field, conflicts }: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(given));
  if (conflicts !== undefined) return Array.isArray(conflicts) && conflicts.length > 0 && conflicts.every((one) => typeof one === 'string');
  return typeof run === 'string' && isEntityOrAbsent(entity) && [id, field].every((one) => one === undefined || typeof one === 'string');
}

const isEntityOrAbsent = (given: unknown): boolean => given === undefined || entities.some((entity) => entity === given);

/**
 * Why something is left as it is, though a run was asked to take it back:
 *
 * | reason             | the value, or the link                                                      |
 * | ------------------ | --------------------------------------------------------------------------- |
 * | `changed-since`    | is no longer what the run wrote                                             |
 * | `not-mapped`       | belongs to a field that is not mapped any more, or to another property now  |
 * | `one-way`          | gave way to an arrow: it would be overwritten again (D2)                    |
 * | `unread`           | is not told by the vendor now (V1, V2)                                      |
 * | `not-writable`     | can't be written: read-only, or a status without a counterpart              |
 * | `refused`          | was refused by the vendor, or its record could not be read                  |
 * | `record-gone`      | belongs to a record that is gone, or was merged into another                |
 * | `link-ended`       | belongs to a link that has ended since, or was made anew                    |
 * | `linked-elsewhere` | belonged to a link of which a record has another one now (L13)              |
 * | `merged`           | followed a merge, which no API can undo (U3)                                |
 * | `no-link`          | was only an id on a record, without a link of ours (U7)                     |
 * | `not-deleted`      | is a record that the run created: nothing is deleted (L7)                   |
 */
export const leftReasons = [
  'changed-since',
  'not-mapped',
  'one-way',
  'unread',
  'not-writable',
  'refused',
  'record-gone',
  'link-ended',
  'linked-elsewhere',
  'merged',
  'no-link',
  'not-deleted',
] as const;
export type LeftReason = (typeof leftReasons)[number];

/** The rules of what a run takes back: a field (X1), a link (X2), a value that gave way (D2). */
export type UndoRule = 'X1' | 'X2' | 'D2';

/** The reason of an operation that was left undone. Its `error` says why. */
export const leftAs = (rule: UndoRule): string => `${rule} left`;

/** The reasons of all operations that were left undone. */
export const LEFT: readonly string[] = (['X1', 'X2', 'D2'] as const).map(leftAs);
