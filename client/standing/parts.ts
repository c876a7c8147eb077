import { partNames, unknownIn } from '../../domain/part-of-list';
import type { Part } from '../../domain/part-of-list';
import { asList } from '../../domain/printable';
import { digestText, proposalIdOf } from '../../domain/proposal';
import type { Approval, Effect, Proposal } from '../../domain/proposal';
import type { Verdict, VerdictKind } from '../../domain/verdict';
import { effectHash, hashOf } from '../../store/content-hash';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import { ApprovalRefusedError } from './named-proposals';

/** An effect of a proposal with its hash. */
export interface ListedEffect {
  readonly effect: Effect;
  readonly hash: string;
}

/** A proposal, divided into what a person names and what is left. */
export interface DividedList {
  readonly proposal: Proposal;
  readonly taken: readonly ListedEffect[];
  /** The others, without those that somebody has rejected. */
  readonly rest: readonly ListedEffect[];
}

/** Divides proposals by the part that a person names. Throws where the part names nothing, or a record that is in none of the lists. */
export async function choose(
  kept: TenantStore,
  tenant: string,
  proposals: readonly Proposal[],
  part: Part,
): Promise<{ readonly lists: readonly DividedList[] }> {
  const isNamed = partNames(part);
  const lists: DividedList[] = [];
  const all: Effect[] = [];
  for (const proposal of proposals) {
    const effects = await everyItem<Effect>((request) => kept.proposals.effects.page(proposal.id, request));
    all.push(...effects);
    const listed = effects.map((effect) => ({ effect, hash: effectHash(effect) }));
    const taken = listed.filter(({ effect }) => isNamed(effect));
    const others = listed.filter(({ effect }) => !isNamed(effect));
    const rejected = await kept.verdicts.rejectedAmong(others.map(({ hash }) => hash));
    if (taken.length > 0) lists.push({ proposal, taken, rest: others.filter(({ hash }) => !rejected.has(hash)) });
  }
  const unknown = unknownIn(part, all);
  if (unknown.length > 0)
    throw new ApprovalRefusedError(
      'unknown-records',
      `Nothing was decided, because the list names no such record: ${asList(unknown)}. "orsync status ${tenant}" shows what is held.`,
    );
  if (lists.length === 0)
    throw new ApprovalRefusedError('nothing-named', `Nothing in the list is meant by this; "orsync status ${tenant}" shows what is held.`);
  return { lists };
}

/**
 * P2: approves a part of a proposal. The part becomes a proposal of its own, which is approved as a whole. So a run treats it like any other,
 * also one of the release before. The rest waits: it is held from now on, however few there are.
 */
export async function setPart(
  kept: TenantStore,
  tenant: string,
  { proposal, taken, rest }: DividedList,
  approval: Approval,
): Promise<void> {
  const { by, at, note } = approval;
  await kept.verdicts.put(verdictsOn(proposal, rest, 'waiting', { by, at, note }));
  if (taken.length === proposal.operations) await kept.proposals.approve([proposal.id], approval);
  else await approvePart(kept, tenant, { proposal, taken, rest }, approval);
  // Somebody may have rejected one of them before, or put it off.
  await kept.verdicts.end(taken.map(({ hash }) => hash));
}

async function approvePart(kept: TenantStore, tenant: string, { proposal, taken }: DividedList, approval: Approval): Promise<void> {
  const { kind, phase, entity, basis, openedAt, validUntil, undoes } = proposal;
  const digest = hashOf(digestText({ tenant, kind, entity, basis, effects: taken.map(({ hash }) => hash) }));
  const id = proposalIdOf(digest);
  await kept.proposals.effects.add(
    id,
    taken.map(({ effect }) => effect),
    validUntil,
  );
  await kept.proposals.open({
    digest,
    kind,
    phase,
    entity,
    operations: taken.length,
    basis,
    openedAt,
    validUntil,
    ...(undoes !== undefined && { undoes }),
  });
  await kept.proposals.approve([id], approval);
}

/** The same verdict on several effects of a proposal. An import is no brake's list: what nobody approves of it is not made. */
export const verdictsOn = (
  { id: proposal, kind: brake }: Pick<Proposal, 'id' | 'kind'>,
  effects: readonly ListedEffect[],
  verdict: VerdictKind,
  said: Pick<Verdict, 'by' | 'at' | 'note'>,
): readonly Verdict[] =>
  brake === 'import'
    ? []
    : effects.map(({ hash, effect: { entity, kind, officerndId, hubspotId, reason, fields } }) => ({
        hash,
        verdict,
        brake,
        proposal,
        effect: { entity, kind, officerndId, hubspotId, reason },
        fields: fields.map(({ field }) => field),
        ...said,
      }));
