import type { Brakes } from './tenant-mapping';

/** U4: more unlinks than the larger of the two limits need approval. */
export const unlinkNeedsApproval = (unlinks: number, links: number, { unlinkCount, unlinkShare }: Brakes): boolean =>
  unlinks > Math.max(unlinkCount, unlinkShare * links);

/** L11: more creations than the limit need approval. */
export const createsNeedApproval = (creates: number, { createsPerRun }: Brakes): boolean => creates > createsPerRun;

/**
 * M6: more erasures of one field on one side than the larger of the two limits wait for approval.
 * @param holding the number of links that hold a value there
 */
export const erasuresNeedApproval = (erasures: number, holding: number, { eraseCount = 10, eraseShare = 0.05 }: Brakes): boolean =>
  erasures > Math.max(eraseCount, eraseShare * holding);

/** M2: more new links with a value that gives way than the larger of the two limits wait for approval. */
export const firstLinksNeedApproval = (links: number, newLinks: number, { firstLinkCount = 25, firstLinkShare = 0.1 }: Brakes): boolean =>
  links > Math.max(firstLinkCount, firstLinkShare * newLinks);

/** M2, M6: whether so many links could exceed a brake of phase 3 at all. Each counts a link once at most. */
export const mayExceedBrakes = (links: number, { eraseCount = 10, firstLinkCount = 25 }: Brakes): boolean =>
  links > Math.min(eraseCount, firstLinkCount);
