import { ConfigurationError } from '../../config/configuration-error';
import type { Entity } from '../../domain/entity';
import { unknownRun } from '../cli-error';
import { describeFailure } from '../describe-failure';
import { findAnyRun, findUnstoredRun } from '../../client/runs/find-run';
import type { FoundRun } from '../../client/runs/find-run';
import { requireTenant } from './command';
import type { CommandContext } from './command';
import { progressOf } from './progress-of';

/**
 * The run that a person names, by default the newest; null when the tenant has no run yet. Throws for an unknown tenant or run.
 */
export async function findNamedRun(context: CommandContext, tenant: string, run: string | undefined): Promise<FoundRun | null> {
  const configured = await requireTenant(context, tenant);
  const store = (await context.session.store()).forTenant(tenant);
  const found = await findAnyRun(store, run, () => findUnderWay(context, tenant, configured));
  if (found === null && run !== undefined) throw unknownRun(tenant, run);
  return found;
}

/** The run under way, when nothing of it is stored. When Temporal does not answer, the stored runs are shown without it. */
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
