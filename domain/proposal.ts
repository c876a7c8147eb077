import type { Entity } from './entity';
import type { Operation, OperationKind, Phase } from './operation';
import { stableJson } from './stable-json';
import type { Undoing } from './undoing';

/** The brakes: each holds effects of one kind, and counts them by itself (U4, L11, M6, M2). */
export const brakeKinds = ['unlink', 'officernd-gone', 'create', 'erase', 'first-link'] as const;
export type BrakeKind = (typeof brakeKinds)[number];

/** The phase that each brake belongs to. */
export const phaseOfBrake: Readonly<Record<BrakeKind, Phase>> = {
  unlink: 'unlink',
  'officernd-gone': 'unlink',
  create: 'link',
  erase: 'update',
  'first-link': 'update',
};

/** The kinds of proposals: those of the brakes, and links that another tool has made. */
export type ProposalKind = BrakeKind | 'import';

/** P1: a proposal can be approved for this long. */
export const VALID_DAYS = 14;

/** An operation that a brake holds, without the run that planned it. A person approves it. */
export type Effect = Pick<Operation, 'entity' | 'kind' | 'officerndId' | 'hubspotId' | 'reason' | 'fields'>;

/** P1: a list for a person to approve: what a brake holds, or links that are to be imported. */
export interface Proposal {
  /** Begins the digest. The same list has the same id in every run. */
  readonly id: string;
  /** Covers tenant, pair, configuration and every effect. */
  readonly digest: string;
  readonly kind: ProposalKind;
  readonly phase: Phase;
  readonly entity: Entity;
  /** The number of effects. */
  readonly operations: number;
  readonly state: ProposalState;
  readonly basis: ProposalBasis;
  readonly openedAt: Date;
  /** 14 days later: it can't be approved any more. */
  readonly validUntil: Date;
  /** The newest approval; null while there is none. */
  readonly approval: Approval | null;
  /** X3: what the run takes back that made the list. An approval starts such a run again. Absent for a sync's list. */
  readonly undoes?: Undoing;
}

/**
 * | state      | meaning                                                     | next                                        |
 * | ---------- | ----------------------------------------------------------- | ------------------------------------------- |
 * | `open`     | waits for a person                                          | `approved`                                  |
 * | `approved` | the next run that reads everything does what it still plans | `done`                                      |
 * | `done`     | that run has come to its end                                | `open`, when the same list is planned again |
 */
export const proposalStates = ['open', 'approved', 'done'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** The pair and the configuration that a proposal belongs to. Where one of them has changed, it is stale (P2). */
export interface ProposalBasis {
  /** The name of the pair, `pairKey` in domain/pair.ts. */
  readonly pair: string;
  /** The hash of the tenant file. */
  readonly configuration: string;
}

/** The record of an approval (P2). */
export interface Approval {
  /** The person or program that approved. */
  readonly by: string;
  readonly at: Date;
  readonly note: string | null;
  /** The start of the newest run that was known then. Only a later run can have done the list. Null: there was none. */
  readonly afterRunOf: Date | null;
}

/** A person's word that a preview is to be carried out. */
export interface Application extends Pick<Approval, 'by' | 'at' | 'note'> {
  /** The run that has come to its end with it; null before. A preview is carried out once. */
  readonly carriedOutBy: string | null;
}

/** The preview that a run carries out, and who asked for it. */
export interface AppliedPreview extends Pick<Approval, 'by' | 'at' | 'note'> {
  /** The run id of the preview. */
  readonly preview: string;
  /** Whether it belongs to another pair or configuration by now, or nobody has asked for it: then nothing of it is done. */
  readonly isStale: boolean;
}

/**
 * The text that an effect's hash is made of. A person who approves an overwriting approves the values, too: another value makes another
 * effect. An edit of a record that is to be unlinked or created does not change what was approved.
 */
export const effectText = ({ entity, kind, officerndId, hubspotId, reason, fields }: Effect): string =>
  stableJson([entity, kind, officerndId, hubspotId, reason, writesFields[kind] ? fields : []]);

const writesFields: Readonly<Record<OperationKind, boolean>> = {
  unlink: false,
  relink: false,
  link: false,
  create: false,
  updateOfficernd: true,
  updateHubspot: true,
};

interface Digested {
  readonly tenant: string;
  readonly kind: ProposalKind;
  readonly entity: Entity;
  readonly basis: ProposalBasis;
  /** The hashes of all effects, in any order. */
  readonly effects: readonly string[];
}

/** P1: the text that a proposal's digest is made of: tenant, pair, configuration and every effect. */
export const digestText = ({ tenant, kind, entity, basis, effects }: Digested): string =>
  stableJson([tenant, basis.pair, basis.configuration, kind, entity, effects.toSorted()]);

/** Digits of a digest that name the proposal: short enough to be typed, and enough to be unique within a tenant. */
const ID_LENGTH = 12;

/** The id of the proposal with this digest. */
export const proposalIdOf = (digest: string): string => digest.slice(0, ID_LENGTH);

/** Whether a proposal belongs to what is configured now (P2). */
export const isStale = ({ basis }: Pick<Proposal, 'basis'>, now: ProposalBasis): boolean =>
  basis.pair !== now.pair || basis.configuration !== now.configuration;
