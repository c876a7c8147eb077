import type { DatabaseFacts } from '../../store/database-facts';
import { ok, problem, silence, warning } from './finding';
import type { Finding } from './finding';

/** The newest version of MongoDB that is too old: its maker no longer mends it, and nobody has tried it. */
const TOO_OLD = 5;
const CLOCK_TOLERANCE_MS = 5_000;

/** The database: whether runs can keep in it what they know. Each finding that is no problem may be left for later. */
export function judgeDatabase(facts: DatabaseFacts): readonly Finding[] {
  const findings = [...judgeServer(facts), ...judgeRights(facts), ...judgeContents(facts)];
  const { serverVersion, database } = facts;
  const well = ok('mongodb', `MongoDB ${serverVersion} answers as a replica set, and its user may do all that is needed in ${database}.`);
  return findings.length > 0 ? findings : [well];
}

const about = (setting: { readonly message: string }) => ({ about: 'mongodb', setting: 'MONGODB_URI', ...setting }) as const;

function judgeServer({ serverVersion, isPrimary, hasMajority }: DatabaseFacts): readonly Finding[] {
  const notPrimary = problem(
    about({
      message:
        'The server in MONGODB_URI is not the primary of its replica set and takes no writes; name all members and the replica set in the address, and leave out directConnection.',
    }),
  );
  const old = warning(
    about({
      message: `MongoDB ${serverVersion} was never tried with orsync, and its maker no longer mends it; update it to 7.0 or later.`,
    }),
  );
  const alone = silence(
    about({
      message:
        "The majority of MongoDB's replica set does not confirm what its primary says, so no write of a run would end; start the members that are down, or remove them from the replica set.",
    }),
  );
  return [
    ...(isPrimary ? [] : [notPrimary]),
    ...(hasMajority === false ? [alone] : []),
    ...(Number.parseInt(serverVersion, 10) <= TOO_OLD ? [old] : []),
  ];
}

function judgeRights({ database, lackingRights, lackingForUpgrade }: DatabaseFacts): readonly Finding[] {
  const grant = `grant it the role dbOwner on ${database}`;
  if (lackingRights.length > 0)
    return [problem(about({ message: `MongoDB's user may not ${lackingRights.join(', ')} in the database ${database}; ${grant}.` }))];
  if (lackingForUpgrade.length === 0) return [];
  const message = `MongoDB's user may not ${lackingForUpgrade.join(', ')} in the database ${database}, which upgrades of orsync need; ${grant}.`;
  return [warning(about({ message }))];
}

function judgeContents({ database, documentsVersion, newestVersion, missingParts }: DatabaseFacts): readonly Finding[] {
  if (documentsVersion === null) return [];
  if (documentsVersion > newestVersion) {
    const message = `The database ${database} has documents of version ${documentsVersion}, but this program only knows version ${newestVersion}; update orsync, or use another database.`;
    return [problem(about({ message }))];
  }
  if (documentsVersion < newestVersion) {
    const message = `The database ${database} has documents of version ${documentsVersion}, which the next start of "orsync worker" brings to version ${newestVersion}; back up first.`;
    return [warning(about({ message }))];
  }
  if (missingParts.length === 0) return [];
  const [shown, more] = [missingParts.slice(0, MOST_NAMED), missingParts.length - MOST_NAMED];
  const named = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [warning(about({ message: `The database ${database} lacks ${named}; start "orsync worker" once more, which creates them.` }))];
}

const MOST_NAMED = 5;

/** Expiry and limits count by MongoDB's clock, and everything else by that of the workers. */
export function judgeClock({ clockAheadMs, roundTripMs }: DatabaseFacts): readonly Finding[] {
  const apartMs = Math.max(0, Math.abs(clockAheadMs) - roundTripMs / 2);
  if (apartMs <= CLOCK_TOLERANCE_MS) return [ok('clock', "MongoDB's clock and this machine's agree.")];
  const way = clockAheadMs > 0 ? 'ahead of' : 'behind';
  const message = `MongoDB's clock is ${Math.round(apartMs / 1000)} s ${way} this machine's; set both by a time service (NTP).`;
  return [problem({ about: 'clock', message })];
}

/** Options of the address that have no effect. */
export function judgeOptions(overridden: readonly string[]): readonly Finding[] {
  if (overridden.length === 0) return [];
  const message = `${overridden.join(', ')} in MONGODB_URI ${overridden.length === 1 ? 'has' : 'have'} no effect, because orsync reads from the primary and writes to the majority; leave ${overridden.length === 1 ? 'it' : 'them'} out.`;
  return [warning(about({ message }))];
}
