import type { SeededRandom } from '../shared/random';

/** A UUID of version 7, which starts with the time. */
export function correlationId(nowMs: number, random: SeededRandom): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${random.hex(3)}-b${random.hex(3)}-${random.hex(12)}`;
}
