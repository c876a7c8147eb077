import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** Loopback ports of the two servers. */
export interface ServerPorts {
  readonly temporal: number;
  readonly temporalUi: number;
  readonly mongodb: number;
}

const portsSchema = z.object({ temporal: z.int(), temporalUi: z.int(), mongodb: z.int() });

/**
 * Ports to start on. A port that is asked for is used without a check. Otherwise it is the port that this data folder used last, so that
 * programs with the old address find the servers again. If that one is taken, it is a free port. The folder keeps the choice.
 */
export async function choosePorts(dataDir: string, asked: Partial<ServerPorts> = {}): Promise<ServerPorts> {
  const file = join(dataDir, 'ports.json');
  const last = readLast(file);
  const ports = {
    temporal: asked.temporal ?? (await freePort(last?.temporal)),
    temporalUi: asked.temporalUi ?? (await freePort(last?.temporalUi)),
    mongodb: asked.mongodb ?? (await freePort(last?.mongodb)),
  };
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function readLast(file: string): ServerPorts | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return portsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A crash left the file half-written. The old ports are only a convenience, so new ones are chosen.
    return undefined;
  }
}

/**
 * Below the ports that systems give to connections (Linux begins at 32768). A port of those may be taken by any connection before the server
 * listens on it.
 */
const OWN_PORTS = { first: 20_000, last: 31_999 } as const;
const TRIES = 20;

async function freePort(preferred?: number): Promise<number> {
  const some = Array.from({ length: TRIES }, () => randomInt(OWN_PORTS.first, OWN_PORTS.last));
  for (const port of preferred === undefined ? some : [preferred, ...some]) {
    const found = await listenOnce(port).catch(() => null);
    if (found !== null) return found;
  }
  return listenOnce(0);
}

/** Resolves to the port after having listened on it for a moment. */
function listenOnce(port: number): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? done(address.port) : failed(new Error('no port'))));
    });
  });
}
