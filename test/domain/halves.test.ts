import fc from 'fast-check';
import { afterTry, beginHalves } from '../../domain/halves';

/** Plays a search against a vendor that refuses by `isRefused`. The first call, with all parts, is counted. */
function play(parts: readonly string[], isRefused: (sent: readonly string[]) => boolean) {
  const found: string[] = [];
  const written = new Set<string>();
  let calls = 1;
  let search = beginHalves(parts);
  for (;;) {
    calls += 1;
    const refused = isRefused(search.trying);
    if (!refused) for (const part of search.trying) written.add(part);
    const step = afterTry(search, !refused);
    if (step.found !== null) found.push(step.found);
    if (step.kind !== 'go-on') return { end: step.kind, calls, found, written };
    search = step.search;
  }
}

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `f${index}`);

test('M10 one refused field among n is found with at most 2·log2(n) + 2 calls, and all others get through', () => {
  for (let count = 2; count <= 40; count += 1) {
    for (const bad of named(count)) {
      const { end, calls, found, written } = play(named(count), (sent) => sent.includes(bad));
      expect({ end, found, written: written.size }).toEqual({ end: 'done', found: [bad], written: count - 1 });
      expect(calls).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) + 2);
    }
  }
});

test('M10 several refused fields are found, or the search ends within its calls; no field is blamed that goes through alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.nat(19), { maxLength: 6 }), (count, chosen) => {
      const bad = new Set(chosen.map((index) => `f${index % count}`));
      const { end, calls, found, written } = play(named(count), (sent) => sent.some((part) => bad.has(part)));
      expect(calls).toBeLessThanOrEqual(2 * count + 1);
      expect(found.every((part) => bad.has(part))).toBe(true);
      expect([...written].every((part) => !bad.has(part))).toBe(true);
      if (end === 'done') expect({ found: new Set(found), written: written.size }).toEqual({ found: bad, written: count - bad.size });
    }),
  );
});

test('M10 a record that is refused whatever is sent costs few calls', () => {
  for (const count of [3, 5, 8, 13]) {
    const { end, calls } = play(named(count), () => true);
    expect(end).toBe('whole');
    expect(calls).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) + 4);
  }
  expect(play(named(2), () => true)).toMatchObject({ end: 'done', found: ['f0', 'f1'] });
});

test('M10 two fields that are refused only together do not hold each other back for ever', () => {
  const { end, found, written } = play(named(4), (sent) => sent.includes('f0') && sent.includes('f3'));
  expect({ end, found, written: written.size }).toEqual({ end: 'done', found: [], written: 4 });
});
