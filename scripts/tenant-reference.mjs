#!/usr/bin/env node
// Writes docs/tenant-file.md from the schema of the tenant file. A test fails when the two differ.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
await build();
const { tenantReference } = createRequire(import.meta.url)(join(root, 'dist', 'config', 'tenant-reference.js'));
writeFileSync(join(root, 'docs', 'tenant-file.md'), tenantReference());
