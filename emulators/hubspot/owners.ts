import { z } from 'zod';

/** A user of the account who can own records. */
export interface Owner {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
  readonly archived: boolean;
}

export const ownerSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  email: z.string().default('owner@example.com'),
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  userId: z.int().default(1_296_619),
  archived: z.boolean().default(false),
});

export const defaultOwners: readonly Owner[] = [
  { id: '6166860', email: 'robin@example.com', firstName: 'Robin', lastName: 'Owner', userId: 1_296_619, archived: false },
  { id: '6166861', email: 'sasha@example.com', firstName: 'Sasha', lastName: 'Seller', userId: 1_296_620, archived: false },
];

export const OWNERS_SINCE_MS = Date.UTC(2020, 0, 1);
