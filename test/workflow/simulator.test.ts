import { bundleWorkflows } from '../replay/bundle-of';
import { createSandbox } from './sandbox';
import { simulate } from './simulate';

test('x', async () => {
  const sandbox = createSandbox((await bundleWorkflows()).code);
  const t = Date.now();
  let tasks = 0;
  const bad: string[] = [];
  let n = 0;
  for (let seed = 1; seed <= Number(process.env['N'] ?? 300); seed++) {
    n++;
    try {
      tasks += (await simulate(sandbox, seed)).tasks;
    } catch (e) {
      bad.push(String(e instanceof Error ? e.message : e));
      if (bad.length === 1) console.log(e);
    }
  }
  const by = new Map<string, string[]>();
  for (const b of bad) {
    const k =
      b
        .replace(/Seed \d+: /, '')
        .replace(/\d+/g, 'N')
        .split('\n')[0] ?? '';
    by.set(k, [...(by.get(k) ?? []), /Seed (\d+)/.exec(b)?.[1] ?? '']);
  }
  console.log(n, 'runs', tasks, 'tasks', Date.now() - t, 'ms', [...by].map(([k, v]) => `${v.length} x ${k}: ${v.slice(0, 5)}`).join('\n'));
}, 600000);
