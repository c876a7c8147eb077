import { z } from 'zod';
import type { Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { checked } from './checked';
import type { EmulatorClock } from './clock';
import { editsSchema } from './edits';
import { faultsSchema, type Faults } from './faults';
import { isJsonObject, parseJson } from './json';
import type { RequestLog } from './request-log';
import type { SettingsStore } from './settings';
import { AdminError, type Vendor, type VendorResponse } from './vendor';

interface AdminDeps {
  readonly side: Side;
  readonly vendor: Vendor;
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly settings: SettingsStore<unknown>;
}

interface AdminRequest {
  readonly method: string;
  /** The path behind the admin prefix, e.g. `/world`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly rawBody: Buffer;
}

const clockSchema = z.strictObject({ advanceMs: z.number().nonnegative() });

/** The admin routes below `/_admin`. A wrong call gets 400 `{error: {message}}` and changes nothing. */
export function createAdmin(deps: AdminDeps): (request: AdminRequest) => VendorResponse {
  const routes: Readonly<Record<string, (request: AdminRequest) => JsonValue>> = {
    'GET /world': () => deps.vendor.readWorld(),
    'PUT /world': ({ rawBody }) => {
      const half = halfOf(bodyOf(rawBody), deps.side);
      // The clock is reset first: otherwise records that the new world dates "now" would lie in the future afterwards.
      const undoReset = deps.clock.reset();
      try {
        deps.vendor.replaceWorld(half);
      } catch (error) {
        undoReset();
        throw error;
      }
      deps.faults.clear();
      deps.log.clear();
      return { ok: true };
    },
    'POST /edits': ({ rawBody }) => applyEdits(deps.vendor, rawBody),
    'POST /feed': ({ rawBody }) => {
      if (deps.vendor.changeFeed === undefined) throw new AdminError('This vendor has no feed');
      return deps.vendor.changeFeed(bodyOf(rawBody));
    },
    'GET /requests': ({ query }) => deps.log.summary(query.get('log') === '1' || query.get('log') === 'true'),
    'POST /faults': ({ rawBody }) => {
      const faults = checked(faultsSchema, bodyOf(rawBody));
      deps.faults.add(faults);
      return { added: faults.length };
    },
    'DELETE /faults': () => {
      deps.faults.clear();
      return { ok: true };
    },
    'POST /clock': ({ rawBody }) => {
      deps.clock.advance(checked(clockSchema, bodyOf(rawBody)).advanceMs);
      return { now: deps.clock.nowIso() };
    },
    'GET /settings': () => deps.settings.shown(),
    'PUT /settings': ({ rawBody }) => deps.settings.merge(bodyOf(rawBody)),
  };
  return (request) => {
    const route = routes[`${request.method} ${request.path.replace(/\/$/, '')}`];
    if (route === undefined)
      return refusal(404, `There is no admin call ${request.method} ${request.path}; there are: ${Object.keys(routes).join(', ')}`);
    try {
      return { status: 200, body: route(request) };
    } catch (error) {
      if (error instanceof AdminError) return refusal(400, error.message);
      throw error;
    }
  };
}

const refusal = (status: number, message: string): VendorResponse => ({ status, body: { error: { message } } });

function bodyOf(rawBody: Buffer): JsonValue {
  if (rawBody.length === 0) throw new AdminError('This call needs a JSON body');
  try {
    return parseJson(rawBody.toString('utf8'));
  } catch (error) {
    throw new AdminError(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** This side's half of a whole world document, or the half itself. */
function halfOf(world: JsonValue, side: Side): JsonValue {
  if (!isJsonObject(world)) throw new AdminError('A world is a JSON object');
  if (world.officernd === undefined && world.hubspot === undefined) return world;
  return world[side] ?? {};
}

function applyEdits(vendor: Vendor, rawBody: Buffer): JsonValue {
  const edits = checked(editsSchema, bodyOf(rawBody));
  const records: JsonValue[] = [];
  for (const [index, edit] of edits.entries()) {
    try {
      records.push(vendor.applyEdit(edit));
    } catch (error) {
      if (!(error instanceof AdminError)) throw error;
      const before = index === 0 ? '' : ` (the ${index} edits before it were applied)`;
      throw new AdminError(
        `Edit ${index + 1} (${edit.op} ${edit.type}${edit.id === undefined ? '' : ` ${edit.id}`}): ${error.message}${before}`,
      );
    }
  }
  return { records };
}
