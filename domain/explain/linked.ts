import { isEntityPaused } from '../paused';
import type { OperationKind } from '../operation';
import type { HeldEffect, LinkedFacts, PastFailure } from './facts';
import { explainFields, explainLinkId, whyOnList } from './fields';
import type { ExplainedField } from './fields';
import { because, retryCommand, whyEntityLeftOut } from './words';
import type { Reason } from './words';

/** A link as it is explained: each field, and what concerns the record as a whole. */
export interface ExplainedLink {
  readonly fields: readonly ExplainedField[];
  /** Why nothing, or not all, is done about the record. */
  readonly notes: readonly NotedReason[];
  /** Whether the link shows on the OfficeRnD record (L14); null where one of the records is not known. */
  readonly shownLink: (Reason & { readonly shown: string | null }) | null;
}

/** A reason, with the vendor's own words where it has refused something. */
export interface NotedReason extends Reason {
  readonly said: string | null;
}

/** Explains an active link: what the next run does about each of its fields, and why not where it does nothing. */
export function explainLink(facts: LinkedFacts): ExplainedLink {
  const blocked = whyBlocked(facts);
  return {
    fields: explainFields(facts, blocked),
    notes: [
      ...(blocked === null ? [] : [blocked]),
      ...missingRecords(facts),
      ...heldAsWhole(facts),
      ...pausedNotes(facts),
      ...surpriseNotes(facts),
      ...passingFailures(facts),
    ],
    shownLink: explainLinkId(facts),
  };
}

/** Why no field of the record is written, whatever its fields say; null where nothing stands in the way. */
function whyBlocked({ mapping, link, failures, tenant }: LinkedFacts): NotedReason | null {
  const { entity } = link;
  const leftOut = whyEntityLeftOut(mapping, entity);
  if (leftOut !== null) return said(leftOut);
  const whole = failures.find(
    (one) => one.phase === 'update' && one.field === null && one.search === undefined && !one.retryRequested && one.stands && isFinal(one),
  );
  if (whole === undefined) return null;
  const retry = retryCommand(tenant, entity, link.hubspotId);
  return whole.parked && !isRefusedWhole(whole)
    ? said(because('A4', `The record failed in ${whole.runs} runs (${whole.reason}) and is parked until its data change.`, retry), whole)
    : said(
        because('M10', `The record was ${whole.reason}, so it is not sent again until its data or the definitions change.`, retry),
        whole,
      );
}

const isFinal = (failure: PastFailure): boolean => failure.parked || isRefusedWhole(failure);

/** Whether a vendor refuses the record for as long as its data are the same: for something that was not sent, or whichever field was. */
const isRefusedWhole = ({ reason }: PastFailure): boolean => reason.startsWith('refused ') && reason.includes(': ');

function missingRecords({ officernd, hubspot }: LinkedFacts): readonly NotedReason[] {
  const missing = [...(officernd === null ? ['OfficeRnD'] : []), ...(hubspot === null ? ['HubSpot'] : [])];
  return missing.map((side) =>
    said(
      because(
        'U2',
        `${side}'s record is not among those that were read last, so nothing is compared; the next full run asks for it by its id.`,
      ),
    ),
  );
}

/** Effects on the link as a whole that wait on a proposal (U4, L11). */
function heldAsWhole({ tenant, held }: LinkedFacts): readonly NotedReason[] {
  return held.flatMap((one: HeldEffect) => {
    const what = WHOLE[one.effect.kind];
    return what === undefined ? [] : [said(whyOnList(tenant, one.effect.reason, what, one))];
  });
}

const WHOLE: Readonly<Partial<Record<OperationKind, string>>> = {
  unlink: 'The end of this link',
  create: 'The creation of this record in OfficeRnD',
};

/** V3: single fields that pause. The planner never sees them, so they have no place among the fields. */
const pausedNotes = ({ mapping, link }: LinkedFacts): readonly NotedReason[] =>
  isEntityPaused(link.entity, mapping.paused ?? [])
    ? []
    : (mapping.paused ?? [])
        .filter(({ entity }) => entity === link.entity)
        .map(({ field, message }) => said(because('V3', `The field ${field} is left out for now: ${message}`)));

const surpriseNotes = ({ surprises }: LinkedFacts): readonly NotedReason[] =>
  surprises.map((field) =>
    said(
      because(
        'S1',
        `After a write, ${field} of the OfficeRnD record was not as it should be; after three such records in a run nothing more is written.`,
        'look for an automation in OfficeRnD that changes it',
      ),
    ),
  );

/** Failures that keep nothing from being tried again: the next run does. */
function passingFailures({ tenant, link, failures }: LinkedFacts): readonly NotedReason[] {
  return failures
    .filter(
      (one) =>
        one.phase !== 'link' && one.field === null && one.search === undefined && !(one.phase === 'update' && one.stands && isFinal(one)),
    )
    .map((one) => {
      const what = one.phase === 'unlink' ? 'Ending the link' : 'Writing the record';
      const rule = one.phase === 'unlink' ? 'U1' : 'A4';
      return one.parked && one.phase === 'unlink' && !one.retryRequested
        ? said(
            because(
              rule,
              `${what} failed in ${one.runs} runs (${one.reason}) and is parked.`,
              retryCommand(tenant, link.entity, link.officerndId),
            ),
            one,
          )
        : said(
            because(rule, `${what} failed (${one.reason}, ${one.runs} ${one.runs === 1 ? 'run' : 'runs'}); the next run tries again.`),
            one,
          );
    });
}

const said = (reason: Reason, failure?: PastFailure): NotedReason => ({ ...reason, said: failure?.said ?? null });
