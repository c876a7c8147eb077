import { entities } from '../../domain/entity';
import { poll } from '../support/poll';
import { runCli } from '../support/run-cli';
import type { CliResult } from '../support/run-cli';
import { addFaults, expectSettled, inStore, look, release } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/** A5: a request that comes while a cancelled run has yet to end. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

describe('A5 a cancelled run that has yet to end, because a write is on its way', () => {
  const tenant = 'one-run-again';
  const waits = `The run of ${tenant} was cancelled and has not ended yet`;
  const created = async () => (await look(stage)).world.officernd.companies.map(({ name }) => name).toSorted();
  /** Has a run cancelled while one of its creations is held at the vendor, and members are yet to come. */
  const cancelRun = async (...names: readonly string[]): Promise<{ readonly end: Promise<SeenReport> }> => {
    const before = (await created()).length;
    await stage.edit(
      'hubspot',
      names.map((name) => ({ op: 'create', type: 'companies', properties: { name } })),
    );
    await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/companies$' }, times: 1, action: { hold: true } }]);
    const end = stage.sync(tenant, [], 1);
    await poll('a creation', async () => (await created()).length > before || undefined);
    expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
    return { end };
  };
  /** Runs a command. The held creation goes on as soon as the command says that it waits. */
  const whileHeld = (...args: readonly string[]): Promise<CliResult> => {
    let isReleased = false;
    return runCli(args, stage.env, (log) => {
      if (isReleased || !log.includes(waits)) return;
      isReleased = true;
      void release(stage, 'officernd');
    });
  };

  beforeAll(async () => {
    await stage.putWorld({ hubspot: { companies: [{ id: '1', properties: { name: 'C0' } }] } });
    await stage.applyTenant(tenant, { entities });
    // The first creation of an entity goes alone (S2). From now on several go together, so that one can be held.
    await stage.sync(tenant);
  });

  test('is not joined: what is asked for is a run of its own, after it', async () => {
    const { end } = await cancelRun('C1', 'C2');
    const next = await whileHeld('sync', tenant, '--wait', '--json');
    const cancelled = await end;
    expect(cancelled).toMatchObject({ state: 'cancelled', phases: { link: { company: { created: 2 } } } });
    expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining(waits) });
    const report = reportSchema.parse(JSON.parse(next.stdout));
    expect(report).toMatchObject({ state: 'completed', phases: { link: { company: { created: 0 } } } });
    expect(report.runId).not.toBe(cancelled.runId);
    expect(await created()).toEqual(['C0', 'C1', 'C2']);
    await expectSettled(stage, tenant);
  });

  test('is waited for before its tenant is removed, so that it keeps nothing for one that is gone', async () => {
    const { end } = await cancelRun('C3', 'C4');
    expect(await whileHeld('tenant', 'remove', tenant)).toMatchObject({ code: 0, stderr: expect.stringContaining(waits) });
    // Its report is gone, too, perhaps before it was printed.
    await end.catch(() => undefined);
    expect(await created()).toEqual(['C0', 'C1', 'C2', 'C3', 'C4']);
    const kept = await inStore(stage, async (db) => {
      const names = (await db.listCollections().toArray()).map(({ name }) => name);
      return Promise.all(names.map(async (name) => [name, await db.collection(name).countDocuments({ tenant })]));
    });
    expect(kept.filter(([, count]) => count !== 0)).toEqual([]);
  });
});
