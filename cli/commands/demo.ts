import { Command } from 'commander';
import { z } from 'zod';
import { exitCodes } from '../exit-codes';
import type { CommandKit } from './command';
import { loadDemo } from './programs';

const input = z.object({ keep: z.boolean().default(false) });

/** `orsync demo` */
export const demoCommand = ({ action }: CommandKit): Command =>
  new Command('demo')
    .description('play the help article’s three use cases; it starts servers, emulators and a worker of its own')
    .option('--keep', 'leave everything running until Ctrl-C')
    .action(
      action(input, async ({ keep }, { terminal }) => {
        const { runDemo } = await loadDemo();
        return (await runDemo({ keep, json: terminal.json })) === 0 ? exitCodes.ok : exitCodes.failed;
      }),
    );
