import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { rateLimitedShare } from './figures';
import { readHistories } from './histories';
import type { BenchLimits } from './limits';
import { putWorld } from './scenarios';
import type { ScenarioGroup } from './scenarios';
import type { Stand } from './stand';
import type { SyncReport } from './report';

/** The calls of the other program in ten seconds, evenly spread. The account has 190. */
const OTHERS_PER_10S = 130;
/** The limits in the tenant file. Together with the other program's calls they are more than the account has. */
const OURS: BenchLimits['tenant'] = {
  hubspot: { per10s: 100, searchPerSecond: 4 },
  officernd: { readsPerMinute: 360, writesPerMinute: 90 },
};
const WORKERS = 2;
const WINDOW_MS = 10_000;
/** The largest share of our calls that may be refused. */
const MOST_REFUSED_SHARE = 0.01;

const world: ScenarioGroup = { name: 'shared-account', officernd: 'linked', scenarios: [] };

/**
 * Measures a full and an incremental run by several worker processes while another program uses the same HubSpot account. The configured
 * limit alone would exceed the account's limit. Returns what is wrong, in sentences.
 */
export async function measureSharedAccount(
  stand: Stand,
  size: { readonly contacts: number; readonly dealsPercent: number },
): Promise<readonly string[]> {
  const database = 'bench-shared-account';
  await putWorld(stand, world, size);
  await stand.applyTenant(database, 'shared', OURS);
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => stand.startWorker(database)));
  const other = startOtherProgram(stand);
  try {
    // The window is full of the other program's calls before the first run starts.
    await sleep(WINDOW_MS);
    const problems: string[] = [];
    const head = ['run', 'time, s', 'our calls', 'refused with 429', 'share', 'the other’s calls', 'refused'];
    const table = new Table({ head, style: { head: [], border: [] } });
    for (const mode of ['full', 'incremental'] as const) {
      const before = other.counts();
      const report = await stand.sync(database, 'shared', mode);
      const { tookMs } = await readHistories(stand.temporal, report.workflowId, report.runId);
      const share = rateLimitedShare({ report });
      table.push([
        mode,
        (tookMs / 1000).toFixed(1),
        String(callsOfBothVendors(report, 'total')),
        String(callsOfBothVendors(report, 'rateLimited')),
        `${(share * 100).toFixed(2)} %`,
        String(other.counts().sent - before.sent),
        String(other.counts().refused - before.refused),
      ]);
      if (share >= MOST_REFUSED_SHARE)
        problems.push(`shared account: ${(share * 100).toFixed(2)} % of the ${mode} run's calls were refused; less than 1 % is promised.`);
    }
    process.stdout.write(`${table.toString()}\n`);
    return problems;
  } finally {
    other.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

const callsOfBothVendors = ({ calls }: SyncReport, of: 'total' | 'rateLimited'): number => calls.hubspot[of] + calls.officernd[of];

interface OtherProgram {
  readonly counts: () => { readonly sent: number; readonly refused: number };
  readonly stop: () => void;
}

function startOtherProgram({ vendors }: Stand): OtherProgram {
  const { apiUrl, accessToken } = vendors.addresses.hubspot;
  let sent = 0;
  let refused = 0;
  const call = async (): Promise<void> => {
    const response = await fetch(`${apiUrl}/crm/v3/objects/companies?limit=1`, { headers: { authorization: `Bearer ${accessToken}` } });
    await response.arrayBuffer();
    sent += 1;
    if (response.status === 429) refused += 1;
  };
  const timer = setInterval(() => void call().catch(() => undefined), WINDOW_MS / OTHERS_PER_10S);
  return { counts: () => ({ sent, refused }), stop: () => clearInterval(timer) };
}
