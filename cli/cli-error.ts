import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';

/** An error for people: one clear sentence, and the exit code of the program. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    /** Short and stable, for scripts: `usage`, `unknown-tenant`, … */
    readonly kind: string,
    message: string,
    readonly exitCode: ExitCode,
    /** The setting or variable to look at. */
    readonly setting?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const usageError = (message: string): CliError => new CliError('usage', message, exitCodes.wrong);

export const unknownTenant = (tenant: string): CliError =>
  new CliError('unknown-tenant', `There is no tenant ${tenant}; "orsync tenant list" names those there are.`, exitCodes.wrong);

export const unknownRun = (tenant: string, runId: string): CliError =>
  new CliError('unknown-run', `${tenant} has no run ${runId}; "orsync runs ${tenant}" lists those there are.`, exitCodes.wrong);

export const noRunUnderWay = (tenant: string): CliError =>
  new CliError('not-running', `No run is under way for ${tenant}; "orsync sync ${tenant}" starts one.`, exitCodes.failed);

export const temporalUnreachable = (cause: unknown): CliError =>
  new CliError(
    'unavailable',
    'Temporal does not answer at TEMPORAL_ADDRESS; check the address and that the server runs ("orsync servers" starts one).',
    exitCodes.failed,
    'TEMPORAL_ADDRESS',
    { cause },
  );

export const mongodbUnreachable = (cause: unknown): CliError =>
  new CliError(
    'unavailable',
    'MongoDB does not answer at MONGODB_URI; check the address and that the server runs ("orsync servers" starts one).',
    exitCodes.failed,
    'MONGODB_URI',
    { cause },
  );
