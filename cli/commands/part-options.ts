import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { ApprovalRefusedError } from '../../client/approve';
import type { Entity } from '../../domain/entity';
import { idsInFile } from '../../client/standing/ids-in-file';
import type { Part } from '../../domain/part-of-list';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { collect, entityNames, tenantName } from './command';

/** The arguments and options of commands that decide about a proposal, or a part of it (P2). */
export const decisionInput = {
  tenant: tenantName,
  proposal: z.string().optional(),
  entity: entityNames,
  id: z.array(z.string()).default([]),
  file: z.string().optional(),
  note: z.string().optional(),
};

/** For the help of the argument that names it. */
export const PROPOSAL = 'the id of a proposal or of a run, or its beginning (default: the only proposal that waits)';

/** Adds the options that name a part of a list. `verb` is for their help. */
export const withPart = (command: Command, verb: string): Command =>
  command
    .option('--entity <entity>', `${verb} only company, member or opportunity; may be repeated`, collect)
    .option('--id <id>', `${verb} only this record, by its id in HubSpot or OfficeRnD; may be repeated`, collect)
    .option(
      '--file <file>',
      `${verb} only the records in this file: an id in each line, or a CSV with a column hubspotId, officerndId or id`,
    )
    .option('--note <text>', 'why; kept with the decision');

interface PartOptions {
  readonly entity: readonly Entity[];
  readonly id: readonly string[];
  readonly file?: string | undefined;
}

/** The part that the options name; null for none. */
export async function partOf({ entity, id, file }: PartOptions): Promise<Part | null> {
  const inFile = file === undefined ? [] : await idsIn(file);
  if (entity.length === 0 && id.length === 0 && file === undefined) return null;
  return { entities: entity.length === 0 ? null : entity, ids: id.length === 0 && file === undefined ? null : [...id, ...inFile] };
}

async function idsIn(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CliError('no-file', `The file ${file} can't be read; check the path.`, exitCodes.wrong);
  });
  const ids = idsInFile(text);
  if (ids === null || ids.length === 0)
    throw new CliError(
      'no-ids',
      `The file ${file} names no record; give one id in each line, or a table with a column hubspotId, officerndId or id.`,
      exitCodes.wrong,
    );
  return ids;
}

/** Throws the refusal of a decision as the command line shows it. Ids that name nothing are wrong usage. */
export const refused = (error: unknown): never => {
  if (!(error instanceof ApprovalRefusedError)) throw error;
  throw new CliError(error.kind, error.message, WRONG.has(error.kind) ? exitCodes.wrong : exitCodes.failed);
};
const WRONG: ReadonlySet<string> = new Set(['unknown-proposal', 'unknown-preview', 'several', 'nothing-named', 'unknown-records']);
