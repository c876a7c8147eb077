import { InvalidArgumentError } from 'commander';

/** Prints a line of progress to standard error. Standard output is for results. */
export const printProgress = (line: string): void => void process.stderr.write(`${line}\n`);

/** Parses an option's value as a number that is not negative. */
export const numberOption = (text: string): number => optionOf(text, Number.isFinite, 'This must be a number.');

/** Parses an option's value as a whole number that is not negative. */
export const wholeNumberOption = (text: string): number => optionOf(text, Number.isInteger, 'This must be a whole number.');

function optionOf(text: string, isFit: (value: number) => boolean, complaint: string): number {
  const value = Number(text);
  if (!isFit(value) || value < 0) throw new InvalidArgumentError(complaint);
  return value;
}

/** Prints all problems. The process will end with 1 if there are any, or if `problems` rejects, else with 0. */
export function endWithProblems(problems: Promise<readonly string[]>): void {
  problems.then(
    (found) => {
      for (const problem of found) printProgress(problem);
      process.exitCode = found.length > 0 ? 1 : 0;
    },
    (error: unknown) => {
      printProgress(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
