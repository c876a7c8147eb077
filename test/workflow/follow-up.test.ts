import type { SyncRequest } from '../../workflows/api';
import { followUpOf } from '../../workflows/follow-up';

/** A5, X3: requests that wait behind a run. */

const full: SyncRequest = { tenant: 'acme', mode: 'full', entities: null };
const apply = (applies: string): SyncRequest => ({ ...full, entities: [], applies });
const queue = (...asked: readonly SyncRequest[]): SyncRequest | null => asked.reduce<SyncRequest | null>(followUpOf, null);

/** The work of a queue, in the order in which its runs do it. */
const inOrder = (request: SyncRequest | null | undefined): readonly string[] =>
  request === null || request === undefined ? [] : [request.applies ?? `${request.mode}`, ...inOrder(request.followedBy)];

test.each<[string, readonly SyncRequest[], readonly string[]]>([
  ['requests that any run can serve become one', [{ ...full, mode: 'preview' }, full], ['full']],
  ['a preview that is applied shares no run', [full, apply('p1'), full], ['full', 'p1']],
  ['it comes after what any run can serve', [apply('p1'), full], ['full', 'p1']],
  ['two previews are applied one after the other', [apply('p1'), apply('p2')], ['p1', 'p2']],
  ['one that is asked for twice is queued once', [apply('p1'), apply('p2'), apply('p2'), apply('p1')], ['p1', 'p2']],
])('A5 %s', (_what, asked, expected) => expect(inOrder(queue(...asked))).toEqual(expected));

const sync = (given: Partial<SyncRequest> = {}): SyncRequest => ({ ...full, ...given });
const undo = (run: string): SyncRequest => sync({ mode: 'incremental', undoes: { run } });

test('A5 two syncs become one', () => {
  expect(followUpOf(sync({ mode: 'incremental', entities: ['member'] }), sync({ entities: ['company'] }))).toEqual(
    sync({ entities: ['company', 'member'] }),
  );
});

test('X3 an undo stands by itself, and other requests line up before and behind it, in their order', () => {
  const queued = [sync(), undo('r'), sync({ mode: 'incremental' }), undo('s'), undo('s')].reduce<SyncRequest | null>(followUpOf, null);
  expect(queued).toEqual(sync({ followedBy: { ...undo('r'), followedBy: undo('s') } }));
});

test('X3 a sync that is asked for behind an undo follows it', () => {
  expect(followUpOf(undo('r'), sync())).toEqual({ ...undo('r'), followedBy: sync() });
});

const hints: SyncRequest = sync({ mode: 'incremental', hints: true });
const kinds = (request: SyncRequest | null | undefined): readonly string[] =>
  request === null || request === undefined ? [] : [request.hints === true ? 'hints' : request.mode, ...kinds(request.followedBy)];

test.each<[string, readonly SyncRequest[], readonly string[]]>([
  ['are one request', [hints, hints], ['hints']],
  ['need none beside a full run that has yet to begin', [sync(), hints, hints], ['full']],
  ['give way to a full run', [hints, sync()], ['full']],
  ['line up behind an incremental run', [sync({ mode: 'incremental' }), hints], ['incremental', 'hints']],
  ['give way to an incremental run', [hints, sync({ mode: 'incremental' }), hints], ['incremental', 'hints']],
  ['line up behind a run of some entities', [sync({ entities: ['member'] }), hints], ['full', 'hints']],
  ['never become a preview', [sync({ mode: 'preview' }), hints], ['preview', 'hints']],
  ['line up behind an undo', [undo('r'), hints, hints], ['incremental', 'hints']],
  ['line up behind a preview that is applied', [apply('p1'), hints], ['full', 'hints']],
  ['let an undo line up', [hints, undo('r')], ['hints', 'incremental']],
])('T3 hints %s', (_what, asked, expected) => expect(kinds(queue(...asked))).toEqual(expected));

test('T3 entities of requests before and behind hints become one run', () => {
  expect(followUpOf(followUpOf(followUpOf(hints, sync({ entities: ['member'] })), sync({ entities: ['company'] })), hints)).toEqual(
    sync({ entities: ['company', 'member'], followedBy: hints }),
  );
});
