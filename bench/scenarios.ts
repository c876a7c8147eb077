import { recordIds } from './records';
import type { Stand } from './stand';
import { hubspotWorld, officerndWorld, onePercentEdits, sizeOf } from './world';
import type { OfficerndSide, WorldSize } from './world';

/** One measured run. */
export interface BenchScenario {
  readonly name: string;
  readonly title: string;
  /** @default 'full' */
  readonly mode?: 'full' | 'incremental';
  /** Makes changes at the vendors before the run. */
  readonly prepare?: (stand: Stand, size: WorldSize) => Promise<void>;
  /** The writes that the run must make. Other writes make the benchmark fail. */
  readonly writes: 'none' | 'links' | 'creations' | 'one-percent';
  /** Contacts that are gone from HubSpot: all so far, and those whose link this run must end. @default none */
  readonly gone?: { readonly all: number; readonly now: number };
  /** Settings of the tenant file, beside those of all benchmarks. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Scenarios that run one after the other on one world. Each begins with the data that the one before has left. */
export interface ScenarioGroup {
  readonly name: string;
  readonly officernd: OfficerndSide;
  readonly scenarios: readonly BenchScenario[];
  /** Only measured when it is asked for by name. */
  readonly isAskedFor?: true;
}

const TEN = 10;

/** Deletes ten contacts in HubSpot, spread over all of them. `from` is another one each time. */
const deleteTen =
  (from: number) =>
  async ({ vendors }: Stand, { member }: WorldSize) =>
    vendors.edit(
      'hubspot',
      Array.from({ length: TEN }, (_, index) => ({
        op: 'archive',
        type: 'contacts',
        id: recordIds.hubspot('member', from + Math.floor((index * member) / TEN)),
      })),
    );

const READING = { incremental: { readLinked: true } };

export const groups: readonly ScenarioGroup[] = [
  {
    name: 'matching',
    officernd: 'unlinked',
    scenarios: [
      { name: 'first-sync', title: 'First sync, everything matches by e-mail or name', writes: 'links' },
      { name: 'second-run', title: 'Full run after that, nothing changed', writes: 'none' },
    ],
  },
  {
    name: 'linked',
    officernd: 'linked',
    scenarios: [
      { name: 'adopt', title: 'First sync, links of the vendor’s own integration are adopted', writes: 'none' },
      { name: 'no-change', title: 'Full run, nothing changed', writes: 'none' },
      { name: 'incremental', title: 'Incremental run, nothing changed', mode: 'incremental', writes: 'none' },
      {
        name: 'one-percent',
        title: 'Full run, 1 % of the records changed in HubSpot and another 1 % in OfficeRnD',
        prepare: async ({ vendors }, size) => {
          await vendors.edit('hubspot', onePercentEdits('hubspot', size));
          await vendors.edit('officernd', onePercentEdits('officernd', size));
        },
        writes: 'one-percent',
      },
    ],
  },
  {
    name: 'quiet',
    officernd: 'linked',
    isAskedFor: true,
    scenarios: [
      { name: 'quiet-adopt', title: 'First sync, links of the vendor’s own integration are adopted', writes: 'none' },
      { name: 'quiet-counting', title: 'Incremental run that counts, nothing changed', mode: 'incremental', writes: 'none' },
      {
        name: 'ten-gone-counting',
        title: 'Incremental run that counts, ten contacts deleted in HubSpot',
        mode: 'incremental',
        prepare: deleteTen(3),
        writes: 'none',
        gone: { all: TEN, now: TEN },
      },
      {
        name: 'quiet-full',
        title: 'Full run, nothing changed',
        writes: 'none',
        gone: { all: TEN, now: 0 },
        settings: READING,
      },
      {
        name: 'quiet-reading',
        title: 'Incremental run that reads every linked record, nothing changed',
        mode: 'incremental',
        writes: 'none',
        gone: { all: TEN, now: 0 },
        settings: READING,
      },
      {
        name: 'ten-gone-reading',
        title: 'Incremental run that reads every linked record, ten contacts deleted in HubSpot',
        mode: 'incremental',
        prepare: deleteTen(5),
        writes: 'none',
        gone: { all: 2 * TEN, now: TEN },
        settings: READING,
      },
    ],
  },
  {
    name: 'creation',
    officernd: 'empty',
    scenarios: [{ name: 'create-all', title: 'First sync, OfficeRnD is empty: everything is created', writes: 'creations' }],
  },
];

/** Sets both vendors to a group's world. Returns its size. */
export async function putWorld(
  { vendors }: Stand,
  group: ScenarioGroup,
  options: { readonly contacts: number; readonly dealsPercent: number },
): Promise<WorldSize> {
  const world = { ...options, officernd: group.officernd };
  await vendors.putWorld('hubspot', hubspotWorld(world));
  await vendors.putWorld('officernd', officerndWorld(world));
  return sizeOf(options);
}
