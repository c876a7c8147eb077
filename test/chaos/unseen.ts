import type { Entity, Side } from '../../domain/entity';
import { isWrite } from './story';
import type { Story } from './story';

/**
 * Neither vendor has conditional writes. So the program can't notice an edit between its last read of a record and its write (M8).
 * Returns whether an edit was in such a gap. This is the only excused loss, and it is counted.
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

/** True if the program may have written a record between a person's read and edit. */
export const writtenMeanwhile = (
  { log, slackMs }: Pick<Story, 'log' | 'slackMs'>,
  { side, id }: { readonly side: Side; readonly id: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean =>
  log.some(
    (request) =>
      request.side === side && request.ids.includes(id) && isWrite(request) && request.atMs + slackMs >= fromMs && request.atMs <= toMs,
  );
