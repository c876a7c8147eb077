import type { Hint } from '../../domain/hints/hint';
import type { TenantStore } from '../../store/store';
import { inDays, NOW } from './test-store';

const contact = (recordId: string, entity: Hint['entity'] = 'member'): Hint => ({ side: 'hubspot', entity, recordId, isGone: false });

/** Hints that no query asks for: they have yet to settle. */
export async function noiseHints({ inbox, letThrough }: TenantStore, ids: readonly string[]): Promise<void> {
  await inbox.put(
    'poll',
    ids.map((id) => contact(id, 'company')),
    inDays(1),
  );
  for (const id of ids.slice(0, 3)) await letThrough.note(id, { create: 1 }, inDays(-2));
}

/** Calls each verb about hints, for the test of the indexes. */
export async function callHints({ inbox, gaps, letThrough, runs }: TenantStore): Promise<void> {
  await inbox.put('journal', [contact('1'), contact('2')], NOW);
  await inbox.countWaiting();
  await inbox.waiting(10);
  await inbox.noteRead('run-1', 'hubspot', 'member', ['1']);
  for (const after of [null, '0']) await inbox.pageClaimed('run-1', 'hubspot', 'member', { after, limit: 10 });
  await inbox.settle('run-1');
  await inbox.release('run-1');
  await inbox.forgetOthers(['member', 'company']);
  await inbox.forgetBefore(NOW, ['opportunity']);
  await inbox.join('run-2', 'hubspot', 'member', ['3'], NOW);
  await gaps.note('journal', NOW);
  await gaps.ask(NOW);
  await gaps.closeBefore(inDays(1));
  await letThrough.note('run-1', { create: 1 }, NOW);
  await letThrough.since(NOW, 'run-2');
  await runs.listOthers(5);
  await runs.listForHints(NOW, 5);
}
