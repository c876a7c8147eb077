#!/usr/bin/env node
// Fails unless the given file holds one JSON document in which the demo reports success: node scripts/check-demo.mjs FILE
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);

function problemOf(text) {
  let result;
  try {
    result = JSON.parse(text);
  } catch {
    return 'its output is not one JSON document';
  }
  return result?.ok === true ? undefined : `it does not say "ok": true, but ${JSON.stringify(result?.error ?? result).slice(0, 300)}`;
}

const problem = file === undefined ? 'no file was named' : problemOf(readFileSync(file, 'utf8'));
if (problem === undefined) {
  console.log('The demo succeeded: every table reads as in the article.');
} else {
  console.error(`The demo failed: ${problem}.`);
  process.exitCode = 1;
}
