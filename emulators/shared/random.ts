/** A seeded source of randomness: the same seed and label give the same sequence. */
export interface SeededRandom {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A text of this many hexadecimal digits. */
  readonly hex: (digits: number) => string;
}

/** Mulberry32. Each `label` has its own sequence, so an additional draw for one label changes no other sequence. */
export function createSeededRandom(seed: number, label = ''): SeededRandom {
  let state = Buffer.from(label).reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, hex: (digits) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('') };
}
