import type { z } from 'zod';
import type { tenantSchema } from './tenant-schema';

type DeepReadonly<T> = T extends string | number | boolean | null | undefined ? T : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** A tenant file, checked, with defaults filled in. Holds references to secrets, not secrets (but for literals at loopback addresses). */
export type TenantConfig = DeepReadonly<z.output<typeof tenantSchema>>;

/** Where a secret stands: an environment variable, a file, or, for loopback addresses only, the text itself. */
export type SecretRef = TenantConfig['officernd']['clientId'];

/** One configured pair of additional properties (§2.4). */
export type AdditionalField = TenantConfig['additional']['company'][number];
