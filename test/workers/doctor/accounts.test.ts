import { VendorError } from '../../../connectors/errors';
import type { VendorErrorKind } from '../../../connectors/errors';
import { judgeAccounts } from '../../../workers/doctor/accounts';
import type { AccountFacts } from '../../../workers/doctor/accounts';
import { verdictOf } from '../../../workers/doctor/finding';
import { judgeSecrets } from '../../../workers/doctor/secrets';
import type { SecretFacts } from '../../../workers/doctor/secrets';
import { testSetUps } from './judged';
import type { SetUp } from './judged';

/** Broken set-ups, each with the sentence that `orsync doctor` finds for it, and its verdict. */

const secrets = (more: Partial<SecretFacts> = {}) => judgeSecrets({ problems: [], files: [], quoted: [], ...more });

const healthyAccounts: AccountFacts = {
  officernd: 'answers',
  hubspot: 'answers',
  callsLeft: { left: 240_000, limit: 250_000 },
  scopes: [],
  definitions: { problems: [], warnings: [] },
};
const accounts = (more: Partial<AccountFacts> = {}) => judgeAccounts({ ...healthyAccounts, ...more });
const refusal = (vendor: 'hubspot' | 'officernd', kind: VendorErrorKind, message: string, setting?: string) =>
  new VendorError(kind, message, { vendor, route: 'GET /x', ...(setting !== undefined && { setting }) });

const broken: readonly SetUp[] = [
  [
    'a missing secret',
    secrets({ problems: [{ setting: 'officernd.clientSecret', message: 'set the environment variable ORND_CLIENT_SECRET' }] }),
    'officernd.clientSecret: set the environment variable ORND_CLIENT_SECRET.',
    'wrong',
  ],
  [
    'a secret’s file that all may read',
    secrets({ files: [{ setting: 'hubspot.accessToken', path: 'hubspot-token', mode: 0o644 }] }),
    'hubspot.accessToken: every user of this machine may read the file hubspot-token (mode 0644); run "chmod 600" on it.',
    'well',
  ],
  [
    'a secret in quotation marks',
    secrets({ quoted: ['hubspot.accessToken'] }),
    "hubspot.accessToken: the secret begins and ends with a quotation mark, which no vendor's has; write it without quotation marks.",
    'well',
  ],
  [
    'a wrong token',
    accounts({
      hubspot: refusal(
        'hubspot',
        'unauthorized',
        'HubSpot answered 401 to GET /x: the credential is not accepted. Check hubspot.accessToken.',
        'hubspot.accessToken',
      ),
    }),
    'HubSpot answered 401 to GET /x: the credential is not accepted. Check hubspot.accessToken.',
    'wrong',
  ],
  [
    'an unknown organisation',
    accounts({ officernd: refusal('officernd', 'configuration', 'OfficeRnD answered 500 to GET /x: there is no such organisation.') }),
    'OfficeRnD answered 500 to GET /x: there is no such organisation.',
    'wrong',
  ],
  [
    'a vendor that is down',
    accounts({
      officernd: refusal('officernd', 'unavailable', 'OfficeRnD gave no usable answer to GET /x: it took longer than 30 seconds.'),
    }),
    'OfficeRnD gave no usable answer to GET /x: it took longer than 30 seconds.',
    'silent',
  ],
  [
    'a missing scope',
    accounts({
      scopes: [{ setting: 'hubspot.accessToken', message: 'the token lacks the scopes crm.objects.deals.write; grant them in HubSpot' }],
    }),
    'hubspot.accessToken: the token lacks the scopes crm.objects.deals.write; grant them in HubSpot.',
    'wrong',
  ],
  [
    'few calls left',
    accounts({ callsLeft: { left: 900, limit: 250_000 } }),
    "Only 900 of the account's 250000 daily HubSpot calls are left, so runs may have to wait until midnight; look which other programs use the account, or set limits.hubspot.perDay.",
    'well',
  ],
  [
    'a property that is gone',
    accounts({
      definitions: { problems: [{ setting: 'additional.company[0].hubspot', message: 'HubSpot has no such property' }], warnings: [] },
    }),
    'additional.company[0].hubspot: HubSpot has no such property.',
    'wrong',
  ],
  [
    'no link property',
    accounts({
      definitions: {
        problems: [],
        warnings: [
          { setting: 'officernd.organization', message: 'OfficeRnD lists no custom property hubspot_link_id for member; define it' },
        ],
      },
    }),
    'officernd.organization: OfficeRnD lists no custom property hubspot_link_id for member; define it.',
    'well',
  ],
];

testSetUps(broken, [...secrets({ files: [{ setting: 'hubspot.accessToken', path: 'token', mode: 0o600 }] }), ...accounts()]);

test('the calls that are left are told, or that a vendor does not tell them', () => {
  const messagesOf = (more: Partial<AccountFacts>) => accounts(more).map(({ message }) => message);
  expect(messagesOf({})).toEqual(
    expect.arrayContaining([
      'OfficeRnD accepts the credentials, for all scopes that are needed; it does not tell how many calls are left.',
      'HubSpot accepts the credentials; 240000 of 250000 calls of the day are left.',
    ]),
  );
  expect(messagesOf({ callsLeft: null })).toContain('HubSpot accepts the credentials; it does not tell how many calls are left.');
});

test('the trouble of one vendor does not hide that of the other', () => {
  const findings = accounts({
    officernd: refusal('officernd', 'unauthorized', 'OfficeRnD answered 401.'),
    hubspot: refusal('hubspot', 'unavailable', 'HubSpot gave no usable answer.'),
    definitions: null,
  });
  expect(findings.map(({ about, message }) => [about, message])).toEqual([
    ['officernd', 'OfficeRnD answered 401.'],
    ['hubspot', 'HubSpot gave no usable answer.'],
  ]);
  expect(verdictOf(findings)).toBe('wrong');
});
