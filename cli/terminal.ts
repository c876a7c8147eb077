import { printable, printableJson } from '../domain/printable';
import type { FailureDescription } from './describe-failure';
import type { LiveProgress, ProgressBar } from './text/progress-bar';

/** The streams that the command line writes to. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Writes a long text to the same place as `out`, no faster than its reader takes it. @default by `out`, piece by piece */
  readonly pour?: (pieces: AsyncIterable<string>) => Promise<void>;
  /** Drawn on standard error, when that is a terminal. */
  readonly bar: ProgressBar;
}

/**
 * The output of a command: one result on standard output, everything else on standard error. Nothing that is printed can steer the terminal,
 * whatever names and values are in it.
 */
export interface Terminal {
  /** Whether the result is one JSON document. */
  readonly json: boolean;
  readonly verbose: boolean;
  /** Prints the command's result; call it once. The text is made only when it is shown. */
  readonly result: (document: object, text: () => string) => void;
  /** Prints a file as the command's result: its pieces must be printable already. It may end early, when its reader has gone. */
  readonly file: (pieces: AsyncIterable<string>) => Promise<void>;
  /** A line for people. */
  readonly note: (line: string) => void;
  /** Shows progress on a terminal. The next call replaces it, null removes it. */
  readonly live: (progress: LiveProgress | null) => void;
  readonly failure: (failure: FailureDescription, error: unknown) => void;
}

export function createTerminal(
  { out, err, bar, pour = inPieces(out) }: Streams,
  { json, verbose }: Pick<Terminal, 'json' | 'verbose'>,
): Terminal {
  const live = (progress: LiveProgress | null): void =>
    progress === null ? bar.clear() : bar.show({ ...progress, line: printable(progress.line) });
  const note = (line: string): void => {
    live(null);
    err(`${printable(line)}\n`);
  };
  const result = (document: object, text: () => string): void => {
    live(null);
    out(`${json ? printableJson(document, 2) : printable(text())}\n`);
  };
  const file = (pieces: AsyncIterable<string>): Promise<void> => {
    live(null);
    return pour(pieces);
  };
  const failure = (description: FailureDescription, error: unknown): void => {
    const { exitCode: _exitCode, ...shown } = description;
    note(description.message);
    for (const { setting, message } of description.problems ?? []) note(`  - ${setting === '' ? message : `${setting}: ${message}`}`);
    if (description.moreProblems !== undefined) note(`  … and ${description.moreProblems} more`);
    if (verbose && error instanceof Error) note(error.stack ?? error.name);
    if (json) result({ error: shown }, () => '');
  };
  return { json, verbose, result, file, note, live, failure };
}

const inPieces =
  (out: Streams['out']): Required<Streams>['pour'] =>
  async (pieces) => {
    for await (const piece of pieces) out(piece);
  };
