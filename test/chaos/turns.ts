import type { Dice } from './dice';
import { editOf } from './happen';
import { turnNames } from './schedule';
import type { Round, Turn, Wishes } from './schedule';

/** The wishes after a turn, or after taking it back. */
export function turned(wishes: Wishes, turn: Turn): Wishes {
  switch (turn) {
    case 'time zone corrected':
      return { ...wishes, timeZone: wishes.timeZone === 'UTC' ? 'America/New_York' : 'UTC' };
    case 'status table corrected':
      return { ...wishes, statuses: wishes.statuses === 'usual' ? 'corrected' : 'usual' };
    case 'mapped to another property':
      return { ...wishes, remapped: !wishes.remapped };
    case 'another pair':
      return { ...wishes, address: wishes.address === 'first' ? 'second' : 'first' };
    case 'removed and applied again':
      return wishes;
  }
}

/** The names of the turns between two configurations, for the table. */
export const turnsBetween = (before: Wishes, after: Wishes): readonly Turn[] =>
  turnNames.filter((turn) => {
    const key = settings[turn];
    return key !== null && before[key] !== after[key];
  });

const settings: Readonly<Record<Turn, 'timeZone' | 'statuses' | 'remapped' | 'address' | null>> = {
  'time zone corrected': 'timeZone',
  'status table corrected': 'statuses',
  'mapped to another property': 'remapped',
  'another pair': 'address',
  'removed and applied again': null,
};

/** Two more rounds: one after the turn, one after it has been taken back. People change something before each. */
export const turnRounds = (wishes: Wishes, turn: Turn, dice: Dice): readonly Round[] =>
  [turned(wishes, turn), wishes].map((after, index): Round => ({
    removed: turn === 'removed and applied again' && index === 0,
    wishes: after,
    edits: dice.many(dice.between(1, 4), () => editOf(dice)),
    runs: [{ mode: 'full', crashAt: null, faults: [], events: [] }],
  }));
