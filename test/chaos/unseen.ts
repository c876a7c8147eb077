import type { Entity, Side } from '../../domain/entity';
import { isWrite } from './story';
import type { Story } from './story';

/**
 * Neither vendor has a conditional write, so between the program's last look at a record and its write (M8) a person's edit can't be
 * noticed. This tells whether an edit fell into such a gap. It is the only loss that is excused, and it is counted.
 */
export function unseenBetween(
  { log, slackMs }: Pick<Story, 'log' | 'slackMs'>,
  { side, id }: { readonly side: Side; readonly entity: Entity; readonly id: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  const requests = log.filter((request) => request.side === side && request.ids.includes(id));
  return requests.some((request) => {
    if (!isWrite(request) || request.atMs + slackMs < fromMs) return false;
    const looked = requests.some((other) => !isWrite(other) && other.atMs > toMs && other.atMs < request.atMs);
    return !looked;
  });
}

/** Whether the program may have written a record while a person was looking at it. */
export const writtenMeanwhile = (
  { log, slackMs }: Pick<Story, 'log' | 'slackMs'>,
  { side, id }: { readonly side: Side; readonly id: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean =>
  log.some(
    (request) =>
      request.side === side && request.ids.includes(id) && isWrite(request) && request.atMs + slackMs >= fromMs && request.atMs <= toMs,
  );
