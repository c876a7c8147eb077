import type { LinkHistory } from './link';
import type { Operation } from './operation';
import type { LeftReason } from './undoing';

/** The decision on a link that a run has made or ended, when the run is undone (X2). */
export type LinkUndo =
  /** It is as it was before the run. */
  | { readonly kind: 'done' }
  | { readonly kind: 'left'; readonly why: LeftReason }
  | { readonly kind: 'retire' }
  | { readonly kind: 'restore' };

export interface LinkUndoInput {
  readonly operation: Pick<Operation, 'kind' | 'reason'>;
  /** The run that did it. */
  readonly run: string;
  /** The pair's link as it is now. */
  readonly link: LinkHistory | undefined;
  /** Whether another active link has one of the two records (L13). */
  readonly isElsewhere: boolean;
  /** Whether both records are there, as a fresh look shows. Asked only for links that come back. */
  readonly areThere: boolean;
}

/**
 * X2: decides on one link of a run that is undone. Links that it made are retired, links that it ended come back. A link that a later run has
 * made or ended is left to that run.
 */
export function decideLinkUndo({ operation: { kind, reason }, run, link, isElsewhere, areThere }: LinkUndoInput): LinkUndo {
  switch (kind) {
    case 'link':
    case 'create':
      if (link === undefined) return { kind: 'left', why: 'link-ended' };
      if (link.state === 'active') return link.linkedRun === run ? { kind: 'retire' } : { kind: 'left', why: 'link-ended' };
      return link.undoneBy !== undefined ? { kind: 'done' } : { kind: 'left', why: 'link-ended' };
    case 'unlink':
      if (link === undefined) return { kind: 'left', why: reason === 'U7' ? 'no-link' : 'link-ended' };
      if (link.state === 'active') return { kind: 'done' };
      if (link.retiredRun !== run) return { kind: 'left', why: 'link-ended' };
      if (isElsewhere) return { kind: 'left', why: 'linked-elsewhere' };
      return areThere ? { kind: 'restore' } : { kind: 'left', why: 'record-gone' };
    case 'relink':
      return { kind: 'left', why: 'merged' };
    case 'updateOfficernd':
    case 'updateHubspot':
      return { kind: 'done' };
  }
}

/**
 * X2: the link id that an OfficeRnD record goes back to when the link that a run made is retired.
 * - A record that the run created had none.
 * - A record that it linked by a key had none of ours, or it would have been adopted (L2). A later run may have shown its link (L14).
 * - Any other record carries what it carried before.
 * @param before what an operation of the run has noted, undefined if none wrote an id
 */
export function linkIdBefore(
  { kind, reason }: Pick<Operation, 'kind' | 'reason'>,
  before: string | null | undefined,
  own: string,
): string | null {
  if (kind === 'create') return null;
  if (before !== undefined) return before;
  return reason.startsWith('L') && reason !== 'L2' ? null : own;
}
