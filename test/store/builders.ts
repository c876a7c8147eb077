import type { Observation } from '../../domain/observation';
import type { Operation } from '../../domain/operation';
import type { FieldBase } from '../../domain/link';
import type { Approval, Effect } from '../../domain/proposal';
import type { Report } from '../../domain/report';
import type { Review } from '../../domain/review';
import type { Verdict } from '../../domain/verdict';
import type { ConflictRecord } from '../../store/conflicts';
import type { Failure } from '../../store/failures';
import type { NewLink } from '../../store/links';
import type { NewProposal } from '../../store/proposals';
import type { Run } from '../../store/runs';
import { NOW } from './test-store';

export const anObservation = (part: Partial<Observation> = {}): Observation => ({
  side: 'hubspot',
  entity: 'member',
  id: '101',
  values: { email: 'a@example.com' },
  keys: { emails: [], name: null },
  parents: { companies: [], members: [] },
  linkId: null,
  locationId: null,
  mergedIds: [],
  createdAt: '2024-01-01T00:00:00Z',
  modifiedAt: '2024-01-02T00:00:00Z',
  ...part,
});

export const aPair = (part: Partial<NewLink> = {}): NewLink => ({
  entity: 'member',
  officerndId: 'o1',
  hubspotId: '101',
  origin: 'email',
  run: 'run-1',
  linkedAt: '2024-01-01T00:00:00Z',
  pairedAt: '2024-01-01T00:00:00Z',
  ...part,
});

export const aBase = (value: string): FieldBase => ({
  officernd: { canonical: value, raw: value },
  hubspot: { canonical: value, raw: { 'a.b': [value, null] } },
});

export const anOperation = (part: Partial<Operation> = {}): Operation => ({
  id: 'op-1',
  phase: 'update',
  entity: 'member',
  kind: 'updateHubspot',
  officerndId: 'o1',
  hubspotId: '101',
  fields: [{ field: 'properties.VAT number', base: null, officernd: { $a: 'x.y' }, hubspot: 'y', rule: 'M4', action: 'writeHubspot' }],
  reason: 'M4',
  ...part,
});

export const aConflict = (part: Partial<ConflictRecord> = {}): ConflictRecord => ({
  kind: 'conflict',
  run: 'run-1',
  entity: 'member',
  linkId: 'member/o1/101',
  officerndId: 'o1',
  hubspotId: '101',
  field: 'properties.VAT number',
  rule: 'M4',
  base: 'b',
  officernd: { 'x.y': 1 },
  hubspot: ['z'],
  at: NOW,
  ...part,
});

export const aReview = (part: Partial<Review> = {}): Review => ({
  id: 'ambiguous/member/o1+o2/101',
  entity: 'member',
  kind: 'ambiguous',
  rule: 'L4',
  officerndIds: ['o1', 'o2'],
  hubspotIds: ['101'],
  ...part,
});

export const aFailure = (part: Partial<Failure> = {}): Failure => ({
  entity: 'member',
  subject: '101',
  phase: 'link',
  field: null,
  reason: 'no-name',
  dataHash: 'hash-1',
  ...part,
});

export const anEffect = (part: Partial<Effect> = {}): Effect => ({
  entity: 'member',
  kind: 'unlink',
  officerndId: 'o1',
  hubspotId: '101',
  reason: 'U1',
  fields: [],
  ...part,
});

export const aProposal = (part: Partial<NewProposal> = {}): NewProposal => ({
  digest: 'd1',
  kind: 'unlink',
  phase: 'unlink',
  entity: 'member',
  operations: 1,
  basis: { pair: 'pair-1', configuration: 'file-1' },
  openedAt: NOW,
  validUntil: new Date(NOW.getTime() + 14 * 24 * 3_600_000),
  ...part,
});

export const anApproval = (part: Partial<Approval> = {}): Approval => ({ by: 'Ann', at: NOW, note: null, afterRunOf: null, ...part });

export const aVerdict = (part: Partial<Verdict> = {}): Verdict => ({
  hash: 'h1',
  verdict: 'rejected',
  brake: 'unlink',
  proposal: 'd1',
  effect: { entity: 'member', kind: 'unlink', officerndId: 'o1', hubspotId: '101', reason: 'U1' },
  fields: [],
  by: 'Ann',
  at: NOW,
  note: null,
  ...part,
});

export const aRun = (part: Partial<Run> = {}): Run => ({
  id: 'run-1',
  mode: 'full',
  reading: { kind: 'full' },
  generation: 'run-1',
  generationAt: NOW,
  entities: ['company', 'member'],
  state: 'running',
  startedAt: NOW,
  finishedAt: null,
  mapping: {
    tenant: 't',
    portalId: '7',
    timeZone: 'Europe/Sofia',
    reading: { fullEveryHours: 24 },
    historyDays: 90,
    entities: ['company', 'member'],
    fields: [],
    statuses: { statusByStage: {}, stageByStatus: {} },
    pipelineId: 'default',
    matching: { ambiguous: 'review', emailsDiffer: 'review' },
    creation: {
      filter: [],
      locations: { available: ['l1'], property: 'budget', byValue: { '$5k.00 a month': 'l1' }, defaultId: null },
      memberNeedsEmail: true,
    },
    brakes: { unlinkCount: 10, unlinkShare: 0.05, createsPerRun: 1000 },
  },
  mappingHash: 'm1',
  trouble: null,
  report: null,
  ...part,
});

export const aReport = (part: Partial<Report> = {}): Report => ({
  tenant: 't',
  runId: 'run-1',
  workflowId: 'sync/t',
  mode: 'full',
  state: 'completed',
  startedAt: '2024-01-01T00:00:00Z',
  finishedAt: '2024-01-01T00:01:00Z',
  phases: { unlink: {}, link: {}, update: {} },
  conflicts: 1,
  firstLink: 0,
  reviews: 0,
  failures: 0,
  parked: 0,
  unread: [],
  paused: [],
  proposals: [],
  surprises: [],
  lookAgeMs: { max: 0 },
  drift: 0,
  pending: 0,
  calls: {
    hubspot: { total: 1, rateLimited: 0, byRoute: { 'GET /oauth/v2.1/token': 1 }, floor: 1 },
    officernd: { total: 0, rateLimited: 0, byRoute: {}, floor: 0 },
  },
  ...part,
});
