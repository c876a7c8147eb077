import { z } from 'zod';
import { at, httpUrl, isGroup, refuseLiteral, secretRef, section } from './schema-parts';

const oauth = section({
  clientId: secretRef.describe('Client id of the HubSpot app.'),
  clientSecret: secretRef.describe('Client secret of the HubSpot app.'),
  refreshToken: secretRef.describe('Refresh token that the app was given for this portal.'),
});

const app = section({
  clientId: secretRef.describe('Client id of the HubSpot app.'),
  clientSecret: secretRef.describe('Client secret of the HubSpot app.'),
});

const hubspotSecrets = [
  ['accessToken'],
  ['oauth', 'clientId'],
  ['oauth', 'clientSecret'],
  ['oauth', 'refreshToken'],
  ['app', 'clientId'],
  ['app', 'clientSecret'],
];

/** The section `hubspot` of the tenant file. */
export const hubspot = hubspotSecrets
  .reduce(
    (schema, secret) => refuseLiteral(schema, secret, ['apiUrl']),
    section({
      apiUrl: httpUrl.prefault('https://api.hubapi.com').describe('Where HubSpot’s API is.'),
      version: z
        .enum(['2026-09', 'v3'])
        .default('2026-09')
        .describe('The version of HubSpot’s paths. `v3` is the older form, for portals where the dated one fails.'),
      portalId: z
        .union([z.string(), z.int()])
        .transform(String)
        .pipe(z.string().regex(/^\d+$/, 'this must be the portal’s number, such as "12345678"'))
        .describe('The portal’s number (HubSpot: account menu, top right). Part of every link id (L2).'),
      accessToken: secretRef.optional().describe('Token of a private app or a service key. Give either this or `oauth`.'),
      oauth: oauth.optional().describe('The credentials of an app, instead of `accessToken`.'),
      app: app
        .optional()
        .describe('The app that tells of changes (T1), beside the credential for records. Without it, changes are found by the next run.'),
    }),
  )
  .refine((value) => (at(value, ['accessToken']) === undefined) !== (at(value, ['oauth']) === undefined), {
    path: ['accessToken'],
    error: 'give either accessToken or oauth, and not both',
    when: isGroup,
  });
