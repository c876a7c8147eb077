#!/usr/bin/env node
// Finds sentences in comments and documents that are hard to read.
//
//   node scripts/plain-words.mjs [FILE-OR-FOLDER …]
//
// It prints the place of each sentence of more than 25 words, and of each phrase in the list below. Then it exits with 1.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const LONGEST_SENTENCE_WORDS = 25;

/** Old or literary turns of phrase, each with what to write instead. */
const phrases = [
  [/\bbe it\b/i, 'say "whether … or"'],
  [/(?:^|[.:;] )so long\b/i, 'say what is waited for, or how long'],
  [/(?:^|[.!?] )(?:Who|What|Whatever|Whoever|Whichever)\b(?![^.!?]*\?)/, 'begin with the subject: "a record that …", "the value that …"'],
  [/\bnobody's business\b/i, 'say what is done with it'],
  [/\b(?:hears?|tells?) of it\b/i, 'say who is told what'],
  [/^(?:Answers|Tells) /, 'a function "returns"'],
];

/** The pieces of prose of a file: `{ line, text }`. */
function proseOf(file, text) {
  return file.endsWith('.md') ? proseOfMarkdown(text) : proseOfCode(text);
}

function proseOfMarkdown(text) {
  const pieces = [];
  let open;
  let isCode = false;
  const close = () => {
    if (open !== undefined) pieces.push(open);
    open = undefined;
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(line)) {
      isCode = !isCode;
      close();
      continue;
    }
    if (isCode) continue;
    if (/^\s*\|/.test(line)) {
      close();
      for (const cell of line.split(/(?<!\\)\|/)) pieces.push({ line: index + 1, text: cell.trim() });
    } else if (/^\s*$|^#/.test(line)) close();
    else if (/^\s*([-*]|\d+\.|[A-Z]\d+\.)\s/.test(line)) {
      close();
      open = { line: index + 1, text: line.replace(/^\s*([-*]|\d+\.)\s/, '') };
    } else if (open === undefined) open = { line: index + 1, text: line.trim() };
    else open.text += ` ${line.trim()}`;
  }
  close();
  return pieces;
}

/** Comments: blocks are split at blank lines and at tags, lines that follow each other belong together. Drawings and examples are left out. */
function proseOfCode(text) {
  const pieces = [];
  const pattern = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|(?:^|(?<=[\s;{(,]))(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+/gm;
  for (const match of text.matchAll(pattern)) {
    const [comment] = match;
    if (!comment.startsWith('/')) continue;
    if (comment.startsWith('/* ox')) continue;
    let line = text.slice(0, match.index).split('\n').length;
    let open;
    for (const raw of comment.split('\n')) {
      const bare = raw.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)?/, '').replace(/\*\/\s*$/, '');
      const words = bare.trim();
      if (words === '' || /^@|^[-*|] |^\||^\d\. |^ {3,}/.test(bare.replace(/^ /, '')) || words.startsWith('@')) {
        if (open !== undefined) pieces.push(open);
        open = undefined;
      }
      if (words !== '' && !words.startsWith('|') && !/^ {4,}/.test(bare)) {
        const said = words.replace(/^@(param|default|returns|throws)\s+(\S+\s)?|^[-*] /, '');
        open = open === undefined ? { line, text: said } : { ...open, text: `${open.text} ${said}` };
      }
      line += 1;
    }
    if (open !== undefined) pieces.push(open);
  }
  return pieces;
}

/** Code in ticks and addresses count as a word each; an abbreviation's full stop ends no sentence. */
const sentencesOf = (text) =>
  text
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/https?:\/\/\S+/g, 'address')
    .replace(/\b(e\.g|i\.e|etc|vs)\./g, '$1')
    .split(/(?<=[.!?…]["'”’)*]*)\s+(?=["'“(*]*[A-Z0-9`])/);

const wordsOf = (sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

export function stumbles(file, text) {
  return proseOf(file, text).flatMap(({ line, text: piece }) =>
    sentencesOf(piece).flatMap((sentence) => {
      const found = [];
      const count = wordsOf(sentence).length;
      if (count > LONGEST_SENTENCE_WORDS) found.push({ file, line, what: `${count} words`, sentence });
      for (const [pattern, advice] of phrases) if (pattern.test(sentence)) found.push({ file, line, what: advice, sentence });
      return found;
    }),
  );
}

/** Records keep the words of their day; histories and lists are data. */
const isRead = (file) =>
  /\.(ts|mjs|cjs|js|md)$/.test(file) && !/^(docs\/records|docs\/decisions|test\/replay\/histories|CHANGELOG)/.test(file);

const places = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...places], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(isRead);
const found = files.flatMap((file) => stumbles(file, readFileSync(resolve(root, file), 'utf8')));
for (const { file, line, what, sentence } of found) console.log(`${file}:${line}: ${what}: ${sentence.slice(0, 160)}`);
console.log(`${found.length} places in ${files.length} files`);
if (found.length > 0) process.exitCode = 1;
