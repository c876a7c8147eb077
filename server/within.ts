/** Resolves as the work does, or to false when it takes longer. The work itself goes on. */
export function within(work: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
