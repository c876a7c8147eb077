import { verdictOf } from '../../../workers/doctor/finding';
import type { Finding } from '../../../workers/doctor/finding';

/** A broken set-up: what is found, the one sentence for it, and the verdict. */
export type SetUp = readonly [title: string, findings: readonly Finding[], sentence: string, verdict: ReturnType<typeof verdictOf>];

/** Tests that each set-up has exactly its sentence, and that a healthy one has none. */
export function testSetUps(broken: readonly SetUp[], healthy: readonly Finding[]): void {
  test.each(broken)('%s', (_title, findings, sentence, verdict) => {
    expect(findings.filter(({ result }) => result !== 'ok').map(({ message }) => message)).toEqual([sentence]);
    expect(verdictOf(findings)).toBe(verdict);
  });

  test('where all is well, each check says so', () => {
    expect(healthy).not.toEqual([]);
    expect(healthy.filter(({ result }) => result !== 'ok')).toEqual([]);
    expect(verdictOf(healthy)).toBe('well');
  });
}
