import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Made by commands, or not ours. */
const leftOut = /^(?:node_modules|dist(?:\..*)?|coverage|\.orsync|\.git)$/;

/** A file's path from the repository's root, with `/` between its parts, and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

const topLevel = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !leftOut.test(name));

/** Names of the folders at the root. */
export const topFolders: readonly string[] = topLevel.filter((entry) => entry.isDirectory()).map(({ name }) => name);

const below = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { encoding: 'utf8', recursive: true }).map((path) => `${folder}/${path}`.replaceAll('\\', '/'));

/** Files and folders of the repository, without what commands make. */
export const paths: ReadonlySet<string> = new Set([...topLevel.map(({ name }) => name), ...topFolders.flatMap(below)]);

const names: ReadonlySet<string> = new Set([...paths].map((path) => path.slice(path.lastIndexOf('/') + 1)));

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The files whose paths match, with their texts. */
export const textsOf = (pattern: RegExp): readonly TextFile[] =>
  [...paths].filter((path) => pattern.test(path)).map((path) => ({ path, text: readText(path) }));

/** Whether a path is there: with `*` and `{a,b}` as in a shell, and also without its `.ts`. A name without a folder may lie anywhere. */
export function exists(path: string): boolean {
  const bare = path.replace(/\/$/, '');
  const among = bare.includes('/') ? paths : names;
  if (among.has(bare) || among.has(`${bare}.ts`)) return true;
  if (!/[*{]/.test(bare)) return false;
  const pattern = bare
    .replace(/[.+?^$()|[\]\\]/g, String.raw`\$&`)
    .replace(/\{([^}]*)\}/g, (_all, list: string) => `(?:${list.replaceAll(',', '|')})`)
    .replaceAll('*', '[^/]*');
  return [...among].some((one) => new RegExp(`^${pattern}(?:\\.ts)?$`).test(one));
}
