import type { IncomingAnswer } from '../send-once';

/** A header that holds a count; null where it is missing or is no count. */
export function countedHeader({ header }: Pick<IncomingAnswer, 'header'>, name: string): number | null {
  const text = header(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
