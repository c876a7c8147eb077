import type { SyncRequest } from '../../workflows/api';
import { followUpOf } from '../../workflows/follow-up';

/** A5, X3: requests that wait behind a run. */

const sync = (given: Partial<SyncRequest> = {}): SyncRequest => ({ tenant: 'acme', mode: 'full', entities: null, ...given });
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
