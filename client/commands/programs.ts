/* oxlint-disable no-restricted-imports -- the one place where the command line reaches the programs that it starts; each is loaded when it is asked for */

/** The demonstration of the article's use cases. */
export const loadDemo = () => import('../../workers/demo/index.js');

/** A worker process. */
export const loadWorker = () => import('../../workers/run-worker.js');

/** Temporal and MongoDB in the foreground. */
export const loadServers = () => import('../../servers/servers-command.js');

/** Checks a configuration against the vendors as they are now. */
export const loadLiveCheck = () => import('../../workers/live-check.js');

/** Both vendors' emulators. */
export const loadEmulators = async () => {
  const [officernd, hubspot] = await Promise.all([
    import('../../emulators/officernd/index.js'),
    import('../../emulators/hubspot/index.js'),
  ]);
  return { ...officernd, ...hubspot };
};

/** The codec endpoint; it brings a web server along, which no other command needs. */
export const loadCodecServer = () => import('../codec-server.js');
