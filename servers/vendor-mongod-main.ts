// A separate process, so that a download that hangs can be ended.
import { MongoBinary } from 'mongodb-memory-server-core';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('usage: vendor-mongod-main FOLDER');
MongoBinary.getPath({ downloadDir }).then(
  (path) => process.stdout.write(path),
  (error: unknown) => {
    process.stderr.write(error instanceof Error ? error.message : 'unknown error');
    process.exitCode = 1;
  },
);
