import type { FastifyInstance } from 'fastify';
import { officerndHookPath } from '../config/serve-settings';
import { isSignedByOfficernd, OFFICERND_TOLERANCE_MS, readOfficerndSignature } from '../connectors/officernd/signature';
import { hasRightTime, headerOf, rawBodyOf } from './hook';
import type { HookDeps } from './hook';
import { readOfficerndBody } from './officernd-body';
import { malformed, stale, unsigned, wrongSignature } from './refusal';

/** `POST /hooks/officernd/<tenant>`: each tenant has an address of its own, since OfficeRnD's events do not name the organisation. */
export function addOfficerndHook(app: FastifyInstance, { tenants, store, tally, now }: Omit<HookDeps, 'publicUrl'>): void {
  app.post<{ Params: { tenant: string } }>(
    officerndHookPath(':tenant'),
    {
      onRequest: async (request) => {
        const signature = readOfficerndSignature(headerOf(request, 'officernd-signature'));
        if (signature === null) throw unsigned();
        if (!hasRightTime(signature.atMs, now(), OFFICERND_TOLERANCE_MS)) throw stale();
      },
    },
    async (request) => {
      const rawBody = rawBodyOf(request);
      const signature = readOfficerndSignature(headerOf(request, 'officernd-signature'));
      const known = (await tenants()).find(({ tenant }) => tenant === request.params.tenant);
      const secret = known?.officerndSecret?.reveal();
      if (signature === null || known === undefined || secret === undefined || !isSignedByOfficernd(rawBody, signature, secret))
        throw wrongSignature();
      const body = readOfficerndBody(rawBody);
      if (body === null) throw malformed();
      const hints = body.hints.filter(({ entity }) => known.entities.has(entity));
      tally.count('ignoredEvents', body.ignored + body.hints.length - hints.length);
      if (hints.length > 0) await store('officernd-push', new Map([[known.tenant, hints]]));
      tally.count('hints', hints.length);
      tally.count('accepted');
      return {};
    },
  );
}
