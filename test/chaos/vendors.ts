import type { Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import type { LoggedRequest } from '../../emulators/shared/request-log';
import { isJsonObject, parseJson } from '../../emulators/shared/json';
import type { JsonObject } from '../../emulators/shared/json';
import { z } from 'zod';
import type { FirstWorld } from './first-world';
import { worldOf } from './records';
import type { Reading, SeenWorld } from './records';
import { plainWishes } from './schedule';
import type { Schedule, Twist, TwistName } from './schedule';
import { changeOf } from './twists';
import type { Change } from './twists';

/** A request in a vendor's log, with its real time. */
export interface SeenRequest extends LoggedRequest {
  readonly side: Side;
  /** The real time at which it came in. */
  readonly atMs: number;
}

/** Both emulators of a lane. */
export interface Vendors {
  /** Sets both sides to a new world. Resets faults, requests, clock and settings. */
  readonly begin: (world: FirstWorld, settings: Schedule['settings']) => Promise<void>;
  /** Sets the configuration that decides what values mean from now on. */
  readonly readBy: (reading: Reading) => void;
  readonly reading: () => Reading;
  readonly world: () => Promise<SeenWorld>;
  /** Makes an edit in a vendor's screens. Undefined when the vendor refuses it. */
  readonly edit: (side: Side, edit: JsonObject) => Promise<JsonValue | undefined>;
  /** The number of requests to both since the world began. */
  readonly seen: () => Promise<number>;
  /** All of these requests. Those of one side are in the order in which they came in. */
  readonly log: () => Promise<readonly SeenRequest[]>;
  readonly addFaults: (side: Side, faults: readonly JsonObject[]) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  readonly advanceClock: (side: Side, ms: number) => Promise<void>;
  /** Makes a vendor unlike usual. Resolves to false if it was so already. */
  readonly twist: (twist: Twist) => Promise<boolean>;
  /** Puts everything back. Resolves to what was unlike usual. */
  readonly untwist: () => Promise<readonly TwistName[]>;
  /** The part of a tenant file with the vendors' addresses and credentials. `alias` is a part of HubSpot's address. */
  readonly connection: (auth: Schedule['auth'], alias: string) => { readonly officernd: JsonObject; readonly hubspot: JsonObject };
  readonly stop: () => Promise<void>;
}

const requests = z.object({
  total: z.number(),
  log: z
    .array(
      z.object({
        method: z.string(),
        route: z.string(),
        path: z.string(),
        status: z.number(),
        at: z.string(),
        ids: z.array(z.string()),
        effectAt: z.string().optional(),
      }),
    )
    .default([]),
});

export async function startVendors(): Promise<Vendors> {
  const [officernd, hubspot] = await Promise.all([startOfficerndEmulator(), startHubSpotEmulator()]);
  const urls: Readonly<Record<Side, string>> = { officernd: officernd.adminUrl, hubspot: hubspot.adminUrl };
  const admin = async (side: Side, method: string, path: string, body?: JsonValue): Promise<JsonValue> => {
    const { status, text } = await send(`${urls[side]}${path}`, method, body);
    if (status !== 200) throw new Error(`${side} ${method} ${path} was answered with ${status}: ${text}`);
    return parseJson(text);
  };
  const initial = { officernd: await admin('officernd', 'GET', '/settings'), hubspot: await admin('hubspot', 'GET', '/settings') };
  let jumps = noJumps();
  let reading: Reading = plainWishes;
  let undo: { readonly name: TwistName; readonly change: Change }[] = [];
  const apply = async ({ side, isEdit }: Change, how: JsonObject): Promise<void> => {
    if (isEdit) await admin(side, 'POST', '/edits', [how]);
    else await admin(side, 'PUT', '/settings', how);
  };

  return {
    begin: async (world, settings) => {
      for (const side of ['officernd', 'hubspot'] as const) {
        await admin(side, 'PUT', '/settings', initial[side]);
        await admin(side, 'PUT', '/settings', settings[side]);
        await admin(side, 'PUT', '/world', world[side]);
      }
      jumps = noJumps();
      undo = [];
    },
    readBy: (wishes) => {
      reading = wishes;
    },
    reading: () => reading,
    world: async () => worldOf(await admin('officernd', 'GET', '/world'), await admin('hubspot', 'GET', '/world'), reading),
    twist: async (twist) => {
      if (undo.some(({ name }) => name === twist.name)) return false;
      const change = changeOf(twist);
      await apply(change, change.does);
      undo.push({ name: twist.name, change });
      return true;
    },
    untwist: async () => {
      const [before, names] = [undo, undo.map(({ name }) => name)];
      undo = [];
      for (const { change } of before) await apply(change, change.undoes);
      return names;
    },
    edit: async (side, edit) => {
      const { status, text } = await send(`${urls[side]}/edits`, 'POST', [edit]);
      if (status !== 200) return undefined;
      const body = parseJson(text);
      const records = isJsonObject(body) ? body['records'] : undefined;
      return Array.isArray(records) ? z.json().parse(records[0]) : undefined;
    },
    seen: async () => {
      const totals = await Promise.all((['officernd', 'hubspot'] as const).map((side) => admin(side, 'GET', '/requests')));
      return totals.reduce((sum: number, answer) => sum + requests.parse(answer).total, 0);
    },
    log: async () => {
      const sides = await Promise.all(
        (['officernd', 'hubspot'] as const).map(async (side) =>
          requests.parse(await admin(side, 'GET', '/requests?log=1')).log.map(({ effectAt, ...request }): SeenRequest => ({
            ...request,
            ...(effectAt !== undefined && { effectAt }),
            side,
            atMs: realTime(request.at, jumps[side]),
          })),
        ),
      );
      return sides.flatMap((log) => log.toSorted((one, other) => one.atMs - other.atMs));
    },
    addFaults: async (side, faults) => {
      if (faults.length > 0) await admin(side, 'POST', '/faults', [...faults]);
    },
    clearFaults: async () => {
      await Promise.all([admin('officernd', 'DELETE', '/faults'), admin('hubspot', 'DELETE', '/faults')]);
    },
    advanceClock: async (side, ms) => {
      await admin(side, 'POST', '/clock', { advanceMs: ms });
      jumps[side].push({ atMs: Date.now(), totalMs: (jumps[side].at(-1)?.totalMs ?? 0) + ms });
    },
    connection: (auth, alias) => ({
      officernd: {
        organization: officernd.organization,
        apiUrl: officernd.apiUrl,
        tokenUrl: officernd.tokenUrl,
        clientId: officernd.clientId,
        clientSecret: officernd.clientSecret,
      },
      hubspot: {
        // A pair belongs to one tenant (B2), and a play may have several.
        apiUrl: `${hubspot.apiUrl}/as/${alias}`,
        portalId: hubspot.portalId,
        ...(auth === 'token' ? { accessToken: hubspot.accessToken } : { oauth: { ...OAUTH } }),
      },
    }),
    stop: async () => {
      await Promise.all([officernd.stop(), hubspot.stop()]);
    },
  };
}

/** The emulator's one OAuth app (emulators/hubspot/settings.ts). */
const OAUTH = {
  clientId: '11111111-2222-4333-8444-555555555555',
  clientSecret: 'emulated-client-secret',
  refreshToken: 'na1-emulated-refresh-token',
} as const;

interface Jump {
  readonly atMs: number;
  readonly totalMs: number;
}

const noJumps = (): Readonly<Record<Side, Jump[]>> => ({ officernd: [], hubspot: [] });

/** Converts an emulator's time into real time. Its clock is ahead by all jumps before that time. */
function realTime(at: string, jumps: readonly Jump[]): number {
  const shown = Date.parse(at);
  const passed = jumps.findLast(({ atMs, totalMs }) => shown - totalMs >= atMs - TOLERANCE_MS);
  return shown - (passed?.totalMs ?? 0);
}

/** The longest time between the emulator's jump and our note of it. */
const TOLERANCE_MS = 1_000;

async function send(url: string, method: string, body: JsonValue | undefined): Promise<{ readonly status: number; readonly text: string }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, { method, ...sent });
  return { status: response.status, text: await response.text() };
}
