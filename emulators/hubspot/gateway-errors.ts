import type { JsonValue } from '../../domain/json';
import type { VendorRequest, VendorResponse } from '../shared/vendor';
import { hubSpotErrorBody } from './api-error';

/** An answer of the server in front of HubSpot's services. Its body is an HTML page, not JSON. */
export const htmlError = (status: number, reason: string): VendorResponse => ({
  status,
  body: `<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n<title>Error ${status} ${reason}</title>\n</head>\n<body><h2>HTTP ERROR ${status}</h2>\n<p>${reason}</p>\n</body>\n</html>\n`,
});

const messages: Readonly<Record<number, string>> = {
  423: 'The resource is locked. Please wait before sending more requests.',
  477: 'Migration in progress',
  502: 'Bad Gateway',
  503: 'Service temporarily unavailable',
  504: 'Gateway Timeout',
  521: 'Web server is down',
  522: 'Connection timed out',
  523: 'Origin is unreachable',
  524: 'A timeout occurred',
  525: 'SSL handshake failed',
  526: 'Invalid SSL certificate',
};

/** The body of a fault without a body: HubSpot's own for HubSpot's statuses, the gateway's page for the gateway's statuses. */
export function faultBody(status: number, { path }: VendorRequest, correlationId: string): JsonValue {
  if (status === 429 && path.endsWith('/search'))
    return hubSpotErrorBody('You have reached your secondly limit.', correlationId, { category: 'RATE_LIMITS' });
  if (status === 429)
    return hubSpotErrorBody('You have reached your ten_secondly_rolling limit.', correlationId, {
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    });
  if (status === 401)
    return hubSpotErrorBody('Authentication credentials not found.', correlationId, { category: 'INVALID_AUTHENTICATION' });
  const message = messages[status] ?? (status >= 500 ? 'internal error' : 'There was a problem with the request.');
  if (status > 500) return htmlError(status, message).body ?? '';
  return hubSpotErrorBody(message, correlationId);
}
