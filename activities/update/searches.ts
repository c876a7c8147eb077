import type { Side } from '../../domain/entity';
import { sides } from '../../domain/entity';
import { afterTry, beginHalves } from '../../domain/halves';
import type { HalvesSearch, HalvesStep } from '../../domain/halves';
import { writesTo } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';

/** The searches for refused fields that are under way in one batch of links, at most one for each link and side (M10). */
export interface Searches {
  /** Whether a field waits for its turn in a search, so that it is not sent now. */
  readonly withholds: (linkId: string, side: Side, part: string) => boolean;
  readonly isUnderWay: (linkId: string) => boolean;
  /** The search of a link, to be stored. Where both sides have one, OfficeRnD's. */
  readonly of: (linkId: string) => { readonly side: Side; readonly search: HalvesSearch } | null;
  /** Goes on with a search that an earlier attempt has stored. */
  readonly resume: (linkId: string, side: Side, search: HalvesSearch) => void;
  /** Begins a search, or goes on with it after another refusal. Null where the link has had its search. */
  readonly afterRefusal: (linkId: string, side: Side, sent: readonly string[]) => HalvesStep | null;
  readonly afterAcceptance: (linkId: string, side: Side) => void;
  /** Goes on where an edit has left nothing to send of the fields whose turn it is. Returns whether it did. */
  readonly passOver: (plan: UpdatePlan) => boolean;
  readonly end: (linkId: string) => void;
}

export function createSearches(): Searches {
  const underWay = new Map<string, HalvesSearch>();
  const begun = new Set<string>();
  const keyOf = (linkId: string, side: Side): string => `${side} ${linkId}`;
  const goOn = (key: string, step: HalvesStep): HalvesStep => {
    if (step.kind === 'go-on') underWay.set(key, step.search);
    else underWay.delete(key);
    return step;
  };
  const afterAcceptance: Searches['afterAcceptance'] = (linkId, side) => {
    const key = keyOf(linkId, side);
    const search = underWay.get(key);
    if (search !== undefined) goOn(key, afterTry(search, true));
  };
  return {
    withholds: (linkId, side, part) => underWay.get(keyOf(linkId, side))?.trying.includes(part) === false,
    isUnderWay: (linkId) => sides.some((side) => underWay.has(keyOf(linkId, side))),
    of: (linkId) => {
      for (const side of sides) {
        const search = underWay.get(keyOf(linkId, side));
        if (search !== undefined) return { side, search };
      }
      return null;
    },
    resume: (linkId, side, search) => {
      begun.add(keyOf(linkId, side));
      underWay.set(keyOf(linkId, side), search);
    },
    afterRefusal: (linkId, side, sent) => {
      const key = keyOf(linkId, side);
      const search = underWay.get(key);
      // An edit may have left less to send than the search has chosen.
      if (search !== undefined) return goOn(key, afterTry({ ...search, trying: sent }, false));
      if (begun.has(key)) return null;
      begun.add(key);
      return goOn(key, { kind: 'go-on', search: beginHalves(sent), found: null });
    },
    afterAcceptance,
    passOver: (plan) => {
      const idle = sides.filter((side) => underWay.has(keyOf(plan.link.id, side)) && !writesTo(plan, side));
      for (const side of idle) afterAcceptance(plan.link.id, side);
      return idle.length > 0;
    },
    end: (linkId) => {
      for (const side of sides) underWay.delete(keyOf(linkId, side));
    },
  };
}
