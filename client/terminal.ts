import type { FailureDescription } from './describe-failure';

/** Where the command line writes. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person sees standard error, so that a line may be overwritten. */
  readonly errIsTerminal: boolean;
}

/** What a command says: one result on standard output, everything else on standard error. */
export interface Terminal {
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  readonly verbose: boolean;
  /** The command's result; call it once. The text is made only when it is shown. */
  readonly result: (document: object, text: () => string) => void;
  /** A line for people. */
  readonly note: (line: string) => void;
  /** A line that the next one replaces; null takes it away. Shown only to people. */
  readonly live: (line: string | null) => void;
  readonly failure: (failure: FailureDescription, error: unknown) => void;
}

const CLEAR_LINE = '\r\u001B[2K';

export function createTerminal({ out, err, errIsTerminal }: Streams, { json, verbose }: Pick<Terminal, 'json' | 'verbose'>): Terminal {
  let lineIsLive = false;
  const live = (line: string | null): void => {
    if (!errIsTerminal || (line === null && !lineIsLive)) return;
    err(`${CLEAR_LINE}${line ?? ''}`);
    lineIsLive = line !== null;
  };
  const note = (line: string): void => {
    live(null);
    err(`${line}\n`);
  };
  const result = (document: object, text: () => string): void => {
    live(null);
    out(`${json ? JSON.stringify(document, null, 2) : text()}\n`);
  };
  const failure = (description: FailureDescription, error: unknown): void => {
    const { exitCode: _exitCode, ...shown } = description;
    note(description.message);
    for (const { setting, message } of description.problems ?? []) note(`  - ${setting === '' ? message : `${setting}: ${message}`}`);
    if (verbose && error instanceof Error) note(error.stack ?? error.name);
    if (json) result({ error: shown }, () => '');
  };
  return { json, verbose, result, note, live, failure };
}
