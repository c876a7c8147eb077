/** The checks of `orsync doctor`, for the command line. */
export { processSecrets } from '../tenants/process-secrets';
export { examineAccounts, readSecrets } from './examine-accounts';
export { judgeClock, judgeDatabase, judgeOptions } from './mongodb';
export { readScheduleFacts } from './read-schedules';
export { readTenant } from './read-tenant';
export { readNamespace, readQueues } from './read-temporal';
export { judgeSecrets } from './secrets';
export { judgeNamespace, judgeQueues } from './temporal';
export { judgeTenant } from './tenant';
