import fc from 'fast-check';
import { askedSinceMs, firstPlace, placeAfter, POLL_OVERLAP_MS, untold } from '../../../domain/hints/poll-place';
import type { PolledRecord, PollPlace } from '../../../domain/hints/poll-place';

const NOW = Date.parse('2026-05-02T09:00:00.000Z');

test('a change is told once, although it is asked for again', () => {
  const change = { id: 'a', modifiedAtMs: NOW - 1_000 };
  const first = firstPlace(NOW);
  expect(askedSinceMs(first)).toBe(NOW - POLL_OVERLAP_MS);
  expect(untold([change], first)).toEqual([change]);
  const next = placeAfter(first, [change], NOW);
  expect(untold([change], next)).toEqual([]);
  const again = { ...change, modifiedAtMs: NOW + 500 };
  expect(untold([again], next)).toEqual([again]);
});

test('a record with a name of JavaScript’s own is like any other', () => {
  const odd = { id: 'constructor', modifiedAtMs: NOW };
  expect(untold([odd], firstPlace(NOW))).toEqual([odd]);
});

test('a change in the future is told, and what comes meanwhile is not missed', () => {
  const future = { id: 'a', modifiedAtMs: NOW + 3_600_000 };
  const next = placeAfter(firstPlace(NOW), [future], NOW);
  expect(askedSinceMs(next)).toBeLessThanOrEqual(NOW - POLL_OVERLAP_MS);
  expect(untold([future, { id: 'b', modifiedAtMs: NOW + 1_000 }], next)).toEqual([{ id: 'b', modifiedAtMs: NOW + 1_000 }]);
});

test('what has come again for ten minutes comes no more, and a quiet poll leaves its place as it is', () => {
  const change = { id: 'a', modifiedAtMs: NOW - 10 };
  const told = placeAfter(firstPlace(NOW), [change], NOW);
  expect(placeAfter(told, [change], NOW + 60_000)).toEqual(told);
  const later = placeAfter(told, [change], NOW + 2 * POLL_OVERLAP_MS);
  expect(askedSinceMs(later)).toBeGreaterThan(change.modifiedAtMs);
  expect(later.told).toEqual({});
  expect(placeAfter(later, [], NOW + 3 * POLL_OVERLAP_MS)).toEqual(later);
});

test('T5 each change is told once, however the polls fall, if the vendor shows it within the overlap', () => {
  const change = fc.record({ id: fc.constantFrom('a', 'b', 'c'), atMs: fc.nat(3_600_000), lateMs: fc.nat(POLL_OVERLAP_MS - 120_000) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.integer({ min: 10_000, max: 120_000 }), (changes, everyMs) => {
      const told: string[] = [];
      let place: PollPlace = firstPlace(0);
      for (let nowMs = 0; nowMs < 3_600_000 + 2 * POLL_OVERLAP_MS; nowMs += everyMs) {
        // The vendor has each record's newest change that it shows by now.
        const shown = new Map<string, PolledRecord>();
        for (const { id, atMs, lateMs } of changes.toSorted((one, other) => one.atMs - other.atMs))
          if (atMs + lateMs <= nowMs) shown.set(id, { id, modifiedAtMs: atMs });
        const records = [...shown.values()].filter(({ modifiedAtMs }) => modifiedAtMs >= askedSinceMs(place));
        told.push(...untold(records, place).map(({ id, modifiedAtMs }) => `${id} ${modifiedAtMs}`));
        place = placeAfter(place, records, nowMs);
      }
      expect(new Set(told).size).toBe(told.length);
      // The newest change of each record is always among them.
      for (const id of new Set(changes.map((one) => one.id))) {
        const newest = Math.max(...changes.filter((one) => one.id === id).map(({ atMs }) => atMs));
        expect(told).toContain(`${id} ${newest}`);
      }
    }),
  );
});
