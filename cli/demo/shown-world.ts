import { z } from 'zod';
import { PORTAL_ID } from './article';
import type { ShownRecord, ShownWorld } from './article';

/** Reads both emulators' worlds and shows them as the article's tables do, sorted by name and link. */
export function showWorld(officernd: unknown, hubspot: unknown): ShownWorld {
  const o = officerndWorld.parse(officernd);
  const h = hubspotWorld.parse(hubspot);
  return {
    officernd: sorted([...o.companies, ...o.members].map(shownOfficernd)),
    hubspot: sorted([
      ...h.companies.map(({ id, properties }) => shown(properties['name'] ?? '', id, properties)),
      ...h.contacts.map(({ id, properties }) =>
        shown(`${properties['firstname'] ?? ''} ${properties['lastname'] ?? ''}`.trim(), id, properties),
      ),
    ]),
  };
}

const officerndRecord = z.object({
  name: z.string(),
  description: z.string().nullish(),
  phone: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const officerndWorld = z.object({ companies: z.array(officerndRecord), members: z.array(officerndRecord) });
const hubspotRecord = z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) });
const hubspotWorld = z.object({ companies: z.array(hubspotRecord), contacts: z.array(hubspotRecord) });

function shownOfficernd({ name, properties, ...values }: z.output<typeof officerndRecord>): ShownRecord {
  const linkId = properties?.['hubspot_link_id'];
  return shown(name, typeof linkId === 'string' ? linkId.replace(`${PORTAL_ID}-`, '') : null, values);
}

function shown(name: string, id: string | null, values: Readonly<Record<string, string | null | undefined>>): ShownRecord {
  const { description, phone } = values;
  if (description) return { name, id, detail: `Description: ${description}` };
  return phone ? { name, id, detail: `Phone: ${phone}` } : { name, id };
}

const sorted = (records: readonly ShownRecord[]): readonly ShownRecord[] =>
  [...records].sort((one, other) => one.name.localeCompare(other.name, 'en') || rank(one) - rank(other));

/** Records of one name in the order of HubSpot's ids, those without a link last. */
const rank = ({ id }: ShownRecord): number => (id === null ? Number.MAX_SAFE_INTEGER : Number(id));
