import type { FastifyInstance } from 'fastify';
import type { Store } from '../store/store';
import { within } from './within';

const LONGEST_LOOK_MS = 2_000;
/** More frequent questions get the same answer: strangers do not decide how often the database is asked. */
const SAME_ANSWER_MS = 1_000;

/** `GET /health`: this process answers. `GET /ready`: it reaches MongoDB, so hints can be stored. Neither says anything else. */
export function addHealth(app: FastifyInstance, { tenants }: Pick<Store, 'tenants'>): void {
  let looked: { readonly atMs: number; readonly isReady: Promise<boolean> } | null = null;
  const look = (): Promise<boolean> => {
    if (looked === null || Date.now() - looked.atMs > SAME_ANSWER_MS) looked = { atMs: Date.now(), isReady: canRead(tenants) };
    return looked.isReady;
  };
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) =>
    (await look()) ? { status: 'ready' } : reply.code(503).send({ status: 'MongoDB cannot be reached' }),
  );
}

/** Any tenant's name will do: the question is whether there is an answer. */
const canRead = (tenants: Store['tenants']): Promise<boolean> =>
  within(
    tenants.get('-').then(
      () => true,
      () => false,
    ),
    LONGEST_LOOK_MS,
  );
