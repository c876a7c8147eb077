/** Numbers that a piece of work adds up, by name: `checked`, `candidates`, `compared`, … */
export type Counters = Readonly<Record<string, number>>;

export function addCounters(one: Counters, other: Counters): Counters {
  const sum: Record<string, number> = { ...one };
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
