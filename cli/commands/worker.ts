import { Command } from 'commander';
import { z } from 'zod';
import { exitCodes } from '../exit-codes';
import { collect } from './command';
import type { CommandKit } from './command';
import { loadWorker } from './programs';

const allQueues = ['workflows', 'hubspot', 'officernd'] as const;
const input = z.object({
  queues: z
    .array(z.enum(allQueues))
    .min(1)
    .default([...allQueues]),
});

/** `orsync worker` */
export const workerCommand = ({ action }: CommandKit): Command =>
  new Command('worker')
    .description('run a worker until Ctrl-C or SIGTERM; other workers continue what it has not finished')
    .option('--queues <list>', `some of ${allQueues.join(',')} (default: all)`, collect)
    .action(
      action(input, async ({ queues }, { terminal }) => {
        const { runWorker } = await loadWorker();
        const code = await runWorker({ queues });
        if (terminal.json) terminal.result({ queues, stopped: true }, () => '');
        return code === 0 ? exitCodes.ok : exitCodes.failed;
      }),
    );
