const DEFAULT_DATABASE = 'orsync';

/** Returns the database in the path of an address, else `orsync`. */
export const databaseIn = (uri: string): string => {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];
  return path === undefined ? DEFAULT_DATABASE : decodeURIComponent(path);
};

/** Stands in messages for an address that can't be shown. */
const HIDDEN_ADDRESS = 'the address in MONGODB_URI';

/**
 * Returns an address without its possible secrets: user, password and options. With an @ after the hosts, nobody can tell a
 * password from a host. Then nothing of the address is shown.
 */
export function withoutCredentials(uri: string): string {
  const [, scheme = '', hosts = '', path = '', rest = ''] = ADDRESS.exec(uri) ?? [];
  return scheme === '' || `${path}${rest}`.includes('@') ? HIDDEN_ADDRESS : `${scheme}${hosts}${path}`;
}

const ADDRESS = /^(mongodb(?:\+srv)?:\/\/)(?:[^@/?]*@)?([^@/?]+)(\/[^?]*)?(\?.*)?$/s;

/** Whether a text that is about an address, such as the driver's message, may be shown with it. */
export const canBeShown = (uri: string): boolean => withoutCredentials(uri) !== HIDDEN_ADDRESS;

/** Options of an address that this program sets itself, whatever the address says: as they are spelled there. */
export function overriddenOptions(uri: string): readonly string[] {
  const query = uri.slice(uri.indexOf('?') + 1);
  if (query === uri) return [];
  return [...new Set([...new URLSearchParams(query).keys()].filter((name) => OVERRIDDEN.has(name.toLowerCase())))];
}

const OVERRIDDEN: ReadonlySet<string> = new Set([
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'readconcernlevel',
  'w',
  'j',
  'journal',
]);
