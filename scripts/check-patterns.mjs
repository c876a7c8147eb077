#!/usr/bin/env node
// Finds regular expressions that may take long on a long text (CONTRIBUTING.md, Patterns).
//
//   node scripts/check-patterns.mjs [FILE …]
//
// One thread serves all tenants, and vendors' texts may have megabytes. So the time of a pattern may grow with the length of its text, but not
// with its square. Without files it looks at all of the program's. It prints each pattern that fails, then exits with 1.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';
import { checkSync } from 'recheck';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
/** Emulators, tests and benchmarks meet no text of strangers. */
const FOLDERS = ['activities', 'cli', 'client', 'config', 'connectors', 'domain', 'server', 'servers', 'store', 'workers', 'workflows'];
/** A comment in the line above says how the text is kept short. */
const BOUNDED = /^\W*Bounded: \S/;
const TIMEOUT_MS = 20_000;

const files = process.argv.length > 2 ? process.argv.slice(2).map((file) => resolve(file)) : programFiles();
const problems = files.flatMap(problemsIn);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`All patterns of ${files.length} files take a time that grows with the length of the text.`);

function programFiles() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...FOLDERS], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').flatMap((file) => (file.endsWith('.ts') ? [resolve(root, file)] : []));
}

function problemsIn(file) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const program = parseSync(text, { syntax: 'typescript', target: 'es2023' });
  const places = new Map();
  return patternsOf(program).flatMap(({ source, flags, written }) => {
    const place = text.indexOf(written, (places.get(written) ?? -1) + 1);
    places.set(written, place);
    const line = text.slice(0, place).split('\n').length;
    if (BOUNDED.test(lines[line - 2] ?? '')) return [];
    const why = source === null ? 'is made from a text that is not known here' : complaintAbout(source, flags);
    return why === null ? [] : [`${relative(root, file)}:${line}: ${written.slice(0, 100)} ${why}`];
  });
}

function complaintAbout(source, flags) {
  const { status, complexity, attack, error } = checkSync(source, flags, { timeout: TIMEOUT_MS });
  if (status === 'safe') return null;
  if (status === 'unknown') return `can't be judged (${error?.kind ?? 'no reason'}); make it simpler`;
  return `takes ${complexity.summary} time, for example on ${attack.pattern.slice(0, 100)}`;
}

/** Literals, and calls of RegExp with texts that stand in the same file. */
function patternsOf(program) {
  const constants = new Map();
  const found = [];
  visit(program, (node) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) constants.set(node.id.value, node.init);
    if (node.type === 'RegExpLiteral') found.push({ source: node.pattern, flags: node.flags, written: `/${node.pattern}/${node.flags}` });
    const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
    if (isCall && node.callee.type === 'Identifier' && node.callee.value === 'RegExp') found.push({ call: node });
  });
  return found.map((pattern) => {
    if (pattern.call === undefined) return pattern;
    const [source, flags] = (pattern.call.arguments ?? []).map(({ expression }) => textOf(expression, constants));
    return { source: flags === null ? null : (source ?? null), flags: flags ?? '', written: 'RegExp(' };
  });
}

/** The text that an expression stands for, or null. */
function textOf(node, constants) {
  switch (node.type) {
    case 'StringLiteral':
      return node.value;
    case 'ParenthesisExpression':
      return textOf(node.expression, constants);
    case 'Identifier':
      return constants.has(node.value) ? textOf(constants.get(node.value), constants) : null;
    case 'BinaryExpression': {
      const sides = [node.left, node.right].map((side) => textOf(side, constants));
      return node.operator === '+' && !sides.includes(null) ? sides.join('') : null;
    }
    case 'TemplateLiteral': {
      const parts = node.expressions.map((part) => textOf(part, constants));
      return parts.includes(null) ? null : node.quasis.map(({ cooked }, index) => cooked + (parts[index] ?? '')).join('');
    }
    default:
      return null;
  }
}

function visit(node, look) {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.type === 'string') look(node);
  for (const part of Object.values(node)) visit(part, look);
}
