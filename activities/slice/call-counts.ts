import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallLedger, CountedCall } from '../../connectors/call-ledger';
import type { LedgerCount } from '../../store/call-ledger';
import type { LedgerScope } from '../deps';

/** A ledger for connectors that serve several runs. It passes each call to the ledger of the work that made the call. */
export function createLedgerScope(): LedgerScope {
  const current = new AsyncLocalStorage<CallLedger>();
  return {
    run: (ledger, work) => current.run(ledger, work),
    count: (call) => current.getStore()?.count(call),
  };
}

/** Counts calls. `take` returns the counts and starts again from zero. */
export function createCollector(): CallLedger & { readonly take: () => readonly LedgerCount[] } {
  let counts = new Map<string, LedgerCount>();
  return {
    count: (call) => {
      const key = keyOf(call);
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, { vendor: call.vendor, route: call.route, outcome: call.outcome, count });
    },
    take: () => {
      const taken = [...counts.values()];
      counts = new Map();
      return taken;
    },
  };
}

const keyOf = ({ vendor, route, outcome }: CountedCall): string => `${vendor} ${outcome} ${route}`;
