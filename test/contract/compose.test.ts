import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const healthcheckSchema = z.strictObject({
  test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])]).rest(z.string()),
  interval: z.string(),
  timeout: z.string(),
  retries: z.int().positive(),
  start_period: z.string(),
});
const conditionSchema = z.enum(['service_healthy', 'service_completed_successfully']);
/** The schema is strict, so it refuses a misspelt key of a service, as Docker does. */
const serviceSchema = z.strictObject({
  image: z.string(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  build: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.int().positive(),
  secrets: z.array(z.string()).default([]),
  hostname: z.string().optional(),
  init: z.boolean().optional(),
  restart: z.string(),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: conditionSchema })).default({}),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  healthcheck: healthcheckSchema.optional(),
});
const composeSchema = z.strictObject({
  name: z.string(),
  'x-hardened': z.looseObject({}),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

const compose = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services);
const isJob = ({ restart }: z.infer<typeof serviceSchema>): boolean => restart.startsWith('on-failure');
const isPath = (source: string): boolean => source.startsWith('.') || source.startsWith('/');

test('every variable of the compose file is explained in .env.example, and the other way round', () => {
  const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name = '']) => name);
  const offered = [...read('.env.example').matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
  expect([...new Set(used)].sort()).toEqual([...offered].sort());
});

test('a secret without a value stops the start instead of being empty', () => {
  const secrets = [...read('docker-compose.yml').matchAll(/\$\{([A-Z0-9_]*(?:PASSWORD|KEYS?(?:_FILE)?))([^}]*)\}/g)];
  expect(secrets.length).toBeGreaterThan(0);
  expect(secrets.filter(([, , rest]) => !rest?.startsWith(':?'))).toEqual([]);
});

const pinned = /^[a-z0-9/-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?@sha256:[0-9a-f]{64}$/;

test.each(services)('%s: its image is pinned to an exact version and its digest, or built here', (_name, { image, build }) => {
  expect(image).toMatch(build === undefined ? pinned : /^orsync:\d+\.\d+\.\d+$/);
});

test('the image is built on one that is pinned to an exact version and its digest', () => {
  const [, base = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(read('Dockerfile')) ?? [];
  expect(base).toMatch(pinned);
  const stages = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(stages)).toEqual(new Set(['${NODE_IMAGE}']));
});

test('an image has one digest, wherever it is named', () => {
  const digests = new Map(services.map(([, { image }]) => [image.split('@')[0], image]));
  expect(services.filter(([, { image }]) => digests.get(image.split('@')[0]) !== image)).toEqual([]);
});

test.each(services)('%s: it writes to its volumes and to memory alone, with no rights of root and bounded', (_name, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  expect(service.mem_limit).toMatch(/^\d+[mg]$/);
  expect(service.pids_limit).toBeLessThanOrEqual(1024);
  expect(service.tmpfs.filter((folder) => !/^\/[a-z/]+:size=\d+m,mode=1777$/.test(folder))).toEqual([]);
});

test('the servers whose images begin as root run as their own users', () => {
  const users = ['postgresql', 'mongodb', 'mongodb-setup'].map((name) => compose.services[name]?.user);
  expect(users).toEqual(['postgres', 'mongodb', 'mongodb']);
  expect(read('Dockerfile')).toMatch(/^USER node$/m);
});

test('the keys of payloads are a secret in a file, and the worker reads that file', () => {
  const { worker } = compose.services;
  expect(worker?.secrets).toEqual(Object.keys(compose.secrets));
  expect(worker?.environment['ORSYNC_PAYLOAD_KEYS']).toBe(`file:/run/secrets/${worker?.secrets[0] ?? ''}`);
  expect(read('.gitignore').split('\n')).toContain('payload-keys');
});

test.each(services)('%s: what it depends on exists, and is waited for in a way that it can meet', (_name, { depends_on }) => {
  for (const [name, { condition }] of Object.entries(depends_on)) {
    const service = compose.services[name];
    expect({ name, exists: service !== undefined }).toEqual({ name, exists: true });
    if (service === undefined) continue;
    expect(condition).toBe(isJob(service) ? 'service_completed_successfully' : 'service_healthy');
  }
});

test.each(services)('%s: runs on with a health check, or is a job that ends', (_name, service) => {
  if (isJob(service)) expect(service.healthcheck).toBeUndefined();
  else expect(service).toMatchObject({ restart: 'unless-stopped', healthcheck: { retries: expect.any(Number) } });
});

test.each(services)('%s: what it mounts exists, read-only when it is a file of ours', (_name, { volumes, entrypoint = [] }) => {
  for (const mount of volumes) {
    const [source = '', target = '', mode] = mount.split(':');
    if (isPath(source)) expect({ mount, exists: existsSync(join(root, source)), mode }).toEqual({ mount, exists: true, mode: 'ro' });
    else expect(Object.keys(compose.volumes)).toContain(source);
    expect(target).toMatch(/^\//);
  }
  const scripts = entrypoint.filter((word) => word.startsWith('/deploy/'));
  expect(scripts.filter((script) => !volumes.some((mount) => mount.split(':')[1] === script))).toEqual([]);
});

test('every named volume is used', () => {
  const used = services.flatMap(([, { volumes }]) => volumes.map((mount) => mount.split(':')[0]));
  expect(Object.keys(compose.volumes).filter((name) => !used.includes(name))).toEqual([]);
});

test('nothing is published beyond this host', () => {
  const ports = services.flatMap(([, service]) => service.ports);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('addresses name services of the file', () => {
  const hosts = services.flatMap(([, { environment }]) => Object.values(environment).flatMap(hostsIn));
  expect(hosts.length).toBeGreaterThan(0);
  expect(hosts.filter((host) => !(host in compose.services))).toEqual([]);
});

test('all parts of Temporal have one version', () => {
  const versions = ['temporal', 'temporal-schema', 'temporal-namespace'].map((name) => compose.services[name]?.image.split(/[:@]/)[1]);
  expect(new Set(versions).size).toBe(1);
});

test('the image is built from files that its build context has', () => {
  const context = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \.\/?$/gm)].flatMap(([, sources = '']) => sources.split(' '));
  expect(copied.filter((source) => source !== '.' && !context.includes(source))).toEqual([]);
  const sources = z.object({ include: z.array(z.string()) }).parse(JSON.parse(read('tsconfig.build.json'))).include;
  expect(sources.filter((folder) => !context.includes(folder))).toEqual([]);
  expect(statSync(join(root, 'bin/orsync')).mode & 0o111).not.toBe(0);
});

/** The hosts in a value, which is an address or `host:port`. */
function hostsIn(value: string): readonly string[] {
  const address = /^(?:[a-z]+:\/\/(?:[^@]*@)?)?([a-z][a-z-]*):\d+(?:\/|$)/.exec(value);
  return address?.[1] === undefined ? [] : [address[1]];
}
