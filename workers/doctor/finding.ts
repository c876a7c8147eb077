/** The subject of a check. */
export type Subject =
  | 'temporal'
  | 'worker'
  | 'mongodb'
  | 'clock'
  | 'configuration'
  | 'secrets'
  | 'officernd'
  | 'hubspot'
  | 'definitions'
  | 'links'
  | 'schedule'
  | 'feeds'
  | 'runs'
  | 'proposals';

/** The result of one check. */
export interface Finding {
  readonly about: Subject;
  /** `warning`: a run can do its work, and somebody should know. `problem`: a run can't, or not rightly. */
  readonly result: 'ok' | 'warning' | 'problem';
  /** One sentence: what is so, and what to do where something is to do. It holds no secret and no personal data (A6). */
  readonly message: string;
  /** The setting or variable to look at. */
  readonly setting?: string;
  /** An address did not answer, so this may pass by itself. */
  readonly isSilent?: true;
}

type Said = Pick<Finding, 'about' | 'message' | 'setting'>;

export const ok = (about: Subject, message: string): Finding => ({ about, result: 'ok', message });
export const warning = (said: Said): Finding => ({ ...said, result: 'warning' });
export const problem = (said: Said): Finding => ({ ...said, result: 'problem' });
export const silence = (said: Said): Finding => ({ ...said, result: 'problem', isSilent: true });

/** A program can't begin, because something that it needs is not there. The message is the first finding's sentence, as `orsync doctor` shows it. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  constructor(readonly problems: readonly Finding[]) {
    super(problems[0]?.message ?? 'Something that is needed is not there.');
  }
}

/** Throws a `NotReadyError` with all problems among these findings, if there are any. */
export function refuseProblems(findings: readonly Finding[]): void {
  const problems = findings.filter(({ result }) => result === 'problem');
  if (problems.length > 0) throw new NotReadyError(problems);
}

/** `wrong` outranks `silent`: what is wrong stays so until somebody acts. */
export function verdictOf(findings: readonly Finding[]): 'well' | 'silent' | 'wrong' {
  const problems = findings.filter(({ result }) => result === 'problem');
  if (problems.length === 0) return 'well';
  return problems.every(({ isSilent }) => isSilent === true) ? 'silent' : 'wrong';
}
