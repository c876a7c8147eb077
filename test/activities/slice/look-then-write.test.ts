import { lookThenWrite } from '../../../activities/slice/look-then-write';
import { createLooks } from '../../../activities/slice/looks';
import type { OfficerndConnector } from '../../../connectors/officernd/connector';

/** M8: the order in which a record is written, and what is asked right before the write leaves. */

function world({ slowReads = 0 } = {}) {
  const clock = { ms: 0 };
  const steps: string[] = [];
  const state = { isOwner: true, city: 'Leeds', waitForWriteMs: 0, waitForReadMs: 0 };
  let slow = slowReads;
  const place = { look: { use: () => true }, write: { use: () => true } };
  const officernd: Pick<OfficerndConnector, 'reserve' | 'readOne' | 'update'> = {
    reserve: async () => {
      steps.push('place');
      return [place];
    },
    readOne: async (_resource, id, options) => {
      expect(options?.place).toBe(place.look);
      clock.ms += state.waitForReadMs;
      await options?.beforeSend?.();
      clock.ms += slow > 0 ? 3_000 : 100;
      slow -= 1;
      steps.push(`look: ${state.city}`);
      return { id, body: { city: state.city } };
    },
    update: async (_resource, id, body, options) => {
      expect(options?.place).toBe(place.write);
      clock.ms += state.waitForWriteMs;
      state.waitForWriteMs = 0;
      await options?.beforeSend?.();
      steps.push(`write ${JSON.stringify(body)}`);
      return { id, body };
    },
  };
  const work = {
    officernd: officernd as OfficerndConnector,
    signal: new AbortController().signal,
    looks: createLooks({ clocks: () => ({ wallMs: clock.ms, steadyMs: clock.ms }) }),
    assertOwnerCached: async () => {
      steps.push('fence');
      if (!state.isOwner) throw new Error('A later attempt has taken over.');
    },
  };
  const target = { resource: 'companies', id: 'c1', bodyFor: async () => ({ city: 'York' }) } as const;
  return { clock, state, steps, work, target };
}

test('M8 the place comes first, then the look, then the question whether this attempt may write, then the write', async () => {
  const { steps, work, target } = world();
  expect(await lookThenWrite(work, target)).toMatchObject({ kind: 'written', answer: { before: { body: { city: 'Leeds' } } } });
  expect(steps).toEqual(['place', 'look: Leeds', 'fence', 'write {"city":"York"}']);
});

test('M8 a wait for the read does not age the look', async () => {
  const { state, steps, work, target } = world();
  state.waitForReadMs = 30_000;
  await lookThenWrite(work, target);
  expect(steps.filter((step) => step.startsWith('look'))).toHaveLength(1);
  expect(work.looks.takeMaxAgeMs()).toBe(100);
});

test('M8 a write that was held up after its look looks again, and sees what a person has changed', async () => {
  const { state, steps, work, target } = world();
  state.waitForWriteMs = 55_000;
  const seen: unknown[] = [];
  const result = await lookThenWrite(work, {
    ...target,
    bodyFor: async ({ body }) => {
      seen.push(body['city']);
      state.city = 'Hull';
      return seen.length === 1 ? { city: 'York' } : null;
    },
  });
  expect(seen).toEqual(['Leeds', 'Hull']);
  expect(result).toMatchObject({ kind: 'left', record: { body: { city: 'Hull' } } });
  expect(steps.filter((step) => step.startsWith('write'))).toEqual([]);
});

test('M8 a look that took too long itself is repeated', async () => {
  const { steps, work, target } = world({ slowReads: 1 });
  await lookThenWrite(work, target);
  expect(steps).toEqual(['place', 'look: Leeds', 'fence', 'place', 'look: Leeds', 'fence', 'write {"city":"York"}']);
});

test('A2 an attempt that a later one has replaced while it waited for the limiter writes nothing', async () => {
  const { state, steps, work, target } = world();
  state.isOwner = false;
  await expect(lookThenWrite(work, target)).rejects.toThrow('A later attempt has taken over.');
  expect(steps.some((step) => step.startsWith('write'))).toBe(false);
});
