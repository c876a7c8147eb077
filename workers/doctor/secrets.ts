import type { ConfigurationProblem } from '../../config/configuration-error';
import { ok, problem, warning } from './finding';
import type { Finding } from './finding';

/** A tenant's secrets, as this process finds them. Their values are not among the facts. */
export interface SecretFacts {
  /** Secrets that are missing, can't be read or may not be used. */
  readonly problems: readonly ConfigurationProblem[];
  readonly files: readonly SecretFile[];
  /** Settings whose secrets begin and end with a quotation mark. */
  readonly quoted: readonly string[];
}

export interface SecretFile {
  readonly setting: string;
  /** As the tenant file names it. */
  readonly path: string;
  /** Permissions, such as 0o600; null where the system has none, or they can't be read. */
  readonly mode: number | null;
}

/** Everybody who has an account on this machine. */
const OTHERS_MAY_READ = 0o004;

/** Secrets: whether they are there and well formed, and who else can read them. */
export function judgeSecrets({ problems, files, quoted }: SecretFacts): readonly Finding[] {
  const findings = [
    ...problems.map(({ setting, message }) => problem({ about: 'secrets', setting, message: `${setting}: ${message}.` })),
    ...quoted.map((setting) =>
      warning({
        about: 'secrets',
        setting,
        message: `${setting}: the secret begins and ends with a quotation mark, which no vendor's has; write it without quotation marks.`,
      }),
    ),
    ...files.flatMap(readableByOthers),
  ];
  return findings.length > 0 ? findings : [ok('secrets', 'All secrets are there and well formed.')];
}

function readableByOthers({ setting, path, mode }: SecretFile): readonly Finding[] {
  if (mode === null || (mode & OTHERS_MAY_READ) === 0) return [];
  const message = `${setting}: every user of this machine may read the file ${path} (mode ${mode.toString(8).padStart(4, '0')}); run "chmod 600" on it.`;
  return [warning({ about: 'secrets', setting, message })];
}
