import { z } from 'zod';
import { hintOfOfficerndPush } from '../domain/hints/officernd-push';
import type { Hint } from '../domain/hints/hint';
import { parsedJson } from '../domain/json';

const event = z.object({
  eventType: z.string().max(100),
  data: z.object({ object: z.object({ _id: z.string().regex(/^[0-9a-f]{24}$/i) }) }),
});

/** The hints in a body whose signature is good, and how many events lead to none; null when it is not JSON. Values are dropped. */
export function readOfficerndBody(rawBody: Buffer): { readonly hints: readonly Hint[]; readonly ignored: number } | null {
  const given = eventsIn(rawBody);
  if (given === null) return null;
  const hints = given.flatMap((one) => {
    const parsed = event.safeParse(one);
    const hint = parsed.success ? hintOfOfficerndPush(parsed.data.eventType, parsed.data.data.object._id) : null;
    return hint === null ? [] : [hint];
  });
  return { hints, ignored: given.length - hints.length };
}

/** One event or a list of them: nobody documents that there is never a list. */
function eventsIn(rawBody: Buffer): readonly unknown[] | null {
  const value = parsedJson(rawBody.toString('utf8'));
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one) => typeof one === 'object' && one !== null) ? list : null;
}
