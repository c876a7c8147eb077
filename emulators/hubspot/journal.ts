import type { JsonObject } from '../shared/json';
import type { SeededRandom } from '../shared/random';
import type { RecordChange } from './change';
import type { JournalSwitches } from './journal-switches';
import { objectTypeFacts } from './object-type';
import { wantedOf, type Subscription, type Wanted } from './subscription';

/** The journal of an app: files of events that are kept for a while, and the subscriptions that fill them. */
export interface Journal {
  readonly subscriptions: readonly Subscription[];
  readonly subscribe: (subscription: Omit<Subscription, 'id' | 'createdAtMs'>) => Subscription;
  readonly unsubscribe: (which: (subscription: Subscription) => boolean) => void;
  /** Puts a change into the journal, as far as subscriptions want it. */
  readonly add: (change: RecordChange) => void;
  /** Puts an event into the journal as it is. */
  readonly forge: (event: JsonObject) => void;
  /** The files that are kept now, oldest first. */
  readonly files: () => readonly JournalFile[];
  /** The newest offset whose file is no longer kept; 0 for none. */
  readonly forgotten: () => number;
  /** A new address of a file, without its host. */
  readonly addressOf: (file: JournalFile) => FileAddress;
  /** The file at an address. */
  readonly at: (key: string) => { readonly file: JournalFile; readonly expiresAtMs: number } | undefined;
}

export interface JournalFile {
  readonly offset: number;
  readonly publishedAtMs: number;
  readonly events: readonly JsonObject[];
}

interface FileAddress {
  readonly key: string;
  readonly expiresAtMs: number;
}

export interface JournalDeps {
  readonly portalId: string;
  readonly now: () => number;
  readonly random: SeededRandom;
  readonly switches: () => JournalSwitches;
}

const FIRST_OFFSET = 1_000_001;

export function createJournal({ portalId, now, random, switches }: JournalDeps): Journal {
  let subscriptions: readonly Subscription[] = [];
  let lastSubscription = 0;
  let waiting: { readonly event: JsonObject; readonly dueMs: number }[] = [];
  let files: readonly JournalFile[] = [];
  let nextOffset = FIRST_OFFSET;
  let forgotten = 0;
  const addresses = new Map<string, { readonly file: JournalFile; readonly expiresAtMs: number }>();

  const put = (event: JsonObject): void => {
    waiting.push({ event, dueMs: now() + switches().publishMs });
  };

  /** Files are made, and forgotten, when somebody asks: the clock may have been moved. */
  const settle = (): void => {
    const { eventsPerFile, keptMs } = switches();
    const due = waiting.filter(({ dueMs }) => dueMs <= now());
    waiting = waiting.filter(({ dueMs }) => dueMs > now());
    for (let from = 0; from < due.length; from += eventsPerFile) {
      const events = due.slice(from, from + eventsPerFile).map(({ event }) => event);
      files = [...files, { offset: nextOffset, publishedAtMs: now(), events }];
      nextOffset += 1;
    }
    const old = files.filter(({ publishedAtMs }) => publishedAtMs <= now() - keptMs);
    forgotten = old.at(-1)?.offset ?? forgotten;
    files = files.slice(old.length);
  };

  return {
    get subscriptions() {
      return subscriptions;
    },
    subscribe: (wanted) => {
      lastSubscription += 1;
      const subscription = { ...wanted, id: String(lastSubscription), createdAtMs: now() };
      subscriptions = [...subscriptions, subscription];
      return subscription;
    },
    unsubscribe: (which) => {
      subscriptions = subscriptions.filter((one) => !which(one));
    },
    add: (change) => {
      const own = subscriptions.filter((one) => one.portalId === portalId);
      const wanted = own.flatMap((one) => wantedOf(one, change, switches().computed) ?? []);
      for (const one of merged(wanted)) put(eventOf(one, portalId, switches().ids));
    },
    forge: put,
    files: () => {
      settle();
      return files;
    },
    forgotten: () => {
      settle();
      return forgotten;
    },
    addressOf: (file) => {
      const key = random.hex(32);
      const expiresAtMs = now() + switches().addressMs;
      addresses.set(key, { file, expiresAtMs });
      return { key, expiresAtMs };
    },
    at: (key) => addresses.get(key),
  };
}

/** Several subscriptions that want the same event get it once, with the values of all. A link that two ends want is told from each. */
function merged(wanted: readonly Wanted[]): readonly Wanted[] {
  const byEnd = new Map<string, Wanted>();
  for (const one of wanted) {
    const end = `${one.change.action}/${one.change.type}/${one.change.id}`;
    byEnd.set(end, { ...one, values: { ...byEnd.get(end)?.values, ...one.values } });
  }
  return [...byEnd.values()];
}

function eventOf({ change, values }: Wanted, portalId: string, ids: JournalSwitches['ids']): JsonObject {
  const idAs = (id: string): string | number => (ids === 'number' ? Number(id) : id);
  const common = {
    portalId: idAs(portalId),
    occurredAt: new Date(change.atMs).toISOString(),
    action: change.action,
    objectTypeId: objectTypeFacts[change.type].typeId,
    objectId: idAs(change.id),
  };
  if (change.kind === 'association') {
    const { typeId: associatedObjectTypeId } = objectTypeFacts[change.to];
    return {
      type: 'association',
      ...common,
      associatedObjectId: idAs(change.toId),
      associatedObjectTypeId,
      associationType: 'HUBSPOT_DEFINED',
    };
  }
  return {
    type: 'crmObject',
    ...common,
    ...(Object.keys(values).length > 0 && { propertyChanges: values }),
    ...(change.mergedIds !== undefined && { mergedObjectIds: change.mergedIds.map(idAs) }),
  };
}
