import { readFile, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import type { JsonValue } from '../../domain/json';
import { writeReadyFile } from '../../servers/ready-file';
import { exitCodes } from '../exit-codes';
import { untilInterrupted, whenAborted } from '../interruption';
import type { CommandKit } from './command';
import { loadEmulators } from './programs';

const port = z.coerce
  .number('this must be a port')
  .int('this must be a port')
  .min(0, 'this must be a port')
  .max(65_535, 'this must be a port')
  .optional();
const seed = z.coerce.number('this must be a whole number').int('this must be a whole number').optional();
const input = z.object({ readyFile: z.string(), world: z.string().optional(), portOfficernd: port, portHubspot: port, seed });

/** `orsync emulators` */
export const emulatorsCommand = ({ action }: CommandKit): Command =>
  new Command('emulators')
    .description('run servers that behave like OfficeRnD and HubSpot, until Ctrl-C or SIGTERM')
    .requiredOption('--ready-file <file>', 'written when both are ready: addresses and credentials')
    .option('--world <file>', 'records and definitions of both sides, as JSON')
    .option('--port-officernd <port>', 'default: a free one')
    .option('--port-hubspot <port>', 'default: a free one')
    .option('--seed <number>', 'makes ids, tokens and random choices repeatable (default: 1)')
    .action(
      action(input, async (options, { terminal }) => {
        await untilInterrupted(async (signal) => {
          const readyFile = resolve(options.readyFile);
          // A file of an earlier run would name servers that are gone.
          await rm(readyFile, { force: true });
          const emulators = await startEmulators(options);
          try {
            writeReadyFile(readyFile, emulators.ready);
            terminal.result(
              emulators.ready,
              () => `OfficeRnD ${emulators.ready.officernd.apiUrl}\nHubSpot   ${emulators.ready.hubspot.apiUrl}`,
            );
            terminal.note('Stop with Ctrl-C.');
            await whenAborted(signal);
          } finally {
            await rm(readyFile, { force: true });
            await emulators.stop();
          }
        });
        return exitCodes.ok;
      }),
    );

async function startEmulators({ world: worldFile, portOfficernd, portHubspot, seed: given }: z.infer<typeof input>) {
  const world = worldFile === undefined ? undefined : await readWorld(worldFile);
  const { startOfficerndEmulator, startHubSpotEmulator } = await loadEmulators();
  const officernd = await startOfficerndEmulator({ port: portOfficernd, seed: given });
  const stopOfficernd = async (): Promise<void> => officernd.stop();
  try {
    const hubspot = await startHubSpotEmulator({ port: portHubspot, seed: given });
    const stop = async (): Promise<void> => void (await Promise.all([stopOfficernd(), hubspot.stop()]));
    try {
      if (world !== undefined && worldFile !== undefined) {
        for (const { adminUrl } of [officernd, hubspot]) await loadWorld(adminUrl, world, basename(worldFile));
      }
    } catch (error) {
      await hubspot.stop();
      throw error;
    }
    const { stop: _stopOfficernd, ...ofOfficernd } = officernd;
    const { stop: _stopHubSpot, ...ofHubSpot } = hubspot;
    return { ready: { officernd: ofOfficernd, hubspot: ofHubSpot }, stop };
  } catch (error) {
    await stopOfficernd();
    throw error;
  }
}

const worldSchema = z.strictObject({ officernd: z.json().optional(), hubspot: z.json().optional() });

async function readWorld(file: string): Promise<JsonValue> {
  const parsed = worldSchema.safeParse(parseJson(await textOf(file), file));
  if (parsed.success) return { officernd: parsed.data.officernd ?? {}, hubspot: parsed.data.hubspot ?? {} };
  throw worldError('a world is an object with the keys officernd and hubspot, and no others', basename(file));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw worldError('this file cannot be read; check its name and that this user may read it', basename(file));
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw worldError('this file is not JSON', basename(file));
  }
}

const worldError = (message: string, file: string): ConfigurationError => new ConfigurationError([{ setting: '', message }], file);

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Loads the world through the emulator's administration call, which says what is wrong with which record. */
async function loadWorld(adminUrl: string, world: JsonValue, file: string): Promise<void> {
  const response = await fetch(`${adminUrl}/world`, { method: 'PUT', body: JSON.stringify(world) });
  if (response.ok) return;
  const parsed = refusal.safeParse(await response.json().catch(() => null));
  throw worldError(parsed.success ? parsed.data.error.message : `the emulator refuses it (${response.status})`, file);
}
