import { randomUUID } from 'node:crypto';
import type { CrashPoint } from '../../activities/deps';
import { createActivityEngine } from './activity-engine';
import type { ActivityEngine, RunEnd } from './activity-engine';
import type { Kind } from './crash-kinds';
import { inStore, look, storedLinks, writesIn } from './sight';
import { createStage } from './stage';
import type { Stage } from './stage';

/** Plays runs of activities in this process, and compares one that was killed with one that nothing disturbed. */
export interface CrashPlays {
  readonly engine: ActivityEngine;
  /** Puts a world in place and plays all rounds but the last run, which is the caller's. Returns the new tenant. */
  readonly prepare: (kind: Pick<Kind, 'world' | 'rounds'>) => Promise<string>;
  /** All that a run leaves behind, without what differs by nature: ids that vendors gave, and times. */
  readonly endState: (tenant: string) => Promise<unknown>;
  /** The counts of the run's report (A3). */
  readonly told: (tenant: string, runId: string, end: RunEnd) => Promise<unknown>;
  /** The end of a run that nothing disturbs. Each kind is played once. */
  readonly endUndisturbed: (name: string, kind: Kind) => Promise<{ readonly end: unknown; readonly told: unknown }>;
  /** The writing calls that both vendors have had. */
  readonly writes: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Plays on a stage, or on one of its own with this name. `stop` stops the stage, too. */
export async function createCrashPlays(on: Stage | string): Promise<CrashPlays> {
  const stage = typeof on === 'string' ? await createStage(on) : on;
  const engine = await createActivityEngine(stage);
  let tenants = 0;

  const prepare: CrashPlays['prepare'] = async ({ world, rounds }) => {
    tenants += 1;
    const tenant = `crash-${tenants}`;
    await stage.putWorld(world);
    await engine.addTenant(tenant);
    for (const [index, edit] of rounds.entries()) {
      await edit(stage, tenant);
      if (index < rounds.length - 1) await engine.run(tenant);
    }
    return tenant;
  };

  const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

  const endState: CrashPlays['endState'] = async (tenant) => {
    const { world } = await look(stage);
    const nameOf = new Map(world.officernd.members.map(({ _id, name }) => [_id, name]));
    const links = await storedLinks(stage, tenant);
    const conflicts = await inStore(stage, (db) =>
      db
        .collection<{
          readonly tenant: string;
          readonly kind: string;
          readonly hubspotId: string;
          readonly field: string;
          readonly hubspot: unknown;
        }>('conflicts')
        .find({ tenant })
        .toArray(),
    );
    return {
      members: world.officernd.members
        .map(({ name, properties, ...rest }) => JSON.stringify([name, properties, rest['email'], rest['phone'], rest['address']]))
        .toSorted(),
      contacts: world.hubspot.contacts.map(({ id, properties, archived }) => ({
        id,
        archived,
        properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !/date|modified|merged_vids/.test(name))),
      })),
      links: links
        .map(({ officerndId, hubspotId, state, reason }) => JSON.stringify([nameOf.get(officerndId), hubspotId, state, reason]))
        .toSorted(),
      conflicts: [
        ...new Set(conflicts.map(({ kind, hubspotId, field, hubspot }) => JSON.stringify([kind, hubspotId, field, hubspot]))),
      ].toSorted(),
    };
  };

  const told: CrashPlays['told'] = async (tenant, runId, { told: counts }) => ({
    ...counts,
    operations: (await engine.store.forTenant(tenant).operations.tally(runId))
      .map(({ phase, kind, reason, count }) => `${phase} ${kind} ${reason}: ${count}`)
      .toSorted(),
  });

  const undisturbed = new Map<string, Promise<{ readonly end: unknown; readonly told: unknown }>>();
  const endUndisturbed: CrashPlays['endUndisturbed'] = (name, kind) => {
    const known =
      undisturbed.get(name) ??
      prepare(kind).then(async (tenant) => {
        const runId = randomUUID();
        const run = await engine.run(tenant, { runId });
        return { end: await endState(tenant), told: await told(tenant, runId, run) };
      });
    undisturbed.set(name, known);
    return known;
  };

  const stop = async (): Promise<void> => {
    await engine.close();
    await stage.stop();
  };
  return { engine, prepare, endState, told, endUndisturbed, writes, stop };
}

export interface Killed {
  readonly name: string;
  readonly kind: Kind;
  readonly point: CrashPoint;
  /** Another attempt follows, or else the run is given up and the next run follows. */
  readonly goesOn: boolean;
}

/** The result of a killed run and of the runs after it. */
interface AfterKill {
  readonly wasKilled: boolean;
  /** The counts of the run's report (A3); null where the run was given up. */
  readonly told: unknown;
  readonly end: unknown;
  /** After one more run, which must find nothing to do. */
  readonly later: { readonly writes: unknown; readonly end: unknown };
}

/** A2: kills a run, plays another attempt or the next run, and then one more run. `expected` is the result without a kill. */
export async function playKilled(
  { engine, prepare, endState, endUndisturbed, told, writes }: CrashPlays,
  { name, kind, point, goesOn }: Killed,
): Promise<{ readonly seen: AfterKill; readonly expected: AfterKill }> {
  const undisturbed = await endUndisturbed(name, kind);
  const tenant = await prepare(kind);
  // The second record on its way, or the one batch that there is.
  const nth = /^(?:unlink|create-called|relink)/.test(point) ? 2 : 1;
  const runId = randomUUID();
  const run = await engine.run(tenant, { runId, killAt: { point, nth }, goesOn });
  const seenTold = goesOn ? await told(tenant, runId, run) : null;
  if (!goesOn) await engine.run(tenant);
  const end = await endState(tenant);
  const before = await writes();
  await engine.run(tenant);
  const later = { writes: await writes(), end: await endState(tenant) };
  return {
    seen: { wasKilled: run.wasKilled, told: seenTold, end, later },
    expected: {
      wasKilled: true,
      told: goesOn ? undisturbed.told : null,
      end: undisturbed.end,
      later: { writes: before, end: undisturbed.end },
    },
  };
}
