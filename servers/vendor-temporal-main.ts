// A separate process, so that a download that hangs can be ended: the SDK has no way to cancel it. The SDK also starts the server that it
// has downloaded.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);

async function download(folder: string, release: string): Promise<string> {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder, version: release }, log: { format: 'json', level: 'error' } },
  });
  await environment.teardown();
  const name = readdirSync(folder).find((file) => file.startsWith('temporal'));
  if (name === undefined) throw new Error('the SDK left no program in its download folder');
  return join(folder, name);
}

if (downloadDir === undefined || version === undefined) throw new Error('usage: vendor-temporal-main FOLDER VERSION');
download(downloadDir, version).then(
  (path) => process.stdout.write(path),
  (error: unknown) => {
    process.stderr.write(error instanceof Error ? error.message : 'unknown error');
    process.exitCode = 1;
  },
);
