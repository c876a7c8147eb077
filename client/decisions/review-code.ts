import type { Review } from '../../domain/review';
import { hashOf } from '../../store/content-hash';
import { meantBy } from '../runs/by-beginning';

/** An open case, with a short name that a person can type. The same case always has the same one. */
export interface CodedReview extends Review {
  readonly code: string;
}

const CODE_LENGTH = 8;

/** The short name of a review: `r` and eight hex digits. */
export const reviewCode = (id: string): string => `r${hashOf(id).slice(0, CODE_LENGTH)}`;

/** A review with its short name. */
export const coded = (review: Review): CodedReview => ({ ...review, code: reviewCode(review.id) });

/**
 * Returns a function that finds the reviews that a person means: by id, by short name, or by a beginning of either. It returns several where a
 * beginning is not unique. Make it once for many names.
 */
export function reviewFinder(reviews: readonly Review[]): (name: string) => readonly CodedReview[] {
  const byName = new Map(reviews.map(coded).flatMap((review) => [[review.id, review] as const, [review.code, review] as const]));
  const names = new Set(byName.keys());
  return (name) => [...new Set(meantBy(name, names).flatMap((one) => byName.get(one) ?? []))];
}
