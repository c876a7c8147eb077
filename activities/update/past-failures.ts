import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import type { Side } from '../../domain/entity';
import { LINK_PROPERTY } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { FieldChange } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';
import type { Failure } from '../../store/failures';
import { hashOf } from '../../store/content-hash';
import type { LinkState, ReadyWrite, Written } from './link-state';
import type { SliceWork } from '../slice/run-slice';

/** The failures of a page of links, in earlier runs and in this one (M10, A4). */
export interface PastFailures {
  /** Whether a side has refused just this value of a field. It is sent again when it changes, or when somebody asks. */
  readonly wasRefused: (link: Link, side: Side, field: string, value: Canonical) => boolean;
  /** Whether the link has a failure that has not been forgotten. */
  readonly hasFailed: (link: Link) => boolean;
  /** Whether the record has failed in this run, and nobody has asked for another try since. */
  readonly hasFailedNow: (link: Link) => boolean;
  /** Whether ten failures have parked the record. That lasts until its data change, or until somebody asks. */
  readonly isParked: (state: LinkState) => boolean;
  readonly ofRecord: (state: LinkState, reason: string) => Failure;
  readonly ofField: (write: ReadyWrite, side: Side, field: string, reason: string) => Failure;
  /** M10: the record was refused because of something that was not sent, such as a required property. `named` says what. */
  readonly ofOther: (state: LinkState, named: string) => Failure;
  /** The link id was refused, and nothing else (L14). */
  readonly ofLinkId: (write: ReadyWrite, reason: string) => Failure;
  /** The mapped fields that were sent and that the vendor's property names belong to. */
  readonly fieldsOf: (write: ReadyWrite, side: Side, properties: readonly string[]) => readonly string[];
  readonly note: (failures: readonly Failure[]) => Promise<void>;
  /** Forgets the failures of links that have been written after all. */
  readonly forgive: (written: readonly Written[]) => Promise<void>;
  /** Forgets the failures of links that need no write any more. Keeps those of refused values that still differ. */
  readonly forgetSettled: (plans: readonly UpdatePlan[]) => Promise<void>;
}

export async function loadPastFailures(work: SliceWork, linkIds: readonly string[]): Promise<PastFailures> {
  const { store, run, input, context } = work;
  const found = await store.failures.bySubjects(input.entity, 'update', linkIds);
  const notRetried = found.filter(({ retryRequested }) => !retryRequested);
  const failing = new Set(found.map(({ subject }) => subject));
  const refusals = new Set(notRetried.filter(({ field }) => field !== null).map(keyOf));
  const failedNow = new Set(notRetried.filter(({ field, lastRun }) => field === null && lastRun === run.id).map(({ subject }) => subject));
  // Refused for something that is not sent: the record stays refused while its data are the same (M10).
  const isHeld = ({ field, parked: isParked, reason }: Failure & { readonly parked: boolean }): boolean =>
    field === null && (isParked || reason.startsWith(OF_OTHER));
  const parked = new Set(notRetried.filter(isHeld).map(keyOf));

  return {
    wasRefused: (link, side, field, value) => refusals.has(keyOf({ subject: link.id, dataHash: hashOf([side, field, value]) })),
    hasFailed: (link) => failing.has(link.id),
    hasFailedNow: (link) => failedNow.has(link.id),
    isParked: (state) => parked.has(keyOf({ subject: state.link.id, dataHash: recordHash(state) })),
    ofRecord: (state, reason) => ({ ...subjectOf(state), field: null, reason, dataHash: recordHash(state) }),

    ofOther: (state, named) => ({ ...subjectOf(state), field: null, reason: `${OF_OTHER}${named}`, dataHash: recordHash(state) }),

    ofLinkId: ({ state, plan: { linkIdChange } }, reason) => ({
      ...subjectOf(state),
      field: LINK_ID_FIELD,
      reason,
      dataHash: hashOf(['officernd', LINK_ID_FIELD, linkIdChange?.hubspot ?? null]),
    }),

    ofField: ({ state }, side, key, reason) => {
      const field = work.fields.find((one) => one.key === key);
      const [from, source] = side === 'hubspot' ? (['officernd', state.officernd] as const) : (['hubspot', state.hubspot] as const);
      const value = field === undefined ? null : canonical(field, from, rawOf(field, from, source.values), context);
      return { ...subjectOf(state), field: key, reason, dataHash: hashOf([side, key, value]) };
    },

    fieldsOf: ({ plan: { changes } }, side, properties) => {
      const sent = new Set(changes.filter(({ action }) => action === actionOn[side]).map(({ field }) => field));
      const isNamed = (name: string) =>
        properties.some((property) => name === property || name === `properties.${property}` || name.startsWith(`${property}.`));
      return work.fields
        .filter((field) => sent.has(field.key) && (side === 'hubspot' ? field.hubspot : [field.officernd]).some(isNamed))
        .map(({ key }) => key);
    },

    note: async (failures) => {
      for (const failure of failures) {
        failing.add(failure.subject);
        if (failure.field !== null) refusals.add(keyOf(failure));
        else if (failure.reason.startsWith(OF_OTHER)) parked.add(keyOf(failure));
      }
      await store.failures.record(run.id, failures, work.now());
    },

    forgive: async (written) => {
      for (const { before, after } of written.filter((one) => failing.has(one.after.link.id))) {
        const fields = before.plan.changes.filter(({ action }) => action !== 'drift').map(({ field }) => field);
        await store.failures.clear(input.entity, 'update', [after.link.id], [null, ...fields]);
      }
    },

    forgetSettled: async (plans) => {
      for (const { link, refused } of plans.filter((plan) => failing.has(plan.link.id))) {
        const over = found.filter(({ subject, field }) => subject === link.id && (field === null || !refused.includes(field)));
        if (over.length === 0) continue;
        await store.failures.clear(
          input.entity,
          'update',
          [link.id],
          over.map(({ field }) => field),
        );
      }
    },
  };
}

/** The path of the link id, as refusals name it. */
export const LINK_ID_FIELD = `properties.${LINK_PROPERTY}`;

/** How the reason of such a refusal begins. */
const OF_OTHER = 'refused for something that is not sent: ';

const actionOn: Readonly<Record<Side, FieldChange['action']>> = { officernd: 'writeOfficernd', hubspot: 'writeHubspot' };

const keyOf = ({ subject, dataHash }: Pick<Failure, 'subject' | 'dataHash'>): string => `${subject} ${dataHash}`;

const subjectOf = ({ link }: LinkState): Pick<Failure, 'entity' | 'subject' | 'phase'> => ({
  entity: link.entity,
  subject: link.id,
  phase: 'update',
});

const recordHash = ({ officernd, hubspot }: LinkState): string => hashOf([officernd.values, hubspot.values]);
