import type { Decision, Said, Verdict } from '../../domain/decision';
import type { Entity } from '../../domain/entity';
import { recordIdIn } from '../../domain/ids';
import { asLabel } from '../../domain/printable';
import { everyItem } from '../../store/paging';
import type { Store, TenantStore } from '../../store/store';
import { actorOf } from '../actor';
import { idBeginningWith } from '../runs/by-beginning';
import { DecisionRefusedError } from './refused';
import { coded } from './review-code';
import type { CodedReview } from './review-code';
import { takeDown, takeDownPair } from './take-down';
import type { LinedWish } from './take-down';
import { pairOf } from './wish';

/** The person who says it, and the reason. */
export interface DecideOptions {
  /** The person or program that decides. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
  readonly note?: string | null;
}

/** D1: what people say about records. The next run carries it out, and it stays until it is withdrawn. All need the store. */
export interface DecisionVerbs {
  /** The open reviews, each with a short name. */
  readonly reviews: (tenant: string) => Promise<readonly CodedReview[]>;
  /** Takes down all of these or none. Throws `DecisionRefusedError`, which names each that can't be. Returns them, also those that were known. */
  readonly decide: (tenant: string, wishes: readonly LinedWish[], options?: DecideOptions) => Promise<readonly Decision[]>;
  /** Links two records by hand, with OfficeRnD's values before HubSpot's unless it is said otherwise (M2). */
  readonly link: (
    tenant: string,
    pair: { readonly entity: Entity; readonly officerndId: string; readonly hubspotId: string; readonly prefer?: 'hubspot' | null },
    options?: DecideOptions,
  ) => Promise<Decision>;
  /** Ends the link of a record by hand, by either side's id, and keeps the two apart. */
  readonly unlink: (tenant: string, record: { readonly entity: Entity; readonly id: string }, options?: DecideOptions) => Promise<Decision>;
  /** Withdraws a decision, by its id or a beginning of it. Later runs go by the rules again. Throws `AmbiguousIdError`, too. */
  readonly withdraw: (tenant: string, id: string, options?: DecideOptions) => Promise<Decision>;
  /** The decisions in force, or those that were withdrawn. */
  readonly decisions: (tenant: string, state?: 'active' | 'withdrawn') => Promise<readonly Decision[]>;
}

/** @param store the client's store, where it has one */
export function createDecisionVerbs(store: Store | undefined, now: () => Date = () => new Date()): DecisionVerbs {
  const of = (tenant: string): TenantStore => {
    if (store === undefined) throw new Error('This client has no store, and decisions are kept there; give createSyncClient a store.');
    return store.forTenant(tenant);
  };
  const saidBy = ({ by = actorOf(), note = null }: DecideOptions): Said => ({ by, note, at: now() });
  return {
    reviews: async (tenant) => (await everyItem((request) => of(tenant).reviews.listOpen(request))).map(coded),
    decide: (tenant, wishes, options = {}) => takeDown(of(tenant), tenant, wishes, saidBy(options)),
    link: async (tenant, { entity, officerndId, hubspotId, prefer = null }, options = {}) => {
      const pair = pairOf(entity, officerndId, recordIdIn(hubspotId));
      if ('problem' in pair) throw new DecisionRefusedError('unfit', `To link two records, ${pair.problem}.`);
      const { value } = pair;
      const verdict: Verdict = { kind: 'link', officerndId: value.officerndId, hubspotId: value.hubspotId, prefers: prefer };
      return takeDownPair(of(tenant), tenant, { entity, verdict }, saidBy(options));
    },
    unlink: async (tenant, { entity, id }, options = {}) => {
      const { links } = of(tenant);
      const plain = recordIdIn(id);
      const [ofHubSpot, ofOfficernd] = await Promise.all([
        links.activeByHubSpotIds(entity, [plain]),
        links.activeByOfficerndIds(entity, [plain]),
      ]);
      const found = ofHubSpot.get(plain) ?? ofOfficernd.get(plain);
      if (found === undefined)
        throw new DecisionRefusedError(
          'not-linked',
          `No ${entity} with the id ${asLabel(id)} has a link; "orsync status ${tenant}" shows what there is.`,
        );
      const { officerndId, hubspotId } = found;
      return takeDownPair(of(tenant), tenant, { entity, verdict: { kind: 'keep-apart', officerndId, hubspotId } }, saidBy(options));
    },
    withdraw: async (tenant, id, options = {}) => {
      const { decisions } = of(tenant);
      const meant = await idBeginningWith(id, [decisions.idsFrom]);
      const decision = meant === null ? null : await decisions.get(meant);
      const lists = `"orsync decisions ${tenant}" lists those in force`;
      if (decision === null) throw new DecisionRefusedError('unknown-decision', `${tenant} has no decision ${asLabel(id)}; ${lists}.`);
      const withdrawn = saidBy(options);
      if (!(await decisions.withdraw(decision.id, withdrawn)))
        throw new DecisionRefusedError('unknown-decision', `${decision.id} has been withdrawn already; ${lists}.`);
      return { ...decision, withdrawn };
    },
    decisions: (tenant, state = 'active') => everyItem((request) => of(tenant).decisions.page(state, request)),
  };
}
