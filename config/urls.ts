/** Whether a value is an address of this machine: `localhost`, `127.0.0.0/8` or `::1`. */
export function isLoopbackUrl(value: unknown): boolean {
  const host = parse(value)?.hostname;
  return host !== undefined && isLoopbackHost(host);
}

/**
 * Whether a value is an address that may be called. It must be https, because every call carries a token; http is allowed for this machine
 * and for a host without a dot (another container). An address with a user name, a query or a fragment is refused.
 */
export function isHttpUrl(value: unknown): boolean {
  const url = parse(value);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && (isLoopbackHost(url.hostname) || /^[a-z0-9_-]+$/.test(url.hostname));
}

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

const parse = (value: unknown): URL | null => (typeof value === 'string' && URL.canParse(value) ? new URL(value) : null);
