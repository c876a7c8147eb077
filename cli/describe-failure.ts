import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration-error';
import type { ConfigurationProblem } from '../config/configuration-error';
import { asSentence, LISTED } from '../domain/printable';
import { StoreUnavailableError } from '../store/connect';
import { NotReadyError, verdictOf } from '../workers/doctor/finding';
import { CliError, mongodbUnreachable, temporalUnreachable } from './cli-error';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { grpcCodeOf, grpcCodes } from '../client/runs/grpc-code';
import { AmbiguousIdError } from '../client/runs/by-beginning';

/** An error as the command line shows it: one sentence, without secrets or personal data. */
export interface FailureDescription {
  readonly kind: string;
  readonly message: string;
  readonly setting?: string;
  /** The first problems of a configuration, when it has more than one. */
  readonly problems?: readonly ConfigurationProblem[];
  /** How many there are beside those. */
  readonly moreProblems?: number;
  readonly exitCode: ExitCode;
}

/**
 * The only place that turns an error of a command into a sentence and an exit code (docs/commands.md). Errors are told apart by name and
 * kind, never by their text. A text is shown only if it is known to hold no secrets and no personal data.
 */
export function describeFailure(error: unknown): FailureDescription {
  const description = descriptionOf(error);
  return { ...description, message: asSentence(description.message) };
}

function descriptionOf(error: unknown): FailureDescription {
  if (error instanceof CliError) return described(error);
  if (error instanceof ConfigurationError) return ofConfiguration(error);
  if (error instanceof NotReadyError) return ofNotReady(error);
  if (error instanceof CommanderError) return { kind: 'usage', message: sentence(error.message), exitCode: exitCodes.wrong };
  if (!(error instanceof Error)) return unexpected('unknown');
  if (error instanceof AmbiguousIdError) return { kind: 'ambiguous-id', message: error.message, exitCode: exitCodes.wrong };
  if (error.name === 'InterruptedError') return { kind: 'interrupted', message: error.message, exitCode: exitCodes.failed };
  const known = ofVendor(error) ?? ofTemporal(error) ?? ofMongodb(error) ?? ofSystem(error);
  if (known !== null) return known;
  return error.name === 'Error' && error.message !== ''
    ? { kind: 'failed', message: error.message, exitCode: exitCodes.failed }
    : unexpected(error.name);
}

const described = ({ kind, message, setting, exitCode }: CliError): FailureDescription => ({
  kind,
  message,
  ...(setting !== undefined && { setting }),
  exitCode,
});

const ofConfiguration = ({ kind, message, setting, problems }: ConfigurationError): FailureDescription => ({
  kind,
  message,
  ...(setting !== undefined && { setting }),
  ...(problems.length > 1 && { problems: problems.slice(0, LISTED).map(shownProblem) }),
  ...(problems.length > LISTED && { moreProblems: problems.length - LISTED }),
  exitCode: exitCodes.wrong,
});

const shownProblem = ({ setting, message }: ConfigurationProblem): ConfigurationProblem => ({ setting, message: asSentence(message) });

/** The sentences are those of `orsync doctor`. */
function ofNotReady({ message, problems }: NotReadyError): FailureDescription {
  const [first] = problems;
  const isSilent = verdictOf(problems) === 'silent';
  return {
    kind: isSilent ? 'unavailable' : 'configuration',
    message,
    ...(first?.setting !== undefined && { setting: first.setting }),
    ...(problems.length > 1 && { problems: problems.map((one) => ({ setting: one.setting ?? '', message: one.message })) }),
    exitCode: isSilent ? exitCodes.failed : exitCodes.wrong,
  };
}

/** `error: unknown option '--x'` → `Unknown option '--x'.` */
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? '' : '.'}`;
}

const unexpected = (name: string): FailureDescription => ({
  kind: 'unexpected',
  message: `Something unexpected happened (${name}); run the command again with --verbose to see where.`,
  exitCode: exitCodes.failed,
});

/** The connectors' error: its message holds no secrets and no personal data. */
function ofVendor(error: Error): FailureDescription | null {
  if (error.name !== 'VendorError' || !('kind' in error) || typeof error.kind !== 'string') return null;
  const { kind, message } = error;
  const setting = settingIn(error);
  const persons = kind === 'unauthorized' || kind === 'forbidden' || kind === 'configuration';
  return { kind, message, ...(setting !== undefined && { setting }), exitCode: persons ? exitCodes.wrong : exitCodes.failed };
}

function settingIn(error: Error): string | undefined {
  if (!('details' in error) || typeof error.details !== 'object' || error.details === null) return undefined;
  return 'setting' in error.details && typeof error.details.setting === 'string' ? error.details.setting : undefined;
}

function ofTemporal(error: Error): FailureDescription | null {
  switch (error.name) {
    case 'NamespaceNotFoundError':
      return described(
        new CliError(
          'configuration',
          'Temporal has no namespace with the name in TEMPORAL_NAMESPACE; create it or correct the name.',
          exitCodes.wrong,
          'TEMPORAL_NAMESPACE',
        ),
      );
    case 'TransportError':
    case 'ConnectionInjectorError':
      return described(temporalUnreachable(error));
    default:
      return ofGrpc(grpcCodeOf(error), error);
  }
}

function ofGrpc(code: number | undefined, error: Error): FailureDescription | null {
  switch (code) {
    case grpcCodes.deadlineExceeded:
    case grpcCodes.unavailable:
      return described(temporalUnreachable(error));
    case grpcCodes.permissionDenied:
    case grpcCodes.unauthenticated:
      return described(
        new CliError(
          'unauthorized',
          'Temporal refuses the credentials; check TEMPORAL_API_KEY or the TLS certificate.',
          exitCodes.wrong,
          'TEMPORAL_API_KEY',
        ),
      );
    default:
      return null;
  }
}

const MONGODB_REFUSES: ReadonlySet<number> = new Set([13, 18]);

function ofMongodb(error: Error): FailureDescription | null {
  // The message of the store's own error names the address without credentials.
  if (error instanceof StoreUnavailableError) {
    const exitCode = error.kind === 'unavailable' ? exitCodes.failed : exitCodes.wrong;
    return { kind: error.kind, message: error.message, setting: 'MONGODB_URI', exitCode };
  }
  if (!error.name.startsWith('Mongo')) return null;
  if ('code' in error && typeof error.code === 'number' && MONGODB_REFUSES.has(error.code)) {
    return described(
      new CliError(
        'unauthorized',
        'MongoDB refuses the credentials in MONGODB_URI, or their user lacks a permission; check both.',
        exitCodes.wrong,
        'MONGODB_URI',
      ),
    );
  }
  switch (error.name) {
    case 'MongoServerSelectionError':
    case 'MongoNetworkError':
    case 'MongoNetworkTimeoutError':
    case 'MongoTopologyClosedError':
      return described(mongodbUnreachable(error));
    case 'MongoParseError':
    case 'MongoInvalidArgumentError':
      return described(new CliError('configuration', 'MONGODB_URI is not a MongoDB address; correct it.', exitCodes.wrong, 'MONGODB_URI'));
    default:
      // The driver's text may quote a document.
      return {
        kind: 'failed',
        message: `MongoDB could not do what was asked (${error.name}); run the command again with --verbose to see why.`,
        exitCode: exitCodes.failed,
      };
  }
}

/** Node's own errors, such as a port that is taken. Their texts name only files and addresses that the caller gave. */
function ofSystem(error: Error): FailureDescription | null {
  if (!('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return null;
  if (error.code === 'EADDRINUSE') {
    return {
      kind: 'failed',
      message: 'The port is taken by another program; choose another port, or 0 for a free one.',
      exitCode: exitCodes.failed,
    };
  }
  const place = unusablePlaces[error.code];
  if (place !== undefined && 'path' in error && typeof error.path === 'string' && FILE_CALL.test(String(error.syscall))) {
    return { kind: 'configuration', message: `${error.path} can't be used: ${place}.`, exitCode: exitCodes.wrong };
  }
  return { kind: 'failed', message: sentence(error.message), exitCode: exitCodes.failed };
}

/** Calls about files and folders that the caller has named. */
const FILE_CALL = /^(mkdir|open|lstat|stat|rename|unlink|rm|access)$/;

/** Problems of a path, each with what to do. */
const unusablePlaces: Readonly<Partial<Record<string, string>>> = {
  EEXIST: 'it is a file, and a folder is needed; choose another path',
  ENOTDIR: 'a part of it is a file, and a folder is needed; choose another path',
  EISDIR: 'it is a folder, and a file is needed; choose another path',
  // The code that Node's own `rm` gives for the same problem.
  ERR_FS_EISDIR: 'it is a folder, and a file is needed; choose another path',
  EACCES: 'this user may not write there; change the permissions, or choose another path',
  EPERM: 'this user may not write there; change the permissions, or choose another path',
  EROFS: 'its file system is read-only; choose another path',
};
