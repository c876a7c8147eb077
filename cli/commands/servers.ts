import { Command } from 'commander';
import { z } from 'zod';
import { exitCodes } from '../exit-codes';
import type { CommandKit } from './command';
import { loadServers } from './programs';

const input = z.object({ dataDir: z.string(), readyFile: z.string() });

/** `orsync servers` */
export const serversCommand = ({ action }: CommandKit): Command =>
  new Command('servers')
    .description('run Temporal and MongoDB in the foreground, until Ctrl-C or SIGTERM')
    .requiredOption('--data-dir <folder>', 'where both keep their data; use the same folder again to go on')
    .requiredOption('--ready-file <file>', 'written when both are ready: temporalAddress, temporalUiUrl, mongodbUri')
    .action(
      action(input, async ({ dataDir, readyFile }, { terminal }) => {
        const { runServers } = await loadServers();
        await runServers({ dataDir, readyFile, progress: terminal.note });
        if (terminal.json) terminal.result({ readyFile, stopped: true }, () => '');
        return exitCodes.ok;
      }),
    );
