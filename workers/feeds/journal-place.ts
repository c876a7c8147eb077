import { createHash } from 'node:crypto';
import type { TenantConfig } from '../../config/tenant-config';

/** Where a journal goes on. It belongs to an app and a portal: another app's journal has other offsets. */
export type JournalPlace =
  /** Nothing was read yet. */
  | { readonly kind: 'new' }
  /** The place is that of another app or portal, or of one that was connected again. */
  | { readonly kind: 'foreign' }
  /** The journal was empty: whatever comes is new. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'after'; readonly offset: string }
  /** The portal has removed the app, and nobody has applied the tenant's file since. */
  | { readonly kind: 'uninstalled' };

/** Reads and writes the places of one tenant's journal. */
export interface JournalPlaces {
  readonly read: (text: string | null) => JournalPlace;
  /** @param offset null where the journal is empty */
  readonly after: (offset: string | null) => string;
  readonly uninstalled: () => string;
}

/** @param appliedAt when the tenant's file was stored. Storing it again is how a person says that the app is back */
export function journalPlaces({ apiUrl, portalId }: TenantConfig['hubspot'], clientId: string, appliedAt: Date): JournalPlaces {
  const account = createHash('sha256')
    .update(JSON.stringify([apiUrl, portalId, clientId]))
    .digest('hex')
    .slice(0, 16);
  const uninstalled = `${account}!${appliedAt.toISOString()}`;
  return {
    read: (text) => {
      if (text === null) return { kind: 'new' };
      if (text === uninstalled) return { kind: 'uninstalled' };
      if (!text.startsWith(`${account}:`)) return { kind: 'foreign' };
      const offset = text.slice(account.length + 1);
      return offset === '' ? { kind: 'empty' } : { kind: 'after', offset };
    },
    after: (offset) => `${account}:${offset ?? ''}`,
    uninstalled: () => uninstalled,
  };
}
