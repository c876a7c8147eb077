import { ConfigurationError } from '../../config/configuration-error';
import type { Progress } from '../../workflows/api';
import type { SyncClient } from '../../client/sync-client';
import type { CommandContext } from './command';

/** Null when no worker answers: then only what is stored is shown. Throws for an error that the caller must correct, such as a missing key. */
export async function progressOf({ terminal }: CommandContext, client: SyncClient, tenant: string): Promise<Progress | null> {
  try {
    return await client.progress(tenant);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    terminal.note('A run is under way, but no worker answers; start one with "orsync worker". What is stored about the run:');
    return null;
  }
}
