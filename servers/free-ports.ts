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
 * Ports to start on: what is asked for, else what this data folder used last (programs that still hold the old address find the servers
 * again), else free ones. An asked-for port is not checked; the choice is noted in the folder.
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
    // Half-written by a crash: the ports are a convenience, new ones will do.
    return undefined;
  }
}

async function freePort(preferred?: number): Promise<number> {
  if (preferred === undefined) return listenOnce(0);
  return listenOnce(preferred).catch(() => listenOnce(0));
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
