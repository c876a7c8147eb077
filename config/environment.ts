import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { ConfigurationError } from './configuration-error';
import { payloadKeys } from './payload-keys';
import type { PayloadKeys } from './payload-keys';
import { problemsOf, settingErrors } from './schema-messages';
import type { Secret } from './secret';
import { createSecret } from './secret';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The program's settings from its environment, which is read once. */
export interface Environment {
  readonly temporal: TemporalSettings;
  /** Null when `MONGODB_URI` is not set. */
  readonly mongodb: MongodbSettings | null;
  /** `ORSYNC_LOG_LEVEL`. @default 'info' */
  readonly logLevel: LogLevel;
  /** `ORSYNC_QUEUE_PREFIX`: separates several installations in one Temporal namespace. @default 'sync' */
  readonly queuePrefix: string;
  /**
   * `ORSYNC_DEPLOYMENT_VERSION`, `name.build`: a run stays on the version that started it (worker deployment versioning, PINNED). Null: no
   * versioning.
   */
  readonly deploymentVersion: { readonly deploymentName: string; readonly buildId: string } | null;
  /** `ORSYNC_DEAD_WORKER_SECONDS`, in milliseconds: a worker that has died is noticed after this time. @default 25 seconds */
  readonly deadWorkerMs: number;
  /** `ORSYNC_CRASH_AT`: the point at which a test kills this process, `create-called:3`. Null except in tests. */
  readonly crashAt: string | null;
  /** `ORSYNC_LATE_EFFECT_MS`: how long tests wait for late effects of creations (L12). Null except in tests. */
  readonly lateEffectMs: number | null;
  /** `ORSYNC_FEED_EVERY_MS`: the longest time between looks at feeds and at their tenants. Null except in tests. */
  readonly feedEveryMs: number | null;
  /** `ORSYNC_PAYLOAD_KEYS`: the first key encrypts the data that Temporal stores, all keys decrypt it. @default none: no encryption */
  readonly payloadKeys: PayloadKeys;
  readonly codec: CodecSettings;
}

/** The settings of `orsync codec`. */
export interface CodecSettings {
  /** `ORSYNC_CODEC_TOKEN`: the token that callers must send. */
  readonly token: Secret | null;
  /** `ORSYNC_CODEC_ORIGIN`: the origin of the Temporal UI, whose pages may call. Null: no page may call. */
  readonly origin: string | null;
}

/**
 * The connection to Temporal, from its standard variables (`TEMPORAL_ADDRESS`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`) and the profile in its
 * configuration file (`TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`). Variables override the profile.
 */
export interface TemporalSettings {
  /** `host:port`; null when neither a variable nor the profile names it. */
  readonly address: string | null;
  /** @default 'default' */
  readonly namespace: string;
  /** Returns the options for `Connection.connect` and `NativeConnection.connect`. It is a function so that no log shows the API key. */
  readonly connectionOptions: () => ClientConnectConfig['connectionOptions'];
}

/** The connection to MongoDB, from `MONGODB_URI`, which often contains a password. */
export interface MongodbSettings {
  readonly uri: Secret;
  /** The database in the address's path. @default 'orsync' */
  readonly database: string;
}

/** Complete settings of `orsync codec`. */
export interface RequiredCodec {
  readonly keys: PayloadKeys;
  readonly token: Secret;
  readonly origin: string | null;
}

const SOURCE = 'the environment';
const DEFAULT_DATABASE = 'orsync';
const mongodbUri = /^mongodb(?:\+srv)?:\/\/(?:[^@/?]*@)?[^@/?]+(?:\/([^?]*))?(?:\?.*)?$/;

const schema = z.object({
  MONGODB_URI: z
    .string()
    .regex(mongodbUri, 'this must be an address such as mongodb://host:27017/orsync')
    .refine(
      (uri) => /^[^/\\. "$*<>:|?]{0,63}$/.test(databaseIn(uri)),
      'the name of the database, after the last slash, has a character that MongoDB refuses',
    )
    .optional(),
  ORSYNC_LOG_LEVEL: z.enum(logLevels).default('info'),
  ORSYNC_QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'this must be 1 to 80 letters, digits, "-" or "_"')
    .default('sync'),
  ORSYNC_DEPLOYMENT_VERSION: z
    .string()
    .regex(/^[\w-]+\.[\w.-]+$/, 'this must be the name of the deployment and its build, such as orsync.1')
    .optional(),
  ORSYNC_DEAD_WORKER_SECONDS: z
    .string()
    .regex(/^\d+$/, 'this must be a number of seconds from 3 to 120')
    .transform(Number)
    .refine((seconds) => seconds >= 3 && seconds <= 120, 'this must be a number of seconds from 3 to 120')
    .default(25),
  ORSYNC_CRASH_AT: z
    .string()
    .regex(/^([a-z-]+(:\d+)?|@.+)$/, 'this must be a crash point, such as create-called:3')
    .optional(),
  ORSYNC_LATE_EFFECT_MS: z
    .string()
    .regex(/^\d{1,7}$/, 'this must be a number of milliseconds')
    .transform(Number)
    .optional(),
  ORSYNC_FEED_EVERY_MS: z
    .string()
    .regex(/^\d{2,6}$/, 'this must be a number of milliseconds')
    .transform(Number)
    .optional(),
  ORSYNC_PAYLOAD_KEYS: payloadKeys.default([]),
  ORSYNC_CODEC_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'this must be at least 16 characters long, without spaces')
    .transform(createSecret)
    .optional(),
  ORSYNC_CODEC_ORIGIN: z
    .string()
    .refine(
      (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
      'this must be an origin, such as https://temporal.example.com',
    )
    .optional(),
});

/**
 * Reads the environment. An empty variable counts as not set. Throws a `ConfigurationError` that names the variable; no message repeats a
 * value.
 * @param env `process.env`, or a test's own
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
  const result = schema.safeParse(given, { error: settingErrors });
  if (!result.success) throw new ConfigurationError(problemsOf(result.error), SOURCE);
  const {
    MONGODB_URI: uri,
    ORSYNC_LOG_LEVEL: logLevel,
    ORSYNC_QUEUE_PREFIX: queuePrefix,
    ORSYNC_DEPLOYMENT_VERSION: version,
    ORSYNC_DEAD_WORKER_SECONDS: deadWorkerSeconds,
    ORSYNC_CRASH_AT: crashAt,
    ORSYNC_LATE_EFFECT_MS: lateEffectMs,
    ORSYNC_FEED_EVERY_MS: feedEveryMs,
  } = result.data;
  const { ORSYNC_PAYLOAD_KEYS: keys, ORSYNC_CODEC_TOKEN: token, ORSYNC_CODEC_ORIGIN: origin } = result.data;
  return {
    temporal: temporalSettings(given),
    mongodb: uri === undefined ? null : { uri: createSecret(uri), database: databaseIn(uri) || DEFAULT_DATABASE },
    logLevel,
    queuePrefix,
    deploymentVersion: version === undefined ? null : versionIn(version),
    deadWorkerMs: deadWorkerSeconds * 1_000,
    crashAt: crashAt ?? null,
    lateEffectMs: lateEffectMs ?? null,
    feedEveryMs: feedEveryMs ?? null,
    payloadKeys: keys,
    codec: { token: token ?? null, origin: origin ?? null },
  };
}

/** Returns MongoDB's address and database. Throws when the environment does not name them. */
export function requireMongodb({ mongodb }: Environment): MongodbSettings {
  if (mongodb !== null) return mongodb;
  throw missing('MONGODB_URI', 'set it to the address of MongoDB, such as mongodb://host:27017/orsync; "orsync servers" starts one');
}

/** Returns Temporal's address and namespace. Throws when the environment names no address: a guessed one could be another cluster. */
export function requireTemporal({ temporal }: Environment): TemporalSettings {
  if (temporal.address !== null) return temporal;
  throw missing('TEMPORAL_ADDRESS', 'set it to the address of Temporal, such as host:7233, or use a profile; "orsync servers" starts one');
}

/** Returns the settings of a codec endpoint. Throws when there is no key to decode with, or no token to check callers with. */
export function requireCodec({ codec: { token, origin }, payloadKeys: keys }: Environment): RequiredCodec {
  if (keys.length === 0)
    throw missing('ORSYNC_PAYLOAD_KEYS', 'set it to the keys that the workers have; without them nothing can be decoded');
  if (token !== null) return { keys, token, origin };
  throw missing('ORSYNC_CODEC_TOKEN', 'set it to a secret of 16 characters or more that callers send; "openssl rand -hex 32" makes one');
}

const missing = (setting: string, message: string): ConfigurationError => new ConfigurationError([{ setting, message }], SOURCE);

function databaseIn(uri: string): string {
  const path = mongodbUri.exec(uri)?.[1] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function temporalSettings(env: Record<string, string>): TemporalSettings {
  const { connectionOptions, namespace } = loadTemporal(env);
  return { address: connectionOptions.address ?? null, namespace: namespace ?? 'default', connectionOptions: () => connectionOptions };
}

/** Replaces the library's own messages, which may quote the configuration file and a key in it. */
function loadTemporal(env: Record<string, string>): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    const path = typeof error === 'object' && error !== null && 'path' in error ? error.path : undefined;
    const variable = Object.keys(env).find((name) => path !== undefined && env[name] === path);
    if (variable !== undefined) throw missing(variable, 'the file that it names cannot be read');
    throw missing('TEMPORAL_PROFILE', 'Temporal’s configuration file cannot be read, or has no such profile; see TEMPORAL_CONFIG_FILE');
  }
}

function versionIn(version: string): Environment['deploymentVersion'] {
  const dot = version.indexOf('.');
  return { deploymentName: version.slice(0, dot), buildId: version.slice(dot + 1) };
}
