import type { SecretRef } from '../../config/tenant-config';
import { asLabel, asSentence } from '../../domain/printable';
import type { WebhookOutcome } from '../../workers/tenants/ensure-webhook';

/** The outcome about the OfficeRnD webhook, for people: also its secret, which is shown this once. */
export function webhookText(outcome: WebhookOutcome, webhookSecret: SecretRef | undefined): string {
  switch (outcome.state) {
    case 'kept':
      return `OfficeRnD calls ${asLabel(outcome.url, MOST_URL)}.${webhookSecret === undefined ? ` ${SECRET_LOST}` : ''}`;
    case 'corrected':
      return `OfficeRnD calls ${asLabel(outcome.url, MOST_URL)} again, for companies and members.`;
    case 'registered':
      return [
        `OfficeRnD calls ${asLabel(outcome.url, MOST_URL)} from now on.`,
        ...(outcome.secret === null
          ? ['It has shown no secret for that: look for it in OfficeRnD.']
          : ['It signs with this secret, which is shown only now:', '', `  ${outcome.secret}`, '']),
        placeOf(webhookSecret),
      ].join('\n');
    case 'address-unknown':
      return 'Note: OfficeRnD has no webhook for this tenant. Set ORSYNC_PUBLIC_URL to the address of "orsync serve" and apply the file again.';
    case 'failed':
      return `Note: OfficeRnD's webhook could not be looked at: ${asSentence(outcome.message)} Its app needs the scopes flex.settings.webhooks.read, .create and .update. Without a webhook, changes are seen by the next run.`;
  }
}

const MOST_URL = 300;

const SECRET_LOST =
  'Name its secret in the tenant file, as officernd.webhookSecret. Where nobody has it any more, delete the webhook in OfficeRnD and apply the file again.';

function placeOf(ref: SecretRef | undefined): string {
  if (ref === undefined)
    return 'Put it into a variable of "orsync serve", name that in the tenant file, such as webhookSecret: { env: ORND_WEBHOOK_SECRET } under officernd, and apply the file again.';
  if (typeof ref === 'string') return 'Put it into the tenant file, as officernd.webhookSecret, and apply the file again.';
  return 'env' in ref ? `Put it into the variable ${ref.env} of "orsync serve".` : `Put it into the file ${ref.file} of "orsync serve".`;
}
