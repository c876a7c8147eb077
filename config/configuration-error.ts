import { asSentence } from '../domain/printable';

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** The setting: `officernd.clientSecret`, `additional.company[0].hubspot`, `MONGODB_URI`; empty for the file as a whole. */
  readonly setting: string;
  /** Says what is wrong and what to do, as a clause. It never contains a secret or personal data (A6). */
  readonly message: string;
}

/**
 * A configuration that can't be used. The message is one short sentence with the first problem and the number of other problems. `problems`
 * lists them all. The command line exits with 2.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly kind = 'configuration';

  /** `source` is where the settings stand: a file's name, or `the environment`. */
  constructor(
    readonly problems: readonly ConfigurationProblem[],
    readonly source?: string,
    options?: ErrorOptions,
  ) {
    super(sentenceOf(problems, source), options);
  }

  /** The first wrong setting; undefined for the file as a whole. */
  get setting(): string | undefined {
    const setting = this.problems[0]?.setting;
    return setting === '' ? undefined : setting;
  }
}

/** A problem as a line of its own. */
export const describeProblem = ({ setting, message }: ConfigurationProblem): string =>
  setting === '' ? message : `${setting}: ${message}`;

function sentenceOf(problems: readonly ConfigurationProblem[], source: string | undefined): string {
  const [first, ...others] = problems;
  const what = first === undefined ? 'The configuration cannot be used' : describeProblem(first);
  const more = others.length === 0 ? '' : `; and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'}`;
  const sentence = `${what}${more}${source === undefined ? '' : ` (in ${source})`}.`;
  // Names of settings stay as they are written.
  return asSentence(first?.setting === '' ? `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}` : sentence);
}
