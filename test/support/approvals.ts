import { z } from 'zod';
import { idOf, linkShown, look } from './sight';
import type { SeenReport, Stage } from './stage';
import { printedJson, untilReported } from './told';

/** The common steps of tests about the brakes (U4, L11). */
export interface Approvals {
  /** So many companies and one member on both sides, which the first run links. */
  readonly linkedCompanies: (tenant: string, count: number, settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Runs a command with `--json`. Resolves to what it prints. */
  readonly json: (...args: string[]) => Promise<unknown>;
  /** Archives HubSpot's companies. */
  readonly archive: (...ids: readonly string[]) => Promise<void>;
  /** The link ids that OfficeRnD shows of the first companies. */
  readonly links: (count: number) => Promise<readonly unknown[]>;
  /** Approves a proposal or all of a run's. Returns the report of the run that this starts, when it is in the state. */
  readonly approve: (tenant: string, id: string, state?: string) => Promise<SeenReport>;
  /** The run's report, as soon as it is in this state. */
  readonly report: (tenant: string, runId: string, state: string) => Promise<SeenReport>;
}

const ticketSchema = z.looseObject({ runId: z.string(), outcome: z.string() });

/** OfficeRnD's. */
export const company = (number: number) => idOf('company', number);

export function createApprovals(stage: Stage): Approvals {
  const linkedCompanies: Approvals['linkedCompanies'] = async (tenant, count, settings) => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    await stage.putWorld({
      officernd: {
        companies: numbers.map((number) => ({ _id: company(number), name: `C${number}` })),
        members: [{ _id: idOf('member', 1), name: 'Ann' }],
      },
      hubspot: {
        companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `C${number}` } })),
        contacts: [{ id: '91', properties: { firstname: 'Ann' } }],
      },
    });
    expect(await stage.applyTenant(tenant, settings)).toMatchObject({ code: 0 });
    await stage.sync(tenant);
  };

  const archive: Approvals['archive'] = (...ids) =>
    stage.edit(
      'hubspot',
      ids.map((id) => ({ op: 'archive', type: 'companies', id })),
    );
  const links: Approvals['links'] = async (count) => {
    const { officernd } = await look(stage);
    return Array.from({ length: count }, (_, index) => linkShown(officernd(company(index + 1))));
  };

  const report: Approvals['report'] = (tenant, runId, state) => untilReported(stage, tenant, runId, state);

  const approve: Approvals['approve'] = async (tenant, id, state = 'completed') => {
    const approved = await stage.cli('approve', tenant, id, '--json');
    expect(approved).toMatchObject({ code: 0 });
    const { runId, outcome } = ticketSchema.parse(JSON.parse(approved.stdout));
    expect(outcome).toBe('started');
    return report(tenant, runId, state);
  };

  return { json: (...args) => printedJson(stage, ...args), linkedCompanies, archive, links, approve, report };
}
