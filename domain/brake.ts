import type { Brakes } from './tenant-mapping';

/** U4: more unlinks than the larger of the two limits need approval. */
export const unlinkNeedsApproval = (unlinks: number, links: number, { unlinkCount, unlinkShare }: Brakes): boolean =>
  unlinks > Math.max(unlinkCount, unlinkShare * links);

/** L11: more creations than the limit need approval. */
export const createsNeedApproval = (creates: number, { createsPerRun }: Brakes): boolean => creates > createsPerRun;
