import type { z } from 'zod';
import type { tenantSchema } from './tenant-schema';

type DeepReadonly<T> = T extends string | number | boolean | null | undefined ? T : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** A checked tenant file with defaults. It refers to secrets; only for loopback addresses may it contain the secrets themselves. */
export type TenantConfig = DeepReadonly<z.output<typeof tenantSchema>>;

/** Where a secret stands: an environment variable or a file; for loopback addresses it can be the text itself. */
export type SecretRef = TenantConfig['officernd']['clientId'];

/** One pair of additional properties, from the section `additional`. */
export type AdditionalField = TenantConfig['additional']['company'][number];
