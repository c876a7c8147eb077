import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { bundleWorkflows } from './bundle-of';

/** The contents of the workflow sandbox, and the packages that can read JSON histories. */

const root = join(__dirname, '../..');
/** The largest allowed bundle, without its source map. */
const LARGEST_BYTES = 700_000;

describe('the workflow bundle', () => {
  let code: string;
  let sources: readonly string[];

  beforeAll(async () => {
    const bundle = await bundleWorkflows();
    code = bundle.code.slice(0, bundle.code.lastIndexOf('//# sourceMappingURL='));
    const [, map = ''] = bundle.code.split(/sourceMappingURL=data:[^,]*base64,/);
    sources = z.object({ sources: z.array(z.string()) }).parse(JSON.parse(Buffer.from(map, 'base64').toString())).sources;
  }, 60_000);

  test('holds Temporal’s own packages and no other: neither zod nor drivers', () => {
    const packages = new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));
    expect([...packages].sort()).toEqual(['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc']);
  });

  test('holds of our code workflows/ and domain/ and no other', () => {
    const ours = sources.filter((source) => source.startsWith(root) && !source.includes('node_modules'));
    expect(ours.length).toBeGreaterThan(5);
    for (const source of ours) expect(source.slice(root.length)).toMatch(/^\/(workflows|domain)\//);
  });

  test('keeps no state outside of functions: its modules are loaded once for all workflows of a thread', () => {
    for (const source of sources.filter((one) => one.startsWith(root) && one.endsWith('.ts') && !one.includes('node_modules'))) {
      const state = /^(?:export )?(?:(?:let|var) |const \w+(?:: (?!Readonly)[^=]*)? = (?:new |\[\]|\{\})).*$/m.exec(
        readFileSync(source, 'utf8'),
      );
      expect([source, state?.[0]]).toEqual([source, undefined]);
    }
  });

  test('asks for no module of Node', () => {
    expect(code.match(/require\(["'](?:node:|fs|crypto|path|util|os)[^)]*\)/g)).toBeNull();
    expect(sources.filter((source) => source.startsWith('external '))).toEqual([]);
  });

  test('stays small', () => expect(code.length).toBeLessThan(LARGEST_BYTES));
});

test('there is one protobufjs 8, a dependency of our own: without it JSON histories are not understood', () => {
  const manifest = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(readJson('package.json'));
  expect(manifest.dependencies['protobufjs']).toMatch(/^\^8\./);
  const { packages } = z
    .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
    .parse(readJson('package-lock.json'));
  const installed = Object.entries(packages).filter(
    ([path, { version }]) => path.endsWith('node_modules/protobufjs') && version?.startsWith('8.'),
  );
  expect(installed.map(([path]) => path)).toEqual(['node_modules/protobufjs']);
  const ours = require.resolve('protobufjs', { paths: [root] });
  for (const name of ['common', 'proto', 'worker', 'client']) {
    expect(require.resolve('protobufjs', { paths: [dirname(require.resolve(`@temporalio/${name}`, { paths: [root] }))] })).toBe(ours);
  }
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
