import { ConfigurationError } from '../../config/configuration-error';
import { VendorError } from '../../connectors/errors';
import type { VendorErrorKind } from '../../connectors/errors';
import { unknownRun, unknownTenant, usageError } from '../../cli/cli-error';
import { describeFailure } from '../../cli/describe-failure';
import { StoreUnavailableError } from '../../store/connect';
import { NotReadyError, problem, silence } from '../../workers/doctor/finding';

const vendorError = (kind: VendorErrorKind): VendorError =>
  new VendorError(kind, 'HubSpot answered.', { vendor: 'hubspot', route: 'GET /x', setting: 'hubspot.accessToken' });

const named = (name: string, more: object = {}): Error => Object.assign(new Error('ann@example.org secret'), { name, ...more });
const grpc = (code: number): Error => named('Error', { code, metadata: {} });

describe('exit codes', () => {
  test.each<readonly [VendorErrorKind, number]>([
    ['unauthorized', 2],
    ['forbidden', 2],
    ['configuration', 2],
    ['unavailable', 1],
    ['rate-limited', 1],
    ['not-found', 1],
    ['invalid', 1],
    ['conflict', 1],
    ['unexpected', 1],
  ])('a vendor error of kind %s ends with %i', (kind, exitCode) => {
    expect(describeFailure(vendorError(kind))).toEqual({ kind, message: 'HubSpot answered.', setting: 'hubspot.accessToken', exitCode });
  });

  test.each([
    ['wrong usage', usageError('Name a command.'), 'usage'],
    ['an unknown tenant', unknownTenant('acme'), 'unknown-tenant'],
    ['an unknown run', unknownRun('acme', 'x'), 'unknown-run'],
  ])('%s ends with 2', (_title, error, kind) => {
    expect(describeFailure(error)).toMatchObject({ kind, exitCode: 2 });
  });

  test.each([
    ['EEXIST', 'mkdir', 'it is a file, and a folder is needed; choose another path'],
    ['ENOTDIR', 'lstat', 'a part of it is a file, and a folder is needed; choose another path'],
    ['EACCES', 'open', 'this user may not write there; change the permissions, or choose another path'],
  ])('a path that can’t be used (%s) ends with 2, and is named with what to do', (code, syscall, wrong) => {
    const error = Object.assign(new Error(`${code}: no, ${syscall} '/data/x'`), { code, syscall, path: '/data/x' });
    expect(describeFailure(error)).toEqual({ kind: 'configuration', message: `/data/x can't be used: ${wrong}.`, exitCode: 2 });
  });

  test('a configuration error ends with 2, names the first setting and lists all problems', () => {
    const problems = [
      { setting: 'hubspot.portalId', message: 'this is wrong' },
      { setting: 'timeZone', message: 'so is this' },
    ];
    expect(describeFailure(new ConfigurationError(problems))).toMatchObject({
      kind: 'configuration',
      setting: 'hubspot.portalId',
      problems,
      exitCode: 2,
    });
    expect(describeFailure(new ConfigurationError(problems.slice(0, 1)))).not.toHaveProperty('problems');
  });

  test('a problem of a file as a whole is a sentence, one of a setting begins with its name', () => {
    const messageOf = (setting: string) => new ConfigurationError([{ setting, message: 'this file is empty' }], 'acme.yaml').message;
    expect(messageOf('')).toBe('This file is empty (in acme.yaml).');
    expect(messageOf('timeZone')).toBe('timeZone: this file is empty (in acme.yaml).');
  });
});

test('what a program needs and has not is told in the words of the doctor', () => {
  const wrong = problem({ about: 'mongodb', setting: 'MONGODB_URI', message: 'The server takes no writes; name all members.' });
  const silent = silence({ about: 'temporal', message: 'Temporal does not answer.' });
  expect(describeFailure(new NotReadyError([wrong]))).toEqual({
    kind: 'configuration',
    message: wrong.message,
    setting: 'MONGODB_URI',
    exitCode: 2,
  });
  expect(describeFailure(new NotReadyError([silent]))).toEqual({ kind: 'unavailable', message: silent.message, exitCode: 1 });
  expect(describeFailure(new NotReadyError([wrong, silent]))).toMatchObject({
    exitCode: 2,
    problems: [{ message: wrong.message }, { setting: '' }],
  });
});

describe('servers', () => {
  test.each([
    ['Temporal is unreachable', named('ServiceError', { cause: grpc(14) }), 'TEMPORAL_ADDRESS', 1],
    ['Temporal does not answer a worker', named('TransportError'), 'TEMPORAL_ADDRESS', 1],
    ['the namespace is unknown', named('NamespaceNotFoundError'), 'TEMPORAL_NAMESPACE', 2],
    ['Temporal refuses the key', named('ServiceError', { cause: grpc(16) }), 'TEMPORAL_API_KEY', 2],
    ['MongoDB is unreachable', new StoreUnavailableError('unavailable', 'MongoDB can’t be used.'), 'MONGODB_URI', 1],
    ['MongoDB refuses the user', new StoreUnavailableError('unauthorized', 'MongoDB refuses.'), 'MONGODB_URI', 2],
    ['MongoDB’s address is none', new StoreUnavailableError('configuration', 'MongoDB can’t be used.'), 'MONGODB_URI', 2],
    ['MongoDB goes away', named('MongoNetworkError'), 'MONGODB_URI', 1],
    ['MongoDB refuses the password', named('MongoServerError', { code: 18 }), 'MONGODB_URI', 2],
  ])('%s: names the variable', (_title, error, setting, exitCode) => {
    expect(describeFailure(error)).toMatchObject({ setting, exitCode });
  });
});

describe('A6 texts of libraries are not shown', () => {
  test.each([
    ['a driver’s', named('MongoServerError')],
    ['an engine’s', named('TypeError')],
    ['Temporal’s', named('ServiceError', { cause: grpc(14) })],
  ])('%s', (_title, error) => {
    expect(describeFailure(error).message).not.toMatch(/ann@example\.org|secret/);
  });

  test('but a plain error of our own is', () => {
    expect(describeFailure(new Error('Temporal has ended by itself.'))).toEqual({
      kind: 'failed',
      message: 'Temporal has ended by itself.',
      exitCode: 1,
    });
  });

  test('and what is no error at all is survived', () => {
    expect(describeFailure('oops')).toMatchObject({ kind: 'unexpected', exitCode: 1 });
  });
});
