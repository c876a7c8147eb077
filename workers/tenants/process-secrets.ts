import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { readSecretPolicy } from '../../config/secret-policy';
import type { SecretSources } from '../../config/secrets';

/**
 * Secrets from this process's environment and files, within the policy that its environment sets.
 * @param besideFile the folder of a tenant file. A worker has none, and looks beside its working folder
 */
export function processSecrets(besideFile = '.'): SecretSources {
  const policy = readSecretPolicy(process.env, resolve(besideFile, 'secrets'));
  return { env: process.env, policy, readFile: (path) => readBelow(policy.folder, path) };
}

/** The permissions of a secret's file, such as 0o600; null when it is not there or may not be used. */
export function modeOfSecretFile(path: string): number | null {
  const { folder } = readSecretPolicy(process.env, resolve('secrets'));
  try {
    const file = fileBelow(folder, path);
    return file === null ? null : statSync(file).mode & 0o777;
  } catch {
    return null;
  }
}

function readBelow(folder: string, path: string): string | null {
  const file = fileBelow(folder, path);
  return file === null ? null : readFileSync(file, 'utf8');
}

/** Returns the first of two files that lies below the folder: the path read from the folder, and from the working folder. */
function fileBelow(folder: string, path: string): string | null {
  const real = [resolve(folder, path), resolve(path)].filter((file) => existsSync(file)).map((file) => realpathSync(file));
  if (real.length === 0) throw new Error('There is no such file.');
  const root = existsSync(folder) ? `${realpathSync(folder)}${sep}` : null;
  return real.find((file) => root !== null && file.startsWith(root)) ?? null;
}
