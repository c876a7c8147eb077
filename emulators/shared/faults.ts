import { z } from 'zod';
import type { SeededRandom } from './random';

const effectMs = z.number().nonnegative();

const actionSchema = z
  .strictObject({
    status: z.int().min(200).max(599).optional(),
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    commit: z.boolean().optional(),
    dropBeforeCommit: z.boolean().optional(),
    dropAfterCommit: z.boolean().optional(),
    truncate: z.boolean().optional(),
    delayMs: effectMs.optional(),
    /** The request waits until the faults are cleared. So a test decides when, and needs no time of its own. */
    hold: z.literal(true).optional(),
    /** With `lateEffect`: the delay is before the effect. */
    before: z.boolean().optional(),
    /** The effect comes after the delay, though the caller has gone by then. */
    lateEffect: z.boolean().optional(),
    searchLag: effectMs.optional(),
    expireToken: z.boolean().optional(),
  })
  .refine(
    (action) => Object.keys(action).length > 0,
    'an action needs one of status, dropBeforeCommit, dropAfterCommit, delayMs, hold, truncate, searchLag, expireToken',
  )
  .refine((action) => endings(action) <= 1, 'status, dropBeforeCommit, dropAfterCommit and truncate exclude each other')
  .refine(
    (action) => action.status !== undefined || (action.body ?? action.headers ?? action.commit) === undefined,
    'body, headers and commit need a status',
  );

const faultSchema = z.strictObject({
  match: z
    .strictObject({ method: z.string().optional(), path: z.string().refine(isPattern, 'not a regular expression').optional() })
    .default({}),
  after: z.int().nonnegative().default(0),
  times: z.int().nonnegative().optional(),
  probability: z.number().min(0).max(1).default(1),
  action: actionSchema,
});

/** The body of `POST /faults`: a list, or one fault alone. */
export const faultsSchema = z.union([z.array(faultSchema), faultSchema.transform((fault) => [fault])]);
type Fault = z.infer<typeof faultSchema>;
type FaultAction = Fault['action'];

interface Endings {
  readonly status?: number | undefined;
  readonly dropBeforeCommit?: boolean | undefined;
  readonly dropAfterCommit?: boolean | undefined;
  readonly truncate?: boolean | undefined;
}

/** The combined effect on one request of all faults that fire. */
interface FaultEffect {
  readonly delayMs: number;
  /** Settles when the request may go on. */
  readonly released: Promise<void>;
  readonly searchLagMs: number;
  readonly expireToken: boolean;
  /** The first fired action that decides the answer. Undefined means an ordinary answer. */
  readonly ending: FaultAction | undefined;
}

export interface Faults {
  /** Keeps the faults that are there already. */
  readonly add: (faults: readonly Fault[]) => void;
  readonly clear: () => void;
  /**
   * Counts the request against every fault that matches it, and returns the effect of those that fire. `url` is the path with its query.
   */
  readonly take: (method: string, url: string) => FaultEffect;
  /** The tokens that an `expireToken` fault has expired. */
  readonly expiredTokens: Set<string>;
}

/** The faults of one emulator. All that match and are due fire together. If several decide the answer, the first added wins. */
export function createFaults(random: SeededRandom): Faults {
  let rules: { readonly fault: Fault; readonly path: RegExp | undefined; seen: number; fired: number }[] = [];
  const expiredTokens = new Set<string>();
  let held = createGate();
  const due = (rule: (typeof rules)[number]): boolean => {
    rule.seen += 1;
    if (rule.seen <= rule.fault.after || rule.fired >= (rule.fault.times ?? Infinity)) return false;
    if (rule.fault.probability < 1 && random.next() >= rule.fault.probability) return false;
    return true;
  };
  return {
    expiredTokens,
    add: (faults) => {
      rules = [
        ...rules,
        ...faults.map((fault) => ({
          fault,
          path: fault.match.path === undefined ? undefined : new RegExp(fault.match.path),
          seen: 0,
          fired: 0,
        })),
      ];
    },
    clear: () => {
      rules = [];
      expiredTokens.clear();
      held.open();
      held = createGate();
    },
    take: (method, url) => {
      let effect: FaultEffect = { delayMs: 0, released: Promise.resolve(), searchLagMs: 0, expireToken: false, ending: undefined };
      for (const rule of rules) {
        const { match, action } = rule.fault;
        if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
        if (rule.path !== undefined && !rule.path.test(url)) continue;
        if (!due(rule)) continue;
        // One request gets one answer, so this fault waits for the next request.
        if (endings(action) > 0 && effect.ending !== undefined) continue;
        rule.fired += 1;
        effect = {
          delayMs: effect.delayMs + (action.delayMs ?? 0),
          released: action.hold === true ? held.opened : effect.released,
          searchLagMs: Math.max(effect.searchLagMs, action.searchLag ?? 0),
          expireToken: effect.expireToken || action.expireToken === true,
          ending: effect.ending ?? (endings(action) > 0 ? action : undefined),
        };
      }
      return effect;
    },
  };
}

/** A promise that is resolved from outside. */
function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The number of an action's parts that decide the answer. */
const endings = ({ status, dropBeforeCommit, dropAfterCommit, truncate }: Endings): number =>
  [status !== undefined, dropBeforeCommit === true, dropAfterCommit === true, truncate === true].filter(Boolean).length;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
