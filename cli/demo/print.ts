import Table from 'cli-table3';
import type { DemoResult, UseCaseResult } from './result';
import type { ShownRecord, ShownWorld } from './article';

/** Prints one use case as the article shows it: before and after, OfficeRnD beside HubSpot. */
export function printUseCase({ heading, before, after, ok, report }: UseCaseResult): void {
  const calls = report.calls.hubspot.total + report.calls.officernd.total;
  print(`\n${heading}\n\nBefore\n${tableOf(before)}\nAfter\n${tableOf(after)}`);
  print(ok ? `✔ as in the article (${calls} API calls)` : '✘ this is not what the article says');
}

/** The servers that are left running, for commands in another terminal. */
export interface KeptServers {
  readonly temporalAddress: string;
  readonly mongodbUri: string;
}

/** @param kept null when the demo ends at once */
export function printSummary({ ok, temporalUiUrl, useCases }: DemoResult, kept: KeptServers | null): void {
  print(`\n${ok ? '✔ All three use cases read as in the article.' : '✘ Not all use cases read as in the article.'}`);
  if (kept !== null) {
    const tenant = useCases.at(-1)?.report.tenant ?? '';
    if (temporalUiUrl !== null) print(`\nTemporal UI: ${temporalUiUrl}`);
    print(`To try commands in another terminal:
  export TEMPORAL_ADDRESS=${kept.temporalAddress} MONGODB_URI='${kept.mongodbUri}'
  bin/orsync status ${tenant}
Stop with Ctrl-C.`);
  } else if (temporalUiUrl !== null) print('\nTo look at the runs in the Temporal UI: npm run demo -- --keep');
}

function tableOf({ officernd, hubspot }: ShownWorld): string {
  const table = new Table({ head: ['OfficeRnD', 'HubSpot'], style: { head: [], border: [] } });
  // Linked records stand side by side, as in the article.
  const partners = new Map(hubspot.map((record) => [record.id, record]));
  for (const record of officernd) {
    const partner = record.id === null ? undefined : partners.get(record.id);
    if (partner !== undefined) partners.delete(record.id);
    table.push([cell(record, 'hs_link'), partner === undefined ? '' : cell(partner, 'id')]);
  }
  for (const record of partners.values()) table.push(['', cell(record, 'id')]);
  return table.toString();
}

const cell = ({ name, id, detail }: ShownRecord, label: string): string =>
  [name, ...(id === null ? [] : [`${label}: ${id}`]), ...(detail === undefined ? [] : [detail])].join('\n');

const print = (text: string): void => void process.stdout.write(`${text}\n`);
