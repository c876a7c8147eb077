import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';

/** The program of the last release, as `scripts/pack-release.mjs` has packed it. */
export interface LastRelease {
  readonly folder: string;
  /** Its `bin/orsync`. */
  readonly launcher: string;
  readonly commit: string;
}

const root = resolve(__dirname, '../..');
export const PACKED = join(__dirname, 'last-release.json.br');
const schema = z.object({ commit: z.string(), version: z.string(), files: z.record(z.string(), z.string()) });

/** Unpacks it below the checkout, whose packages it uses. Several test files may do so at the same time. */
export function unpackLastRelease(): LastRelease {
  const packed = readFileSync(PACKED);
  const { commit, files } = schema.parse(JSON.parse(brotliDecompressSync(packed).toString()));
  const folder = join(root, '.orsync', 'last-release', createHash('sha256').update(packed).digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(unfinished, file)), { recursive: true });
      writeFileSync(join(unfinished, file), text);
    }
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
      rmSync(unfinished, { recursive: true });
    }
  }
  return { folder, launcher: join(folder, 'bin', 'orsync'), commit };
}

const collectionsSchema = z.array(z.object({ name: z.string(), validator: z.looseObject({ $jsonSchema: z.looseObject({}) }) }));

/** The validators that it gives its collections. It runs in a process of its own, so that its modules and ours never meet. */
export function validatorsOf({ folder }: LastRelease): ReadonlyMap<string, object> {
  const program = `
    const { allCollections } = require('./dist/store/collections.js');
    const { validatorOf } = require('./dist/store/schema.js');
    process.stdout.write(JSON.stringify(allCollections.map((spec) => ({ name: spec.name, validator: validatorOf(spec) }))));`;
  const text = execFileSync(process.execPath, ['-e', program], { cwd: folder, encoding: 'utf8' });
  return new Map(collectionsSchema.parse(JSON.parse(text)).map(({ name, validator }) => [name, validator]));
}
