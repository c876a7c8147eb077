import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import type { Requests, SeenHubSpot, SeenOfficernd, SeenReport, SeenWorld, Stage } from './stage';

/** The views of end-to-end tests: records by id on both sides, calls that write, and the store's entries for people. */

export const PORTAL = '12345678';

const kinds = { company: 'c', member: 'e', opportunity: 'd', status: '5', location: 'a' } as const;
/** An OfficeRnD id that is easy to read in a failed test. */
export const idOf = (kind: keyof typeof kinds, number: number): string => `65f0${kinds[kind]}${String(number).padStart(19, '0')}`;
export const linkId = (hubspotId: string): string => `${PORTAL}-${hubspotId}`;

export interface Sight {
  readonly world: SeenWorld;
  readonly officernd: (id: string) => SeenOfficernd | undefined;
  /** The OfficeRnD record of this name. Throws when there are several. */
  readonly named: (name: string) => SeenOfficernd | undefined;
  readonly hubspot: (id: string) => SeenHubSpot | undefined;
  /** The values of a HubSpot record. */
  readonly values: (id: string) => Readonly<Record<string, string | null>>;
  /** The OfficeRnD record with the link id of this HubSpot record. */
  readonly linkedTo: (hubspotId: string) => SeenOfficernd | undefined;
}

/** Reads both worlds. HubSpot ids are searched in all types, so tests use each id for one record only. */
export async function look(stage: Stage): Promise<Sight> {
  const world = await stage.world();
  const officernd = [...world.officernd.companies, ...world.officernd.members, ...world.officernd.opportunities];
  const hubspot = [...world.hubspot.companies, ...world.hubspot.contacts, ...world.hubspot.deals];
  const values = (id: string) => hubspot.find((record) => record.id === id)?.properties ?? {};
  return {
    world,
    officernd: (id) => officernd.find(({ _id }) => _id === id),
    named: (name) => {
      const found = officernd.filter((record) => record.name === name);
      if (found.length > 1) throw new Error(`OfficeRnD has ${found.length} records named ${name}.`);
      return found[0];
    },
    hubspot: (id) => hubspot.find((record) => record.id === id),
    values,
    linkedTo: (hubspotId) => officernd.find(({ properties }) => properties['hubspot_link_id'] === linkId(hubspotId)),
  };
}

/** The link id of an OfficeRnD record. */
export const linkShown = (record: SeenOfficernd | undefined): unknown => record?.properties['hubspot_link_id'];

/** An OfficeRnD record without its link id and the stamps of every write. Clearing a link must not change the rest (U1). */
export function besidesLink(record: SeenOfficernd | undefined): unknown {
  if (record === undefined) return undefined;
  const { modifiedAt: _at, modifiedBy: _by, properties, ...rest } = record;
  const { hubspot_link_id: _link, ...others } = properties;
  return { ...rest, properties: others };
}

/** HubSpot's records without the modified dates, which HubSpot changes itself some time after a creation. */
export const hubspotContents = ({ hubspot }: SeenWorld): unknown =>
  [hubspot.companies, hubspot.contacts, hubspot.deals].map((records) =>
    records.map(({ updatedAt: _at, properties, ...rest }) => ({
      ...rest,
      properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !name.endsWith('lastmodifieddate'))),
    })),
  );

/** The calls that may change something at the vendor, by route. */
export function writesIn({ byRoute }: Requests): Readonly<Record<string, number>> {
  const reads = /^GET |\/batch\/read$|\/search$|token/;
  return Object.fromEntries(Object.entries(byRoute).filter(([route]) => !reads.test(route)));
}

/** Runs once more and checks that nothing happens: no write, no link change, no new review (A1). */
export async function expectSettled(stage: Stage, tenant: string, expected: Partial<SeenReport> = {}): Promise<SeenReport> {
  const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];
  const before = await writes();
  const report = await stage.sync(tenant);
  expect(await writes()).toEqual(before);
  expect(report).toMatchObject({ state: 'completed', conflicts: 0, firstLink: 0, failures: 0, ...expected });
  for (const counts of Object.values(report.phases.link)) expect(counts).toMatchObject({ linked: 0, adopted: 0, created: 0 });
  for (const counts of Object.values(report.phases.unlink))
    expect(counts).toMatchObject({ unlinked: 0, retired: 0, relinked: 0, restored: 0 });
  for (const counts of Object.values(report.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
  return report;
}

/** Runs one task on the stage's database. */
export async function inStore<T>(stage: Stage, task: (db: Db) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(stage.env['MONGODB_URI'] ?? '');
  try {
    return await task(client.db());
  } finally {
    await client.close();
  }
}

export interface KeptValue {
  readonly kind: 'conflict' | 'first-link' | 'drift';
  readonly hubspotId: string;
  readonly officerndId: string;
  readonly field: string;
  readonly rule: string;
  readonly base: unknown;
  readonly officernd: unknown;
  readonly hubspot: unknown;
  readonly at: Date;
}

/** The conflicts, first-link losses and drift of one run (M2, M4, M5). */
export const keptValues = (stage: Stage, tenant: string, run: string): Promise<readonly KeptValue[]> =>
  inStore(stage, (db) =>
    db.collection<KeptValue & { readonly tenant: string; readonly run: string }>('conflicts').find({ tenant, run }).toArray(),
  );

export interface OpenReview {
  readonly kind: string;
  readonly rule: string;
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
}

export const openReviews = (stage: Stage, tenant: string): Promise<readonly OpenReview[]> =>
  inStore(stage, (db) =>
    db.collection<OpenReview & { readonly tenant: string; readonly state: string }>('reviews').find({ tenant, state: 'open' }).toArray(),
  );

export interface NotedFailure {
  readonly subject: string;
  readonly field: string | null;
  readonly reason: string;
  readonly said?: string;
  readonly runs: number;
}

export const notedFailures = (stage: Stage, tenant: string): Promise<readonly NotedFailure[]> =>
  inStore(stage, (db) => db.collection<NotedFailure & { readonly tenant: string }>('failures').find({ tenant }).toArray());

export interface StoredLink {
  readonly officerndId: string;
  readonly hubspotId: string;
  readonly state: string;
  readonly reason: string | null;
}

export const storedLinks = (stage: Stage, tenant: string): Promise<readonly StoredLink[]> =>
  inStore(stage, (db) => db.collection<StoredLink & { readonly tenant: string }>('links').find({ tenant }).toArray());

/** Faults on one vendor, for `POST /faults` (docs/development.md, Emulators). */
export const addFaults = (stage: Stage, side: 'officernd' | 'hubspot', faults: readonly object[]): Promise<unknown> =>
  stage.admin(side, 'POST', '/faults', faults);

/** Lets the requests go on that a fault `{ hold: true }` holds, and ends all faults of that vendor. */
export const release = (stage: Stage, side: 'officernd' | 'hubspot'): Promise<unknown> => stage.admin(side, 'DELETE', '/faults');
