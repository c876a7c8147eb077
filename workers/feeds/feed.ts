import type { Connectors } from '../../activities/deps';
import type { TenantSecrets } from '../../config/secrets';
import type { TenantConfig } from '../../config/tenant-config';
import type { Hint, HintSource } from '../../domain/hints/hint';
import type { TenantStore } from '../../store/store';

/** A source of hints that is asked again and again, for one tenant. */
export interface Feed {
  /** Its source is also its name: a tenant has one feed of each. */
  readonly source: HintSource;
  /** The longest time from the end of one look to the next one. A lease lasts three times as long. */
  readonly everyMs: number;
  /** Asks the vendor once for what is new. A failure is noted, and the look is repeated later: at the same place, where it did not move. */
  readonly look: (turn: FeedTurn) => Promise<FeedOutcome>;
}

/** One look, made by the one process that has the feed's lease. */
export interface FeedTurn {
  readonly signal: AbortSignal;
  /** Where the feed goes on, as `moveTo` has stored it; null at its very beginning. */
  readonly place: string | null;
  /** The end of the last look that succeeded; null before the first. */
  readonly lastAt: Date | null;
  /** Hands hints on. Resolves only after they are stored (T1). Without hints it does nothing. */
  readonly tell: (hints: readonly Hint[]) => Promise<void>;
  /** T5: asks for a full run, because what was told meanwhile can't be read any more. */
  readonly fellBehind: () => Promise<void>;
  /** Stores the place, after the hints up to it. Throws when another process has taken the feed over: the look is to end then. */
  readonly moveTo: (place: string) => Promise<void>;
}

export type FeedOutcome =
  /** There is nothing more at the moment. The next look may be sooner than usual. @default everyMs */
  | { readonly kind: 'done'; readonly nextInMs?: number }
  /** There is more: the next look is to follow at once. */
  | { readonly kind: 'more' }
  /** The feed does not get on, and only a person can change that. The message is one sentence with what to do. */
  | { readonly kind: 'stopped'; readonly message: string };

/** The tenant that a feed is made for. It is made anew when the tenant's file or its secrets change. */
export interface FeedTenant {
  readonly tenant: string;
  readonly config: TenantConfig;
  readonly secrets: TenantSecrets;
  /** When the tenant's file was stored. */
  readonly appliedAt: Date;
  readonly store: TenantStore;
  /** The tenants that have an app in the same portal, this one included. @default this one alone */
  readonly tenantsOfPortal?: () => readonly string[];
  /** The tenant's connectors, with the limits and access tokens that its runs use, too. */
  readonly connect: () => Promise<Connectors>;
}

/** Makes a tenant's feed; null where the tenant has none of this kind. */
export type FeedMaker = (tenant: FeedTenant) => Feed | null;
