import { extname } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Entity } from '../../domain/entity';
import { everything } from '../../domain/preview-list';
import type { ListFilter } from '../../domain/preview-list';
import { usageError } from '../cli-error';
import { SHOWN } from '../text/operations';
import { collect } from './command';

/** The part of a preview's list that a person asks for, and where it goes. */
export interface ListView {
  readonly filter: ListFilter;
  /** The most rows of each table, and of `operations` in JSON; null is the usual number of rows, and all in JSON. */
  readonly limit: number | null;
  readonly save: { readonly path: string; readonly format: 'csv' | 'html' } | null;
}

/** The whole list, on the screen. */
export const wholeList: ListView = { filter: everything, limit: null, save: null };

/** The options about lists, for a command's schema. */
export const listOptions = {
  rule: z.array(z.string()).default([]),
  id: z.array(z.string()).default([]),
  limit: z.coerce.number('this must be a number').int().min(1).optional(),
  save: z.string().optional(),
};

/** Adds the options about lists to a command. */
export const withListOptions = (command: Command): Command =>
  command
    .option('--rule <rule>', 'of a preview: list what follows this rule only, such as M4; may be repeated', collect)
    .option('--id <id>', 'of a preview: list what concerns this record only, by either side’s id; may be repeated', collect)
    .option('--limit <number>', `of a preview: the most rows of each list (default: ${SHOWN})`)
    .option('--save <file>', 'of a preview: save the list as FILE.csv or FILE.html');

interface GivenOptions {
  readonly entity?: readonly Entity[];
  readonly rule: readonly string[];
  readonly id: readonly string[];
  readonly limit?: number | undefined;
  readonly save?: string | undefined;
}

/** The view that the options ask for; `wholeList` where none was given. */
export function viewOf({ entity = [], rule, id, limit, save }: GivenOptions): ListView {
  if (entity.length + rule.length + id.length === 0 && limit === undefined && save === undefined) return wholeList;
  const rules = rule.map((one) => one.toUpperCase());
  return { filter: { entities: entity, rules, ids: id }, limit: limit ?? null, save: save === undefined ? null : savedAs(save) };
}

function savedAs(path: string): NonNullable<ListView['save']> {
  switch (extname(path).toLowerCase()) {
    case '.csv':
      return { path, format: 'csv' };
    case '.html':
      return { path, format: 'html' };
    default:
      throw usageError('A list is saved as CSV or as HTML: the file’s name must end in .csv or .html.');
  }
}
