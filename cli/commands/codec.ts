import { Command } from 'commander';
import { z } from 'zod';
import { readEnvironment, requireCodec } from '../../config/environment';
import { exitCodes } from '../exit-codes';
import { untilInterrupted, whenAborted } from '../interruption';
import type { CommandKit } from './command';
import { loadCodecServer } from './programs';

const DEFAULT_PORT = 8081;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const wrongPort = 'this must be a port';
const input = z.object({
  port: z.coerce.number(wrongPort).int(wrongPort).min(0, wrongPort).max(65_535, wrongPort).default(DEFAULT_PORT),
  host: z.string().min(1, 'this must be an address').default('127.0.0.1'),
});

/** `orsync codec` */
export const codecCommand = ({ action }: CommandKit): Command =>
  new Command('codec')
    .description('let the Temporal UI and CLI show encrypted payloads: run a codec endpoint until Ctrl-C or SIGTERM')
    .option('--port <port>', `the port to listen on; 0 means a free one (default: ${DEFAULT_PORT})`)
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1)')
    .action(
      action(input, async ({ port, host }, { terminal, env }) => {
        const settings = requireCodec(readEnvironment(env));
        const { startCodecServer } = await loadCodecServer();
        await untilInterrupted(async (signal) => {
          const server = await startCodecServer({ ...settings, port, host });
          try {
            if (!LOOPBACK.has(host))
              terminal.note('Decoded payloads cross the network unencrypted; put a proxy with TLS in front of this address.');
            if (settings.origin === null)
              terminal.note('Web pages are refused; set ORSYNC_CODEC_ORIGIN to the Temporal UI’s origin to use the endpoint there.');
            terminal.result({ url: server.url }, () => `Codec endpoint ${server.url}`);
            terminal.note(`The codec endpoint answers at ${server.url}; stop with Ctrl-C.`);
            await whenAborted(signal);
          } finally {
            await server.stop();
          }
        });
        return exitCodes.ok;
      }),
    );
