export interface Asked {
  /** How many documents answer to the ids; each id has one at the most. */
  readonly count: () => Promise<number>;
  /** The ids that they answer to. */
  readonly read: () => Promise<readonly string[]>;
}

/**
 * Those of the ids that something answers to. Mostly it is all of them or none: then a number is all that MongoDB sends, and nothing is unpacked.
 */
export async function among(ids: readonly string[], { count, read }: Asked): Promise<ReadonlySet<string>> {
  const asked = new Set(ids);
  if (asked.size === 0) return asked;
  const answering = await count();
  if (answering === asked.size) return asked;
  return answering === 0 ? new Set() : new Set(await read());
}
