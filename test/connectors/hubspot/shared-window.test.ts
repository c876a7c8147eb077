import { scarceRoom } from '../../../connectors/hubspot/shared-window';

/** HubSpot's headers say how many calls the account's window has left. The limiter corrects itself by them. */

type Headers = Readonly<Record<string, string>>;

const headersWith = (remaining: string, max = '190'): Headers => ({
  'x-hubspot-ratelimit-remaining': remaining,
  'x-hubspot-ratelimit-max': max,
});

test.each<readonly [string, Headers, ReturnType<typeof scarceRoom>]>([
  ['plenty of room is nobody’s business', headersWith('96'), null],
  ['half of it is told', headersWith('95'), { max: 190, remaining: 95 }],
  ['used up, by whomever', headersWith('0'), { max: 190, remaining: 0 }],
  ['no headers, as with searches', {}, null],
  ['no maximum', { 'x-hubspot-ratelimit-remaining': '0' }, null],
  ['nonsense', headersWith('few'), null],
])('%s', (_title, headers, room) => {
  expect(scarceRoom({ header: (name) => headers[name] ?? null })).toEqual(room);
});
