import { leftReasons } from '../../domain/undoing';
import type { LeftReason } from '../../domain/undoing';

/** Why something was left as it is, in a sentence for people. */
export const whyLeft: Readonly<Record<LeftReason, string>> = {
  'changed-since': 'It has changed since.',
  'not-mapped': 'The field is not mapped any more, or to another property.',
  'one-way': 'The field flows one way, so the value would be replaced again.',
  unread: 'The vendor does not tell the value now.',
  'not-writable': 'The value can’t be written there.',
  refused: 'The vendor refused it, or the record could not be read; "orsync status" lists failures.',
  'record-gone': 'A record is gone, or was merged into another.',
  'link-ended': 'The link has ended since, or was made anew.',
  'linked-elsewhere': 'One of the records is linked with another one now.',
  merged: 'HubSpot merged two records, and that can’t be undone.',
  'no-link': 'It was an id on the record only, without a link.',
  'not-deleted': 'The run created this record in OfficeRnD. It stays: delete it there if it is not wanted.',
};

/** The sentence of a stored reason. One of another release stands as it is. */
export const sentenceOf = (why: string | null): string => {
  const known = leftReasons.find((one) => one === why);
  return known === undefined ? (why ?? 'unknown') : whyLeft[known];
};
