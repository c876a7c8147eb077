import { consequencesOf } from './consequences';
import type { ObjectType } from './object-type';
import type { Actor, Portal } from './portal';
import { historyOf, type ChangeSource, type MutableRecord } from './record';

interface NewRecord {
  readonly id: string;
  readonly values: ReadonlyMap<string, string>;
  readonly createdAtMs: number;
  /** @default createdAtMs */
  readonly updatedAtMs?: number | undefined;
  readonly archivedAtMs?: number | undefined;
}

/** Adds a record with the values that HubSpot sets by itself. It checks nothing. */
export function insertRecord(portal: Portal, type: ObjectType, input: NewRecord, actor: Actor): MutableRecord {
  const consequences = consequencesOf({
    type,
    before: new Map(),
    changes: input.values,
    isNew: true,
    nowMs: portal.now(),
    settings: portal.settings(),
    pipelines: portal.pipelines,
  });
  const record = bareRecord(type, input, new Map([...input.values, ...consequences].filter(([, value]) => value !== '')), actor.source);
  portal.index.noteWrite(record, 'create', actor.indexLagMs);
  portal.tables[type].add(record);
  portal.drift.schedule(record);
  portal.tell({ kind: 'record', action: 'CREATE', type, id: record.id, atMs: portal.now(), values: input.values, computed: consequences });
  return record;
}

/** Adds records of a world. They are in the search index at once. Only computed values are filled in. */
export function createPlacer(portal: Portal): (type: ObjectType, input: NewRecord) => MutableRecord {
  const settings = {
    ...portal.settings(),
    websiteFromDomain: false,
    domainFromWebsite: false,
    defaultLifecycleStage: null,
    closeDateOnCreate: false,
  };
  const before: ReadonlyMap<string, string> = new Map();
  return (type, input) => {
    const values = new Map(input.values);
    const consequences = consequencesOf({
      type,
      before,
      changes: input.values,
      isNew: true,
      nowMs: portal.now(),
      settings,
      pipelines: portal.pipelines,
    });
    for (const [name, value] of consequences) if (value !== '') values.set(name, value);
    const record = bareRecord(type, input, values, 'CRM_UI');
    portal.tables[type].add(record);
    return record;
  };
}

/** Applies checked changes and their consequences. Returns true if anything changed. Only then does the modified date change. */
export function changeRecord(portal: Portal, record: MutableRecord, changes: ReadonlyMap<string, string>, actor: Actor): boolean {
  const { now, settings, pipelines } = portal;
  const real = new Map([...changes].filter(([name, value]) => (record.values.get(name) ?? '') !== value));
  if (real.size === 0 && !settings().noopPatchTouches) return false;
  portal.index.noteWrite(record, 'update', actor.indexLagMs);
  if (real.size > 0) {
    const consequences = consequencesOf({
      type: record.type,
      before: record.values,
      changes: real,
      isNew: false,
      nowMs: now(),
      settings: settings(),
      pipelines,
    });
    for (const [name, value] of real) setValue(portal, record, name, value, actor.source);
    for (const [name, value] of consequences) if (!real.has(name)) setValue(portal, record, name, value, 'CALCULATED');
    const { type, id } = record;
    portal.tell({ kind: 'record', action: 'UPDATE', type, id, atMs: now(), values: real, computed: consequences });
  }
  record.updatedAtMs = Math.max(record.updatedAtMs, now());
  return true;
}

/** Sets one value, if it differs, and adds it to the history. */
export function setValue(portal: Portal, record: MutableRecord, name: string, value: string, source: ChangeSource): void {
  if ((record.values.get(name) ?? '') === value) return;
  const entries = record.history.get(name) ?? historyOf(record, name).toReversed();
  portal.tables[record.type].setValue(record, name, value);
  record.history.set(name, [...entries, { value, atMs: portal.now(), source }]);
}

/** Updates the values that HubSpot computes from the stage in all deals. Called after a stage changed. */
export function refreshStageValues(portal: Portal): void {
  for (const record of portal.tables.deals.live()) {
    const stage = portal.pipelines.findStage(record.values.get('dealstage') ?? '', record.values.get('pipeline'));
    if (stage === undefined) continue;
    const closed = stage.metadata.isClosed === 'true';
    const probability = Number(stage.metadata.probability ?? '0');
    const computed = new Map([
      ['hs_deal_stage_probability', String(probability)],
      ['hs_is_closed', String(closed)],
      ['hs_is_closed_won', String(closed && probability === 1)],
      ['hs_is_closed_lost', String(closed && probability === 0)],
    ]);
    if ([...computed].every(([name, value]) => record.values.get(name) === value)) continue;
    portal.index.noteWrite(record, 'update', 0);
    for (const [name, value] of computed) setValue(portal, record, name, value, 'CALCULATED');
    record.updatedAtMs = Math.max(record.updatedAtMs, portal.now());
    const { type, id } = record;
    portal.tell({ kind: 'record', action: 'UPDATE', type, id, atMs: portal.now(), values: new Map(), computed });
  }
}

const bareRecord = (type: ObjectType, input: NewRecord, values: Map<string, string>, source: ChangeSource): MutableRecord => ({
  type,
  id: input.id,
  numericId: Number(input.id),
  createdAtMs: input.createdAtMs,
  source,
  values,
  updatedAtMs: input.updatedAtMs ?? input.createdAtMs,
  archivedAtMs: input.archivedAtMs,
  history: new Map(),
  purged: false,
});
