'use strict';
// The built command line, loaded once, for many commands one after the other or side by side: see cli-host.ts.
const { createServer } = require('node:http');
const { main } = require('../../dist/cli/main.js');
const { createProgressBar } = require('../../dist/cli/text/progress-bar.js');

async function run({ argv, env }) {
  let [stdout, stderr] = ['', ''];
  const streams = {
    out: (text) => (stdout += text),
    err: (text) => (stderr += text),
    bar: createProgressBar(process.stderr, false),
  };
  const code = await main(argv, { streams, env });
  return { code, stdout, stderr };
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text) => (body += text));
  request.on('end', () => void run(JSON.parse(body)).then((result) => response.end(JSON.stringify(result))));
});
// A command may run for minutes.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send(server.address()));
process.on('disconnect', () => process.exit());
