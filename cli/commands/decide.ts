import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { createDecisionVerbs } from '../../client/decisions/decision-verbs';
import { readDecisions } from '../../client/decisions/read-file';
import { DecisionRefusedError } from '../../client/decisions/refused';
import type { LinedWish } from '../../client/decisions/take-down';
import { sayOf } from '../../client/decisions/wish';
import type { Decision } from '../../domain/decision';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { shownDecision } from '../../client/decisions/shown-decision';
import { decisionsTable } from '../text/decisions';
import { counted } from '../text/tables';
import { requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';

const input = z.object({
  tenant: tenantName,
  id: z.string().optional(),
  decision: z.array(z.string()).default([]),
  file: z.string().optional(),
  withdraw: z.string().optional(),
  prefer: z.enum(['hubspot'], 'prefer is "hubspot"; without it, OfficeRnD’s values win').optional(),
  note: z.string().optional(),
});
type Input = z.output<typeof input>;

/** `orsync decide` (D1) */
export const decideCommand = ({ action }: CommandKit): Command =>
  new Command('decide')
    .description('say what becomes of a case or of records; later runs go by it until it is withdrawn')
    .argument('<tenant>')
    .argument('[id]', 'the review, as "orsync review" lists it; or ENTITY/ID for a record, ENTITY/OFFICERND/HUBSPOT for two')
    .argument('[decision...]', 'link OFFICERND HUBSPOT, keep-apart, create, ignore or unlink')
    .option('--prefer <side>', 'hubspot: its values win where both differ at the link')
    .option('--file <file>', 'many decisions, as CSV or JSON: an export of reviews with the column "decision" filled in')
    .option('--withdraw <decision>', 'end the effect of a decision on later runs')
    .option('--note <text>', 'why; kept with the decision')
    .action(
      action(input, async (given, context) => {
        const { tenant } = given;
        await requireTenant(context, tenant);
        const decisions = await saying(context, () => decide(given, context));
        const isWithdrawn = given.withdraw !== undefined;
        context.terminal.result({ tenant, decisions: decisions.map(shownDecision) }, () => decidedText(tenant, decisions, isWithdrawn));
        return exitCodes.ok;
      }),
    );

async function decide(given: Input, context: CommandContext): Promise<readonly Decision[]> {
  const { tenant, id, file, withdraw } = given;
  if ([id, file, withdraw].filter((one) => one !== undefined).length !== 1)
    throw usageError('Give a review and a decision, or --file, or --withdraw; "orsync decide --help" shows how.');
  const verbs = createDecisionVerbs(await context.session.store());
  const options = { by: actorOf(context.env), note: given.note ?? null };
  if (withdraw !== undefined) return [await verbs.withdraw(tenant, withdraw, options)];
  return verbs.decide(tenant, file === undefined ? [wishIn(given)] : await wishesIn(file), options);
}

function wishIn({ id = '', decision, prefer }: Input): LinedWish {
  const said = sayOf(decision);
  if ('problem' in said) throw usageError(`${said.problem}.`);
  return { about: id, ...said.value, prefer: prefer ?? null };
}

/** Files are made by people; a larger one is a mistake. */
const MOST_BYTES = 50 * 1024 * 1024;

async function wishesIn(file: string): Promise<readonly LinedWish[]> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(
      'file',
      `${basename(file)} cannot be read; check its name and that this user may read it.`,
      exitCodes.wrong,
      undefined,
      {
        cause: error,
      },
    );
  });
  if (content.length > MOST_BYTES) throw usageError(`${basename(file)} is too large for a list of decisions.`);
  return readDecisions(content, basename(file));
}

/** Turns a refusal into a sentence, with a line for each decision that can't be taken down. */
export async function saying<T>({ terminal }: CommandContext, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof DecisionRefusedError)) throw error;
    if (error.problems.length > 1) for (const { line, message } of error.problems) terminal.note(`line ${line}: ${message}`);
    const isUsage = error.kind === 'unfit' || error.kind === 'unknown-review' || error.kind === 'unknown-decision';
    const [only, ...others] = error.problems;
    const message =
      only !== undefined && others.length === 0 && !error.message.includes(only.message)
        ? `${error.message} ${only.message}.`
        : error.message;
    throw new CliError(error.kind, message, isUsage ? exitCodes.wrong : exitCodes.failed);
  }
}

function decidedText(tenant: string, decisions: readonly Decision[], isWithdrawn: boolean): string {
  if (decisions.length === 0) return 'The file holds no decision.';
  const next = isWithdrawn
    ? 'Withdrawn; later runs go by the rules again.'
    : `${counted(decisions.length, 'decision')}; the next run carries ${decisions.length === 1 ? 'it' : 'them'} out: "orsync sync ${tenant}".`;
  return `${decisionsTable(decisions)}\n${next}`;
}

const listInput = z.object({ tenant: tenantName, withdrawn: z.boolean().default(false) });

/** `orsync decisions` (D1) */
export const decisionsCommand = ({ action }: CommandKit): Command =>
  new Command('decisions')
    .description('list what people have decided about records, and what has become of it')
    .argument('<tenant>')
    .option('--withdrawn', 'those that were withdrawn, as long as history is kept')
    .action(
      action(listInput, async ({ tenant, withdrawn }, context) => {
        await requireTenant(context, tenant);
        const decisions = await createDecisionVerbs(await context.session.store()).decisions(tenant, withdrawn ? 'withdrawn' : 'active');
        context.terminal.result({ tenant, decisions: decisions.map(shownDecision) }, () =>
          decisions.length === 0
            ? `No decision is ${withdrawn ? 'withdrawn' : 'in force'}.`
            : `${decisionsTable(decisions)}\n"orsync decide ${tenant} --withdraw DECISION" ends one.`,
        );
        return exitCodes.ok;
      }),
    );
