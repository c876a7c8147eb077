import { isStale } from '../../domain/proposal';
import type { Run } from '../../store/runs';
import type { Store } from '../../store/store';
import { ApprovalRefusedError, presentBasis } from '../approve';
import type { ApprovalRecord } from '../approve';
import { findRun } from '../runs/find-run';

/** A preview that a person has asked to be carried out. */
export interface AppliedRecord {
  /** The number of effects that it lists. */
  readonly effects: number;
}

/**
 * Records that a preview is to be carried out (P2). Nothing is done yet: that takes a run. May be repeated while no run has come to its end
 * with it. Throws `ApprovalRefusedError`.
 */
export async function applyIn(store: Store, tenant: string, id: string, { by, note, at }: ApprovalRecord): Promise<AppliedRecord> {
  const kept = store.forTenant(tenant);
  const found = await findRun(kept, id);
  if (found === null) throw refusal('unknown-preview', `${tenant} has no run ${id}, or it was a preview that has expired`, tenant);
  const previews = kept.preview().runs;
  const preview = await previews.get(id);
  if (preview === null) throw refusal('no-preview', `Run ${id} is no preview, so it lists nothing to carry out`, tenant);
  const refused = await refusalOf(store, tenant, preview, at);
  if (refused !== null) throw refused;
  await previews.noteApplication(id, { by, at, note, carriedOutBy: null });
  // The list is needed for as long as the request may wait.
  await kept.preview().operations.expire(id);
  return { effects: preview.report?.binds?.effects ?? 0 };
}

/** Why a preview can't be carried out now, or null. */
async function refusalOf(
  store: Store,
  tenant: string,
  { id, report, basis, application }: Run,
  now: Date,
): Promise<ApprovalRefusedError | null> {
  const binds = report?.binds;
  if (binds === undefined || basis === undefined)
    return refusal('unfinished', `Preview ${id} has not come to its end, or an older version has made it`, tenant);
  const by = application?.carriedOutBy ?? null;
  if (by !== null)
    return new ApprovalRefusedError(
      'carried-out',
      `Preview ${id} has been carried out already; "orsync report ${tenant} ${by}" shows what was done.`,
    );
  if (new Date(binds.validUntil) <= now) return refusal('expired', `Preview ${id} has expired: it can be applied for 14 days`, tenant);
  const present = await presentBasis(store, tenant);
  if (present === null || present.pair !== basis.pair)
    return refusal('stale', `Preview ${id} belongs to another organisation or portal than ${tenant} has now`, tenant);
  if (isStale({ basis }, present)) return refusal('stale', `Preview ${id} was made before the configuration of ${tenant} changed`, tenant);
  return null;
}

const refusal = (kind: ApprovalRefusedError['kind'], why: string, tenant: string): ApprovalRefusedError =>
  new ApprovalRefusedError(kind, `${why}. Run "orsync sync ${tenant} --mode preview --wait", and apply that.`);
