'use strict';
// The built command line, loaded once, for many commands one after the other or side by side: see cli-host.ts.
const { main } = require('../../dist/cli/main.js');
const { createProgressBar } = require('../../dist/cli/text/progress-bar.js');

process.on('message', ({ id, argv }) => {
  let [stdout, stderr] = ['', ''];
  const streams = {
    out: (text) => (stdout += text),
    err: (text) => (stderr += text),
    bar: createProgressBar(process.stderr, false),
  };
  void main(argv, { streams, env: process.env }).then((code) => process.send({ id, code, stdout, stderr }));
});
process.on('disconnect', () => process.exit());
