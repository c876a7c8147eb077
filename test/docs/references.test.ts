import { posix } from 'node:path';
import { anchorsOf, codeSpansOf, commentsOf, hashCommentsOf, linksOf, withoutCodeBlocks } from './prose';
import type { Piece } from './prose';
import { exists, paths, readText, textsOf, topFolders } from './repository';
import type { TextFile } from './repository';

/** Every document, path, rule, command and variable that is named in documents and comments exists. */

const documents = textsOf(/^[\w/.-]+\.md$/);
/** Records keep the words and the file names of their day. */
const current = documents.filter(({ path }) => !path.startsWith('docs/records/'));
const code = textsOf(/^(?!test\/replay\/histories\/).*\.(?:ts|mjs|cjs|js)$/);
const scripts = textsOf(/(?:^\.ci\/run|^\.env\.example|\.ya?ml|\.sh)$/);

interface Place extends Piece {
  readonly path: string;
}

const placesIn = (files: readonly TextFile[], piecesOf: (text: string) => readonly Piece[]): readonly Place[] =>
  files.flatMap(({ path, text }) => piecesOf(text).map((piece) => ({ path, ...piece })));

const comments: readonly Place[] = [...placesIn(code, commentsOf), ...placesIn(scripts, hashCommentsOf)];
const whole = (text: string): readonly Piece[] => text.split('\n').map((line, index) => ({ line: index + 1, text: line }));

/** Each match that is not `allowed`, as `file:line: match`. */
const found = (places: readonly Place[], pattern: RegExp, isAllowed: (match: string) => boolean = () => false): readonly string[] =>
  places.flatMap(({ path, line, text }) =>
    [...text.matchAll(pattern)]
      .filter(([match, group]) => !isAllowed(group ?? match))
      .map((match) => `${path}:${line + text.slice(0, match.index).split('\n').length - 1}: ${match[0].trim()}`),
  );

const rules: ReadonlySet<string> = new Set(
  [...readText('docs/how-a-sync-decides.md').matchAll(/^\| ([ULMAVBX]\d{1,2}|D2) \|/gm)].map(([, id = '']) => id),
);

test('every rule that is named stands in docs/how-a-sync-decides.md', () => {
  expect(rules.size).toBeGreaterThan(35);
  const places = placesIn([...documents, ...code], whole);
  expect(found(places, /(?<![\w.#/-])(?!V8)[ULMAVBX]\d{1,2}(?![\w/-])/g, (id) => rules.has(id))).toEqual([]);
});

test('no sections of documents are named: they move without a word', () => {
  const places = [...placesIn(current, whole), ...placesIn(code, whole)].filter(({ path }) => !path.startsWith('test/docs/'));
  expect(found(places, /\u00A7.{0,20}/g)).toEqual([]);
});

test('every document that is named is in the repository', () => {
  expect(found(comments, /\bapis\/|\bcontract(?:,|\)|['’]s)|\b(?:the|our) contract\b/g)).toEqual([]);
  const isDocument = (name: string): boolean => exists(name) || exists(`docs/${name}`);
  expect(found([...comments, ...placesIn(current, codeSpansOf)], /[\w./-]+\.md\b/g, isDocument)).toEqual([]);
});

/** A path begins with a folder of the root; a file's name may stand alone. */
const named = new RegExp(
  String.raw`(?<![\w./@<>{}:*-])((?:${topFolders.join('|').replaceAll('.', String.raw`\.`)})\/[\w.*{},/-]*[\w*}/]|[\w.-]+\.(?:ts|mjs|cjs|py))(?![\w<-])`,
  'g',
);

/** A decision may be named by its number. */
const isThere = (path: string): boolean => exists(path) || (/\/\d{4}$/.test(path) && exists(`${path}-*`));

test('every path in a comment is there', () => {
  expect(found(comments, named, isThere)).toEqual([]);
});

test('every path in a document is there', () => {
  expect(found(placesIn(current, codeSpansOf), named, isThere)).toEqual([]);
});

test('every link leads to a file, and to a heading of it', () => {
  const anchors = new Map(documents.map(({ path, text }) => [path, anchorsOf(text)]));
  const leads = (from: string, link: string): boolean => {
    if (/^[a-z]+:/.test(link)) return true;
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? from : posix.join(posix.dirname(from), target);
    return paths.has(path.replace(/\/$/, '')) && (anchor === undefined || anchors.get(path)?.has(anchor) === true);
  };
  const broken = placesIn(documents, linksOf).filter(({ path, text }) => !leads(path, text));
  expect(broken.map(({ path, line, text }) => `${path}:${line}: ${text}`)).toEqual([]);
});

test('every npm script that is named is in package.json', () => {
  const { scripts: own }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readText('package.json'));
  expect(found([...placesIn(current, whole), ...comments], /\bnpm run (?:--silent )?([a-z][\w:-]*)/g, (name) => name in own)).toEqual([]);
});

test('docs/commands.md has every command of the command line, and no other', () => {
  const declared = textsOf(/^cli\/commands\/.*\.ts$/).flatMap(({ text }) => [...text.matchAll(/new Command\('([a-z-]+)'\)/g)]);
  const groups = new Set(['tenant']);
  const inCode = new Set(declared.map(([, name = '']) => name).filter((name) => !groups.has(name)));
  const headings = withoutCodeBlocks(readText('docs/commands.md')).matchAll(/^### (.+)$/gm);
  const inPage = new Set(
    [...headings].flatMap(([, heading = '']) =>
      [...heading.matchAll(/`orsync ([a-z-]+)(?: ([a-z]+))?/g)].map(([, first = '', second = '']) => (groups.has(first) ? second : first)),
    ),
  );
  expect([...inPage].sort()).toEqual([...inCode].sort());
});

test('every variable that is named is read by the code, and every one that users set is in docs/commands.md', () => {
  const source = code.filter(({ path }) => !path.startsWith('test/')).map(({ text }) => text);
  const isRead = (name: string): boolean => source.some((text) => text.includes(name));
  expect(found(placesIn(current, whole), /\bORSYNC_[A-Z_]*[A-Z]\b/g, isRead)).toEqual([]);
  const explained = readText('docs/commands.md') + readText('docs/development.md');
  const read = readText('config/environment.ts').matchAll(/^ {2}([A-Z]+_[A-Z_]+):/gm);
  expect([...read].map(([, name = '']) => name).filter((name) => !explained.includes(`\`${name}`))).toEqual([]);
});

test('every message in the troubleshooting of docs/operations.md is one of the program', () => {
  const messages = textsOf(/^(?:activities|cli|client|config|connectors|servers|store|workers|workflows)\/.*\.ts$/)
    .map(({ text }) => text.replaceAll("\\'", "'"))
    .join('\n');
  const [, table = ''] = readText('docs/operations.md').split('## Troubleshooting');
  const quoted = [...table.matchAll(/^\| `([^`]+)`/gm)].flatMap(([, message = '']) => message.split('…'));
  const parts = quoted
    .map((part) => part.replace(/^(?:[\s:,]+|[a-z]+\.[A-Za-z]+: )|[\s.,]+$/g, ''))
    .filter((part) => part.split(' ').length > 3 && !/\d/.test(part));
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.filter((part) => !messages.includes(part))).toEqual([]);
});
