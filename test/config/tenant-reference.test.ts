import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTenantFile } from '../../config/tenant-file';
import { EXAMPLE, tenantReference } from '../../config/tenant-reference';

test('docs/tenant-file.md is what the schema says (else run node scripts/tenant-reference.mjs)', () => {
  expect(readFileSync(join(__dirname, '..', '..', 'docs', 'tenant-file.md'), 'utf8')).toBe(tenantReference());
});

test('the example in the reference is a tenant file', () => {
  expect(parseTenantFile(EXAMPLE, 'example.yaml').tenant).toBe('acme');
});

test('every setting in the reference has a meaning', () => {
  const rows = tenantReference()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
});
