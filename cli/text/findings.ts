import { verdictOf } from '../../workers/doctor/finding';
import type { Finding } from '../../workers/doctor/finding';
import { counted } from './tables';

/** A finding, and the tenant that it is about. */
export interface ShownFinding extends Finding {
  readonly tenant?: string;
}

const signs: Readonly<Record<Finding['result'], string>> = { ok: 'ok', warning: 'NOTE', problem: 'WRONG' };

/** A line for each finding, and one for all. */
export function findingsText(findings: readonly ShownFinding[]): string {
  const subjects = findings.map(({ about, tenant }) => (tenant === undefined ? about : `${tenant} ${about}`));
  const width = Math.max(...subjects.map(({ length }) => length));
  const lines = findings.map(
    ({ result, message }, index) => `${signs[result].padEnd(5)}  ${(subjects[index] ?? '').padEnd(width)}  ${message}`,
  );
  return [...lines, summary(findings)].join('\n');
}

function summary(findings: readonly ShownFinding[]): string {
  const count = (result: Finding['result']): number => findings.filter((finding) => finding.result === result).length;
  const notes = count('warning') === 0 ? '' : `, ${counted(count('warning'), 'note')}`;
  switch (verdictOf(findings)) {
    case 'well':
      return `All is well${notes}.`;
    case 'silent':
    case 'wrong':
      return `${counted(count('problem'), 'problem')}${notes}.`;
  }
}
