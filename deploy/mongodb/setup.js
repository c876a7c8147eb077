// Runs in mongosh. Every step may be repeated: what exists already is left as it is, but the worker's password follows the environment.
const { MONGODB_ROOT_PASSWORD: rootPassword, MONGODB_WORKER_PASSWORD: workerPassword } = process.env;

const root = connect(`mongodb://root:${encodeURIComponent(rootPassword)}@mongodb:27017/admin?directConnection=true`);

initiateReplicaSet();
waitForPrimary();
ensureWorkerUser();

function initiateReplicaSet() {
  try {
    root.adminCommand({ replSetGetStatus: 1 });
  } catch (error) {
    if (error.codeName !== 'NotYetInitialized') throw error;
    root.adminCommand({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: 'mongodb:27017' }] } });
  }
}

function waitForPrimary() {
  const deadline = Date.now() + 60_000;
  while (!root.hello().isWritablePrimary) {
    if (Date.now() > deadline) throw new Error('The replica set has no primary after a minute; see the log of mongodb.');
    sleep(200);
  }
}

/** Lives in the database it may use, where the worker's address also looks for it. */
function ensureWorkerUser() {
  const database = root.getSiblingDB('orsync');
  const user = { pwd: workerPassword, roles: [{ role: 'dbOwner', db: 'orsync' }] };
  if (database.getUser('orsync') === null) database.createUser({ user: 'orsync', ...user });
  else database.updateUser('orsync', user);
}
