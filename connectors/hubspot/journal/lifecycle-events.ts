/** The type ids of the events that an account has installed the app, or removed it. */
export const INSTALLED = '4-1909196';
export const UNINSTALLED = '4-1916193';
