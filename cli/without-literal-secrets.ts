import type { JsonValue } from '../domain/json';

/** Settings that hold a secret. A reference is shown; a literal secret, which is allowed for loopback addresses, is not. */
const secretSettings: ReadonlySet<string> = new Set(['clientId', 'clientSecret', 'accessToken', 'refreshToken', 'webhookSecret']);

/** A tenant's configuration with literal secrets replaced, so that it may be shown. */
export function withoutLiteralSecrets(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(withoutLiteralSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretSettings.has(name) && typeof item === 'string' ? '[secret]' : withoutLiteralSecrets(item),
    ]),
  );
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
