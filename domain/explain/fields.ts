import { writtenBy } from '../operation';
import type { Side } from '../entity';
import type { Direction } from '../field-mapping';
import { LINK_PATH, linkIdOf, parseLinkId } from '../ids';
import type { JsonValue } from '../json';
import { isBaseOfMeaning } from '../field-conditions';
import { baseAfterWrite, decideFields, planUpdate } from '../plan-update';
import type { UpdateInput } from '../update-input';
import { effectText } from '../proposal';
import type { Effect } from '../proposal';
import type { BrakedEffect } from '../update-brake';
import { fieldsOf } from './facts';
import type { HeldEffect, LinkedFacts, PastFailure, PastOperation } from './facts';
import { PARTED, whyAgreed, whyDrift, whyKept, whyNotCompared, whyWritten } from './field-reason';
import type { DecidedField } from './field-reason';
import { because, retryCommand, vendor } from './words';
import type { Reason } from './words';

/** One mapped field of a link: what it holds, and what the next run does about it. */
export interface ExplainedField extends Reason {
  readonly field: string;
  readonly direction: Direction;
  /** The values at the last agreement, each side's in its own form; null where there is no base. */
  readonly base: { readonly officernd: JsonValue; readonly hubspot: JsonValue } | null;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
  /** `in-step`: nothing is to be done. `next-run`: it is written. `left`: the sides differ, or nothing is known of them, and nothing is written. */
  readonly state: 'in-step' | 'next-run' | 'left';
  /** The side that the next run writes. */
  readonly writes: Side | null;
  /** The vendor's own words where it refused the value. */
  readonly said: string | null;
  readonly lastChange: LastChange | null;
}

/** The newest write of a field. */
export interface LastChange {
  readonly run: string;
  readonly at: string;
  readonly to: Side;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly rule: string;
}

/** The update phase's plan input for a link of which both records are known. The planner itself decides, so this can't disagree with a run. */
export function updateInputOf(facts: LinkedFacts): UpdateInput | null {
  const { link, officernd, hubspot, snapshot, mapping, unreadPaths, failures, held } = facts;
  if (officernd === null || hubspot === null) return null;
  return {
    link,
    officernd,
    hubspot,
    snapshot,
    fields: fieldsOf(mapping, link.entity),
    context: { timeZone: mapping.timeZone, statuses: mapping.statuses, currency: mapping.currency ?? null },
    portalId: mapping.portalId,
    formerPortals: mapping.formerPortals ?? [],
    showsLinks: mapping.showsLinks ?? true,
    pipelineId: mapping.pipelineId,
    unreadPaths,
    wasRefused: (side, field) => refusalOf(failures, side, field) !== null,
    isHeld: (effect) => holdOf(held, facts, effect) !== null,
  };
}

/** The failure that keeps a field from being sent to a side now (M10): a refusal that stands, or a search for the refused field. */
export const refusalOf = (failures: readonly PastFailure[], side: Side, field: string): PastFailure | null =>
  failures.find(
    (one) =>
      one.phase === 'update' &&
      one.side === side &&
      !one.retryRequested &&
      (one.search === undefined ? one.field === field && one.stands : !one.search.trying.includes(field)),
  ) ?? null;

/** The list on which an effect of phase 3 waits for a person, or is approved (M2, M6, P1). */
function holdOf(held: readonly HeldEffect[], { link }: Pick<LinkedFacts, 'link'>, { kind, side, change }: BrakedEffect): HeldEffect | null {
  const effect: Effect = {
    entity: link.entity,
    kind: side === 'officernd' ? 'updateOfficernd' : 'updateHubspot',
    officerndId: link.officerndId,
    hubspotId: link.hubspotId,
    reason: kind === 'erase' ? 'M6' : 'M2',
    fields: [change],
  };
  const text = effectText(effect);
  return held.find((one) => effectText(one.effect) === text) ?? null;
}

/** Explains every mapped field of a link. Without one of the records nothing is compared, so there are no fields. */
export function explainFields(facts: LinkedFacts, blocked: Reason | null): readonly ExplainedField[] {
  const input = updateInputOf(facts);
  if (input === null) return [];
  const decisions = decideFields(input);
  return input.fields.flatMap((field, index) => {
    const decision = decisions[index];
    if (decision === undefined) return [];
    const stored = input.snapshot[field.key];
    const base = stored !== undefined && isBaseOfMeaning(field, stored, input.context) ? stored : undefined;
    const now = baseAfterWrite(field, input.officernd, input.hubspot, input.context);
    const lastChange = lastChangeOf(facts.operations, field.key);
    const hasLostBase = base === undefined && stored !== undefined;
    const decided: DecidedField = { field, decision, now, base, hasLostBase, isParted: lastChange?.rule === PARTED, input };
    const { reason, state, writes = null, said = null } = verdictOn(decided, facts, blocked);
    return [
      {
        field: field.key,
        direction: field.direction,
        base: base === undefined ? null : { officernd: base.officernd.raw, hubspot: base.hubspot.raw },
        officernd: now.officernd.raw,
        hubspot: now.hubspot.raw,
        ...reason,
        state,
        writes,
        said,
        lastChange,
      },
    ];
  });
}

interface FieldVerdict extends Pick<ExplainedField, 'state'>, Partial<Pick<ExplainedField, 'writes' | 'said'>> {
  readonly reason: Reason;
}

function verdictOn(decided: DecidedField, facts: LinkedFacts, blocked: Reason | null): FieldVerdict {
  const { decision } = decided;
  const { outcome } = decision;
  if (outcome === null) return { state: 'left', reason: whyNotCompared(decided) };
  switch (outcome.kind) {
    case 'agree':
      return { state: 'in-step', reason: whyAgreed(decided, outcome) };
    case 'keep':
      return { state: outcome.rule === 'M7' && !decided.isParted ? 'in-step' : 'left', reason: whyKept(decided, outcome) };
    case 'drift':
      return { state: 'left', reason: whyDrift(decided, outcome) };
    case 'write':
      if (decision.refused === true) return refused(decided, facts, outcome.to);
      if (decision.held !== undefined) return { state: 'left', reason: whyHeld(facts, decision.held) };
      if (decision.writes === undefined)
        return {
          state: 'left',
          reason: because(
            'V2',
            "OfficeRnD's last listing hides another value of the same object, which a write might erase, so nothing of that object is written.",
            'look whether that field still exists in OfficeRnD',
          ),
        };
      return blocked === null
        ? { state: 'next-run', reason: whyWritten(decided, outcome), writes: outcome.to }
        : { state: 'left', reason: blocked };
  }
}

function refused({ field }: DecidedField, { tenant, link, failures }: LinkedFacts, side: Side): FieldVerdict {
  const failure = refusalOf(failures, side, field.key);
  const name = vendor[side];
  const remedy = retryCommand(tenant, link.entity, link.hubspotId);
  const sentence = ((): string => {
    if (failure?.search !== undefined)
      return `${name} refused the record without naming a field; which one is to blame is being looked for, and this one waits for its turn.`;
    if (failure?.heldElsewhere !== undefined)
      return `${name} refused this value because another record has it; it is tried again when that record lets go of it.`;
    return `${name} refused just this value (${failure?.reason ?? 'no reason given'}), so it is not sent again until the value, the record or the definition changes.`;
  })();
  return { state: 'left', reason: because('M10', sentence, remedy), said: failure?.said ?? null };
}

function whyHeld({ tenant, held, link }: LinkedFacts, effect: BrakedEffect): Reason {
  const what = effect.kind === 'erase' ? 'Clearing this value' : 'Replacing this value at a first link';
  const rule = effect.kind === 'erase' ? 'M6' : 'M2';
  const hold = holdOf(held, { link }, effect);
  return hold === null ? because(rule, `${what} is held by a brake.`) : whyOnList(tenant, rule, what, hold);
}

/** Why an effect on a proposal is not done: nobody has approved it, or the run that does it has not come yet (P1, P2). */
export function whyOnList(tenant: string, rule: string, what: string, { proposal }: HeldEffect): Reason {
  return proposal.approval === null
    ? because(rule, `${what} is held on proposal ${proposal.id} until a person approves it.`, `orsync approve ${tenant} ${proposal.id}`)
    : because(
        rule,
        `${what} was held on proposal ${proposal.id}, which ${proposal.approval.by} has approved: the next full run does it.`,
        `orsync sync ${tenant}`,
      );
}

/** The newest write of a field that was carried out. */
function lastChangeOf(operations: readonly PastOperation[], field: string): LastChange | null {
  const last = operations
    .filter(({ state, fields }) => state === 'applied' && fields.some((one) => one.field === field && one.action !== 'drift'))
    .reduce<PastOperation | null>((newest, one) => (newest === null || one.at >= newest.at ? one : newest), null);
  const change = last?.fields.find((one) => one.field === field);
  if (last === null || change === undefined) return null;
  const to = change.action === 'writeHubspot' ? 'hubspot' : 'officernd';
  return {
    run: last.run,
    at: last.at.toISOString(),
    to,
    before: change[to],
    after: writtenBy(change),
    rule: change.rule,
  };
}

/** Whether the next run shows the link on the OfficeRnD record, and if not, why (L14). */
export function explainLinkId(facts: LinkedFacts): (Reason & { readonly shown: string | null }) | null {
  const input = updateInputOf(facts);
  if (input === null) return null;
  const shown = input.officernd.linkId;
  return { shown, ...whyLinkId(facts, input) };
}

function whyLinkId({ tenant, failures, link }: LinkedFacts, input: UpdateInput): Reason {
  if (input.showsLinks === false) return because('L14', 'The link is kept in the database alone, as links: { show: false } asks.');
  const { linkIdChange, refused: parts } = planUpdate(input);
  if (linkIdChange !== null) return because('L14', 'The next run writes the link id to the OfficeRnD record.');
  const [refusedPart] = parts.filter((part) => part === LINK_PATH);
  if (refusedPart !== undefined) {
    const reason = refusalOf(failures, 'officernd', refusedPart)?.reason ?? 'no reason given';
    return because(
      'M10',
      `OfficeRnD refused the link id (${reason}); the record's fields go on without it.`,
      retryCommand(tenant, link.entity, link.hubspotId),
    );
  }
  const { linkId } = input.officernd;
  if (linkId === linkIdOf(input.portalId, link.hubspotId)) return because('L14', 'The OfficeRnD record shows the link.');
  const isFormer = (input.formerPortals ?? []).some((portal) => linkId?.startsWith(`${portal}-`) === true);
  return linkId !== null && !isFormer && parseLinkId(linkId, input.portalId).kind === 'other-portal'
    ? because('U7', 'The OfficeRnD record carries an id of another portal, which is left alone.', 'clear hubspot_link_id in OfficeRnD')
    : because('V2', "OfficeRnD's last listing hides a custom property that writing the link id might erase, so it is not written.");
}
