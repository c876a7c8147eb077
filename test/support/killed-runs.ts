import { inStore } from './sight';
import { createStage } from './stage';
import type { Stage, StageWorld } from './stage';

/** Runs whose worker is killed in the middle of a phase, and those that nothing disturbs. */
export interface KilledRuns {
  /** A stage of its own, with work for all three phases. */
  readonly openStage: (name: string) => Promise<Stage>;
  /** A2: kills a run's worker at this crash point, and has another worker finish the run. `expected` is the end without a kill. */
  readonly finishByAnother: (point: string) => Promise<{ readonly seen: RunEnd; readonly expected: RunEnd }>;
  readonly stop: () => Promise<unknown>;
}

/** The death of a worker is noticed after this time. The default is tested in resume.long.test.ts. */
const SOON_NOTICED = { ORSYNC_DEAD_WORKER_SECONDS: '4' };

/** The result of a run. */
interface RunEnd {
  readonly state: string;
  /** Members. */
  readonly created: unknown;
  /** Both worlds. */
  readonly end: unknown;
  /** OfficeRnD and HubSpot records in more than one active link (L13). */
  readonly linkedTwice: readonly unknown[];
}

export const id = (kind: string, number: number) => `65f0${kind}${String(number).padStart(19, '0')}`;

/** All three phases have work: two obsolete links, matches, creations, and differences both ways. */
const world: StageWorld = {
  officernd: {
    companies: [
      { _id: id('c', 1), name: 'Gone', properties: { hubspot_link_id: '12345678-901' } },
      { _id: id('c', 2), name: 'Matched', description: 'from OfficeRnD' },
      ...many(10, (n) => ({ _id: id('c', 100 + n), name: `Firm ${n}`, url: `https://firm${n}.example` })),
    ],
    members: [{ _id: id('e', 1), name: 'Gone Too', email: 'gone@example.com', properties: { hubspot_link_id: '12345678-902' } }],
  },
  hubspot: {
    portalId: '12345678',
    companies: [
      { id: '1', properties: { name: 'Matched', city: 'London' } },
      ...many(10, (n) => ({ id: `${100 + n}`, properties: { name: `Firm ${n}`, city: `City ${n}` } })),
    ],
    contacts: many(15, (n) => ({
      id: `${500 + n}`,
      properties: { firstname: 'Ann', lastname: `Lee${n}`, email: `ann${n}@example.com` },
      associations: { companies: ['1'] },
    })),
  },
};

export function many<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

export function createKilledRuns(): KilledRuns {
  const stages: Stage[] = [];
  const openStage: KilledRuns['openStage'] = async (name) => {
    const stage = await createStage(name);
    stages.push(stage);
    await stage.putWorld(world);
    return stage;
  };
  async function runUndisturbed(): Promise<unknown> {
    const stage = await openStage('undisturbed');
    await stage.applyTenant('undisturbed');
    const worker = await stage.startWorker();
    await stage.sync('undisturbed');
    await worker.stop();
    return endState(stage);
  }
  let undisturbed: Promise<unknown> | undefined;

  return {
    openStage,
    finishByAnother: async (point) => {
      const name = `killed-${point.replace(':', '-')}`;
      const stage = await openStage(name);
      await stage.applyTenant(name);
      const doomed = await stage.startWorker({ ...SOON_NOTICED, ORSYNC_CRASH_AT: point });
      const running = stage.sync(name);
      await doomed.ended;
      const survivor = await stage.startWorker(SOON_NOTICED);
      const report = await running;
      await survivor.stop();
      const created = report.phases.link['member']?.['created'];
      return {
        seen: { state: report.state, created, end: await endState(stage), linkedTwice: await linkedTwice(stage) },
        expected: { state: 'completed', created: 15, end: await (undisturbed ??= runUndisturbed()), linkedTwice: [] },
      };
    },
    stop: () => Promise.all(stages.map((stage) => stage.stop())),
  };
}

/** Both worlds without what differs from run to run by nature: ids that OfficeRnD gave, and times. */
export async function endState(stage: Stage) {
  const { officernd, hubspot } = await stage.world();
  const names = new Map(officernd.companies.map(({ _id, name }) => [_id, name]));
  return {
    companies: officernd.companies.map(({ name, properties, ...rest }) => ({
      name,
      properties,
      city: rest['address'],
      url: rest['url'],
      description: rest['description'],
    })),
    members: officernd.members
      .map(({ name, properties, ...rest }) => ({ name, properties, email: rest['email'], company: names.get(String(rest['company'])) }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    hubspot: [...hubspot.companies, ...hubspot.contacts].map((record) => ({
      id: record.id,
      properties: Object.fromEntries(Object.entries(record.properties).filter(([name]) => !/date|modified/.test(name))),
    })),
  };
}

/** OfficeRnD and HubSpot records that are in more than one active link (L13). */
export const linkedTwice = (stage: Stage): Promise<readonly unknown[]> =>
  inStore(stage, async (db) => {
    const links = db.collection('links');
    const active = await links.countDocuments({ state: 'active' });
    if (active === 0) throw new Error('The run has linked nothing.');
    const groups = ['hubspotId', 'officerndId'].map((side) =>
      links
        .aggregate([
          { $match: { state: 'active' } },
          { $group: { _id: { tenant: '$tenant', entity: '$entity', id: `$${side}` }, count: { $sum: 1 } } },
          { $match: { count: { $gt: 1 } } },
        ])
        .toArray(),
    );
    return (await Promise.all(groups)).flat();
  });
