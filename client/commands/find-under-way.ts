import { ConfigurationError } from '../../config/configuration-error';
import type { Entity } from '../../domain/entity';
import { describeFailure } from '../describe-failure';
import { findUnstoredRun } from '../find-run';
import type { FoundRun } from '../find-run';
import type { CommandContext } from './command';
import { progressOf } from './progress-of';

/** The run under way, when nothing of it is stored. The rest of the history needs no Temporal: where that does not answer, it has to do. */
export async function findUnderWay(context: CommandContext, tenant: string, configured: readonly Entity[]): Promise<FoundRun | null> {
  const { session, terminal } = context;
  if (!session.knowsTemporal()) return null;
  try {
    const client = await session.sync();
    const underWay = { runningId: client.runningId, progress: () => progressOf(context, client, tenant) };
    return await findUnstoredRun(underWay, (await session.store()).forTenant(tenant), { tenant, configured });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    terminal.note(`${describeFailure(error).message} Without it, a run that has stored nothing yet is not shown.`);
    return null;
  }
}
