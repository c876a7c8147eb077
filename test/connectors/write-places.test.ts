import { PLACE_MS, placesFor } from '../../connectors/limits';
import type { Limiter } from '../../connectors/limits';
import { createWritePlaces } from '../../connectors/write-places';

/** M8: places for reading a record again and for writing it, before either call. */

function world(room: Readonly<Record<string, number>>, waits: Readonly<Record<string, readonly number[]>> = {}, setBack = false) {
  const clock = { wallMs: 0, steadyMs: 0 };
  const asked: string[] = [];
  const left = new Map(Object.entries(waits).map(([name, ms]) => [name, [...ms]]));
  const limiter: Limiter = {
    acquire: async () => undefined,
    reserve: async (name, most) => {
      asked.push(`${name} ${most}`);
      const waitMs = left.get(name)?.shift() ?? 0;
      clock.steadyMs += waitMs;
      clock.wallMs += setBack ? -1 : waitMs;
      return placesFor(Math.min(most, room[name] ?? 0));
    },
    penalise: async () => undefined,
    noteRoom: async () => undefined,
  };
  return { asked, places: createWritePlaces({ limiter, clocks: () => ({ wallMs: clock.wallMs, steadyMs: clock.steadyMs }) }) };
}

const classes = { look: 'read', write: 'write' };

test('M8 there are as many places as both classes have room for', async () => {
  const { asked, places } = world({ read: 3, write: 8 });
  expect(await places.inTwoClasses(classes, 12, undefined)).toHaveLength(3);
  expect(asked).toEqual(['write 12', 'read 8']);
});

test('M8 places to write that have grown old in the wait for places to read are taken anew, three times at most', async () => {
  const once = world({ read: 12, write: 12 }, { read: [PLACE_MS + 1, 0] });
  await once.places.inTwoClasses(classes, 2, undefined);
  expect(once.asked).toEqual(['write 2', 'read 2', 'write 2', 'read 2']);
  const always = world({ read: 12, write: 12 }, { read: [60_000, 60_000, 60_000, 60_000] });
  expect(await always.places.inTwoClasses(classes, 2, undefined)).toHaveLength(2);
  expect(always.asked).toHaveLength(6);
});

test('M8 places are young only by both clocks: the wall clock was set back in the wait', async () => {
  const { asked, places } = world({ read: 12, write: 12 }, { read: [PLACE_MS + 1] }, true);
  await places.inTwoClasses(classes, 2, undefined);
  expect(asked.length).toBeGreaterThan(2);
});

test('M8 in one class, both places are taken at once, or one after the other', async () => {
  const ample = world({ general: 9 });
  await ample.places.inOneClass('general', undefined);
  expect(ample.asked).toEqual(['general 2']);
  const scarce = world({ general: 1 });
  const { look, write } = await scarce.places.inOneClass('general', undefined);
  expect(scarce.asked).toEqual(['general 2', 'general 1']);
  expect([look.use(), write.use(), look.use(), write.use()]).toEqual([true, true, false, false]);
});
