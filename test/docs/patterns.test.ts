import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A4: one thread serves all tenants, so `npm run lint` refuses patterns that take long on a long text. */

const script = join(__dirname, '../../scripts/check-patterns.mjs');

const folder = mkdtempSync(join(tmpdir(), 'orsync-patterns-'));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (name: string, code: string) => {
  const file = join(folder, name);
  writeFileSync(file, code);
  const { status, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  return { status, places: [...stderr.matchAll(/slow\.ts:(\d+): (\S+)/g)].map(([, line, written]) => `${line} ${written}`) };
};

test('A4 slow patterns are found, in literals and in texts', () => {
  const slow = [
    'const listed = /\\[\\{.*\\}\\]/s;',
    "const HEAD = '(a+)+';",
    'const made = new RegExp(`^${HEAD}$`);',
    'const unknown = (text: string) => new RegExp(text);',
    '// Bounded: at most 80 characters.',
    'const allowed = /\\s+$/;',
  ].join('\n');
  expect(check('slow.ts', slow)).toEqual({ status: 1, places: ['1 /\\[\\{.*\\}\\]/s', '3 RegExp(', '4 RegExp('] });
});

test('A4 patterns that take as long as their text is are not', () => {
  expect(check('quick.ts', 'const spaces = /\\s+/g;\nconst name = /^[a-z]{1,40}$/;\n').status).toBe(0);
});
