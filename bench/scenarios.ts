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
}

/** Scenarios that run one after the other on one world. Each begins with the data that the one before has left. */
export interface ScenarioGroup {
  readonly name: string;
  readonly officernd: OfficerndSide;
  readonly scenarios: readonly BenchScenario[];
}

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
