import Table from 'cli-table3';
import { printable } from '../../domain/printable';

export type Cell = string | number;

export interface TableOptions {
  /** Columns that hold numbers, from 0. @default none */
  readonly numbers?: readonly number[];
}

/** A table in plain characters, without colours, so that it reads the same in a file. Characters that can't be printed are replaced. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], { numbers = [] }: TableOptions = {}): string {
  const made = new Table({
    head: [...head],
    colAligns: head.map((_title, column) => (numbers.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  made.push(...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell))));
  return made.toString();
}

/** `2025-01-31 12:00:05`, in UTC. */
export const shownTime = (time: Date | string): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

/** `8.2 s`, `3 min 5 s`, `2 h 7 min` */
export function shownDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 review`, `2 reviews` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
