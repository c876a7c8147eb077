import { writeFileSync } from 'node:fs';
import { tenantReference } from '../../config/tenant-reference';
test('x', () => { writeFileSync('docs/tenant-file.md', tenantReference()); });
