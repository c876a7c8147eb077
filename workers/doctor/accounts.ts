import type { ConfigurationProblem } from '../../config/configuration-error';
import type { VendorError, VendorErrorKind } from '../../connectors/errors';
import type { AccountCalls } from '../../connectors/hubspot/account-limits';
import { ok, problem, silence, warning } from './finding';
import type { Finding } from './finding';

/** The answers of both vendors to a tenant's credentials. */
export interface AccountFacts {
  readonly officernd: VendorError | 'answers';
  readonly hubspot: VendorError | 'answers';
  /** HubSpot's calls of the day; null where its answers do not say. */
  readonly callsLeft: AccountCalls | null;
  /** Scopes that HubSpot's token lacks. */
  readonly scopes: readonly ConfigurationProblem[];
  /** Settings that do not fit the vendors' definitions; null when these could not be read. */
  readonly definitions: {
    readonly problems: readonly ConfigurationProblem[];
    readonly warnings: readonly ConfigurationProblem[];
  } | null;
}

/** A tenant's accounts: whether the credentials are accepted and may do all that is needed, and whether what is mapped exists. */
export function judgeAccounts(facts: AccountFacts): readonly Finding[] {
  const { officernd, hubspot, scopes, definitions } = facts;
  return [
    officernd === 'answers'
      ? ok('officernd', 'OfficeRnD accepts the credentials, for all scopes that are needed; it does not tell how many calls are left.')
      : failed('officernd', officernd),
    ...(hubspot === 'answers' ? judgeHubSpot(facts) : [failed('hubspot', hubspot)]),
    ...scopes.map((one) => problem(said('hubspot', one))),
    ...(definitions === null ? [] : judgeDefinitions(definitions)),
  ];
}

/** Trouble that only a person can end. All other trouble may pass by itself. */
const PERSONS: ReadonlySet<VendorErrorKind> = new Set(['unauthorized', 'forbidden', 'configuration']);

function failed(about: 'officernd' | 'hubspot', { kind, message, details: { setting } }: VendorError): Finding {
  const of = { about, message, ...(setting !== undefined && { setting }) };
  return PERSONS.has(kind) ? problem(of) : silence(of);
}

const said = (about: Finding['about'], { setting, message }: ConfigurationProblem) => ({
  about,
  setting,
  message: setting === '' ? `${message}.` : `${setting}: ${message}.`,
});

/** With less than this part of the day's calls, a run may have to wait for the next day. */
const SCARCE = 1 / 20;

function judgeHubSpot({ callsLeft, scopes }: AccountFacts): readonly Finding[] {
  const accepted = 'HubSpot accepts the credentials';
  const limits =
    callsLeft === null
      ? '; it does not tell how many calls are left'
      : `; ${callsLeft.left} of ${callsLeft.limit} calls of the day are left`;
  const isScarce = callsLeft !== null && callsLeft.left < callsLeft.limit * SCARCE;
  if (isScarce) {
    const message = `Only ${callsLeft.left} of the account's ${callsLeft.limit} daily HubSpot calls are left, so runs may have to wait until midnight; look which other programs use the account, or set limits.hubspot.perDay.`;
    return [warning({ about: 'hubspot', setting: 'limits.hubspot.perDay', message })];
  }
  return scopes.length > 0 ? [] : [ok('hubspot', `${accepted}${limits}.`)];
}

function judgeDefinitions({ problems, warnings }: NonNullable<AccountFacts['definitions']>): readonly Finding[] {
  const findings = [
    ...problems.map((one) => problem(said('definitions', one))),
    ...warnings.map((one) => warning(said('definitions', one))),
  ];
  return findings.length > 0 ? findings : [ok('definitions', 'All that is mapped exists on both sides, hubspot_link_id included.')];
}
