// A program is loaded only when its command runs, so that small commands start quickly.

/** The demonstration of the article's use cases. */
export const loadDemo = () => import('../demo/index.js');

/** A worker process. */
export const loadWorker = () => import('../../workers/run-worker.js');

/** Temporal and MongoDB in the foreground. */
export const loadServers = () => import('../../servers/servers-command.js');

/** The check of a configuration against both vendors' accounts. */
export const loadLiveCheck = () => import('../../workers/tenants/live-check.js');

/** The checks of `orsync doctor`. */
export const loadDoctor = () => import('../../workers/doctor/index.js');

/** Looks whether an organisation holds the records that a tenant has linked. */
export const loadKnownRecords = () => import('../../workers/tenants/known-records.js');

/** Registers and checks a tenant's OfficeRnD webhook. */
export const loadWebhook = () => import('../../workers/tenants/ensure-webhook.js');

/** The server of the vendors' webhooks. */
export const loadServer = async () => {
  const [server, secrets] = await Promise.all([import('../../server/serve.js'), import('../../workers/tenants/process-secrets.js')]);
  return { ...server, ...secrets };
};

/** Reads records as they are now. */
export const loadLiveLook = () => import('../../workers/tenants/live-look.js');

/** Both vendors' emulators. */
export const loadEmulators = async () => {
  const [officernd, hubspot] = await Promise.all([
    import('../../emulators/officernd/index.js'),
    import('../../emulators/hubspot/index.js'),
  ]);
  return { ...officernd, ...hubspot };
};

/** The codec endpoint. It loads a web server, which no other command needs. */
export const loadCodecServer = () => import('../codec-server.js');
