import type { Client } from '@temporalio/client';
import { grpcCodeOf, grpcCodes } from '../../client/grpc-code';
import { SYNC_TENANT } from '../../workflows/api';
import type { TenantFacts } from './tenant';

/** Schedules that are looked at, at most. An installation with more has its own list of them. */
const MOST = 200;

/** Temporal Schedules that start a tenant's runs; null when this program may not read them. */
export async function readSchedules({ schedule }: Pick<Client, 'schedule'>, tenant: string): Promise<TenantFacts['schedules']> {
  const found: { readonly id: string; readonly paused: boolean }[] = [];
  let looked = 0;
  try {
    for await (const { scheduleId: id, action, state } of schedule.list({ pageSize: MOST })) {
      looked += 1;
      if (looked > MOST) break;
      if (action?.workflowType !== SYNC_TENANT) continue;
      const described = await schedule.getHandle(id).describe();
      if (described.action.type === 'startWorkflow' && isFor(described.action.args, tenant)) found.push({ id, paused: state.paused });
    }
    return found;
  } catch (error) {
    if (grpcCodeOf(error) === grpcCodes.permissionDenied || grpcCodeOf(error) === grpcCodes.unimplemented) return null;
    throw error;
  }
}

/** Whether the argument of a scheduled workflow names the tenant. */
function isFor(args: readonly unknown[] | undefined, tenant: string): boolean {
  const [request] = args ?? [];
  return typeof request === 'object' && request !== null && 'tenant' in request && request.tenant === tenant;
}
