import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { readEnvironment } from '../../config/environment';
import { readServeSettings } from '../../config/serve-settings';
import { writeReadyFile } from '../../servers/ready-file';
import { refuseProblems } from '../../workers/doctor/finding';
import { exitCodes } from '../exit-codes';
import { untilInterrupted, whenAborted } from '../interruption';
import type { CommandKit } from './command';
import { loadDoctor, loadServer } from './programs';

const DEFAULT_PORT = 8080;

const wrongPort = 'this must be a port';
const input = z.object({
  port: z.coerce.number(wrongPort).int(wrongPort).min(0, wrongPort).max(65_535, wrongPort).default(DEFAULT_PORT),
  host: z.string().min(1, 'this must be an address').default('127.0.0.1'),
  readyFile: z.string().optional(),
});

/** `orsync serve` */
export const serveCommand = ({ action }: CommandKit): Command =>
  new Command('serve')
    .description('hear of changes: answer the vendors’ webhooks until Ctrl-C or SIGTERM')
    .option('--port <port>', `the port to listen on; 0 means a free one (default: ${DEFAULT_PORT})`)
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1)')
    .option('--ready-file <file>', 'written when it listens: its address')
    .action(
      action(input, async ({ port, host, readyFile: given }, { terminal, env, session }) => {
        const environment = readEnvironment(env);
        const settings = readServeSettings(env);
        const readyFile = given === undefined ? null : resolve(given);
        // A file of an earlier run would name a server that is gone.
        if (readyFile !== null) await rm(readyFile, { force: true });
        await untilInterrupted(async (signal) => {
          const store = await session.store();
          refuseProblems((await loadDoctor()).judgeDatabase(await store.inspect()));
          await store.prepare();
          const { serve, processSecrets } = await loadServer();
          const server = await serve({ environment, settings, store, secrets: processSecrets(), port, host });
          try {
            if (readyFile !== null) writeReadyFile(readyFile, { address: server.address });
            if (settings.publicUrl === null)
              terminal.note('ORSYNC_PUBLIC_URL is not set: signatures are checked as if vendors called the address that requests name.');
            terminal.result({ address: server.address }, () => `Webhooks ${server.address}`);
            terminal.note('Stop with Ctrl-C.');
            await whenAborted(signal);
          } finally {
            if (readyFile !== null) await rm(readyFile, { force: true });
            await server.stop();
          }
        });
        return exitCodes.ok;
      }),
    );
