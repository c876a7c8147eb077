import { findingsText } from '../../../cli/text/findings';
import type { Finding } from '../../../workers/doctor/finding';
import { wantedAttributes } from '../../../workers/doctor/search-attributes';
import type { AttributeType } from '../../../workers/doctor/search-attributes';
import { judgeNamespace, judgeQueues } from '../../../workers/doctor/temporal';
import type { NamespaceDescription, NamespaceFacts, QueueFacts } from '../../../workers/doctor/temporal';
import { testSetUps } from './judged';
import type { SetUp } from './judged';

/** Broken set-ups, each with the sentence that `orsync doctor` finds for it, and its verdict. */

const NOW_MS = Date.UTC(2030, 4, 1, 12);
const all = new Map<string, AttributeType>(wantedAttributes.map(({ name, type }) => [name, type]));
const described: NamespaceDescription = { state: 'registered', retentionHours: 72, takesUpdates: true };

const namespace = (more: Partial<NamespaceFacts> = {}): readonly Finding[] =>
  judgeNamespace({ namespace: 'default', isCloud: false, description: described, attributes: all, ...more });
const inState = (more: Partial<NamespaceDescription>) => namespace({ description: { ...described, ...more } });

const served: QueueFacts = { name: 'sync-workflows', lastAskedAtMs: NOW_MS - 30_000 };
const queues = (...found: readonly QueueFacts[]) => judgeQueues(found, NOW_MS);

const without = (...names: string[]) => new Map([...all].filter(([name]) => !names.includes(name)));
const numbered = (type: AttributeType, count: number) =>
  Array.from({ length: count }, (_, index) => [`Other${type}${index}`, type] as const);

const CREATE = 'temporal operator search-attribute create --namespace default';
const ADD = 'tcld namespace search-attributes add --namespace acme.a1b2c';

const broken: readonly SetUp[] = [
  [
    'an unknown namespace',
    namespace({ description: 'missing', attributes: null }),
    'Temporal has no namespace with the name in TEMPORAL_NAMESPACE; create it or correct the name.',
    'wrong',
  ],
  [
    'a deprecated namespace',
    inState({ state: 'deprecated' }),
    'The namespace default is deprecated and takes no new runs; set TEMPORAL_NAMESPACE to another one.',
    'wrong',
  ],
  [
    'a deleted namespace',
    inState({ state: 'deleted' }),
    'The namespace default is deleted and takes no new runs; set TEMPORAL_NAMESPACE to another one.',
    'wrong',
  ],
  [
    'a namespace without updates',
    inState({ takesUpdates: false }),
    'The namespace default takes no workflow updates, with which runs are asked for; update Temporal, or set frontend.enableUpdateWorkflowExecution to true.',
    'wrong',
  ],
  [
    'a short retention',
    inState({ retentionHours: 6 }),
    'The namespace default keeps ended runs for 6 hours only, so that nobody can look at them the next day; set its retention to 3 days or more.',
    'well',
  ],
  [
    'a namespace that may not be read',
    namespace({ description: null }),
    'Temporal answers, but this program may not read the namespace default, so its retention is not known; give its key the right to read it.',
    'well',
  ],
  [
    'attributes that may not be listed',
    namespace({ attributes: null }),
    'Runs do without search attributes, because Temporal does not let this program list those of the namespace default; their words are in the memo of each run, and a key with the right to read the namespace brings the attributes back.',
    'well',
  ],
  [
    'missing attributes',
    namespace({ attributes: without('SyncState', 'SyncFailed') }),
    `Runs do without the search attributes SyncState (Keyword), SyncFailed (Int), which the namespace default lacks; add them with: ${CREATE} --name SyncState --type Keyword --name SyncFailed --type Int`,
    'well',
  ],
  [
    'missing attributes in Temporal Cloud',
    namespace({ namespace: 'acme.a1b2c', isCloud: true, attributes: without('SyncState') }),
    `Runs do without the search attributes SyncState (Keyword), which the namespace acme.a1b2c lacks; add them with: ${ADD} --search-attribute "SyncState=Keyword" (or in Temporal Cloud's pages: Namespaces, acme.a1b2c, Edit, Custom Search Attributes)`,
    'well',
  ],
  [
    'ten Keywords taken',
    namespace({ attributes: new Map([...without('SyncTenant', 'SyncMode', 'SyncPhase', 'SyncState'), ...numbered('Keyword', 10)]) }),
    `Runs do without the search attributes SyncTenant (Keyword), SyncMode (Keyword), SyncPhase (Keyword), SyncState (Keyword), which the namespace default lacks; all its places for the type Keyword are taken, so remove attributes that nothing uses, or use another namespace, and then: ${CREATE} --name SyncTenant --type Keyword --name SyncMode --type Keyword --name SyncPhase --type Keyword --name SyncState --type Keyword`,
    'well',
  ],
  [
    'three Ints taken',
    namespace({ attributes: new Map([...without('SyncFailed', 'SyncChanged', 'SyncConflicts'), ...numbered('Int', 3)]) }),
    `Runs do without the search attributes SyncChanged (Int), SyncConflicts (Int), SyncFailed (Int), which the namespace default lacks; all its places for the type Int are taken, so remove attributes that nothing uses, or use another namespace, and then: ${CREATE} --name SyncChanged --type Int --name SyncConflicts --type Int --name SyncFailed --type Int`,
    'well',
  ],
  [
    'attributes of another type',
    namespace({ attributes: new Map([...all, ['SyncState', 'Int'], ['SyncChanged', 'Keyword']]) }),
    'Runs do without the search attributes SyncState (type Int, needed Keyword), SyncChanged (type Keyword, needed Int), which the namespace default has with another type; rename or remove them there, or use another namespace.',
    'well',
  ],
  [
    'no worker',
    queues({ name: 'sync-workflows', lastAskedAtMs: null }),
    'No worker serves sync-workflows; start one with "orsync worker", or no run goes on.',
    'well',
  ],
  [
    'a worker for one queue alone',
    queues(served, { name: 'sync-hubspot', lastAskedAtMs: NOW_MS - 300_000 }),
    'No worker serves sync-hubspot; start one with "orsync worker", or no run goes on.',
    'well',
  ],
  [
    'Temporal’s clock ahead',
    queues({ ...served, lastAskedAtMs: NOW_MS + 90_500 }),
    "Temporal's clock is at least 90 s ahead of this machine's; set both by a time service (NTP).",
    'wrong',
  ],
];

testSetUps(broken, [...namespace(), ...queues(served)]);

test('findings are shown as a line each, and a line for all', () => {
  expect(
    findingsText([...namespace(), { about: 'secrets', result: 'ok', message: 'All secrets are there and well formed.', tenant: 'acme' }]),
  ).toBe(
    [
      'ok     temporal      Temporal answers, and the namespace default keeps ended runs for 3 days.',
      'ok     temporal      All 7 search attributes of runs are there.',
      'ok     acme secrets  All secrets are there and well formed.',
      'All is well.',
    ].join('\n'),
  );
  const text = findingsText([
    ...inState({ retentionHours: 6 }),
    { about: 'mongodb', result: 'problem', message: 'The server takes no writes.' },
  ]);
  expect(text).toMatch(/^NOTE   temporal  The namespace [^]*^WRONG  mongodb   The server [^]*^1 problem, 1 note\.$/m);
});
