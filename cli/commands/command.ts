import { Command } from 'commander';
import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { unknownTenant, usageError } from '../cli-error';
import { configuredEntities } from '../../client/configured-entities';
import type { ExitCode } from '../exit-codes';
import type { ProcessEnvironment, Session } from '../session';
import type { Terminal } from '../terminal';

/** Everything that a command needs besides its arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly session: Session;
  readonly env: ProcessEnvironment;
}

export interface CommandKit {
  /** Makes a Commander action. `schema` parses arguments and options by name; `work` gets the result. */
  readonly action: <Input>(
    schema: z.ZodType<Input>,
    work: (input: Input, context: CommandContext) => Promise<ExitCode>,
  ) => (...given: unknown[]) => Promise<void>;
}

/** @param finish is called with the command's exit code */
export const createCommandKit = (context: CommandContext, finish: (code: ExitCode) => void): CommandKit => ({
  action:
    (schema, work) =>
    async (...given) => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new Error('Commander gives the command last.');
      const named = Object.fromEntries(command.registeredArguments.map((argument, index) => [argument.name(), given[index]]));
      const result = schema.safeParse({ ...command.opts(), ...named });
      if (!result.success) throw usageError(`${problemIn(result.error)} See "${pathOf(command)} --help".`);
      finish(await work(result.data, context));
    },
});

function problemIn(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'The arguments are not valid.' : `${issue.path.join('.')}: ${issue.message}.`;
}

const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`);

/** An argument that names a tenant. */
export const tenantName = z.string().regex(/^[a-z0-9-]{1,40}$/, 'a tenant’s name is 1 to 40 lower-case letters, digits and hyphens');
export const entityNames = z.array(z.enum(entities)).default([]);

/** Collects an option that may be repeated, or have several values with commas between them. */
export const collect = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  ...value.split(',').map((part) => part.trim()),
];

/** The entities that a tenant keeps in step. Throws for a tenant that is not stored. */
export async function requireTenant({ session }: CommandContext, tenant: string): Promise<readonly Entity[]> {
  const configured = await configuredEntities(await session.store(), tenant);
  if (configured === null) throw unknownTenant(tenant);
  return configured;
}

/** Refuses entities that the tenant doesn't keep in step: a run of them would do nothing. */
export function refuseOtherEntities(tenant: string, asked: readonly Entity[], configured: readonly Entity[]): void {
  const other = asked.find((entity) => !configured.includes(entity));
  if (other === undefined) return;
  throw new ConfigurationError(
    [{ setting: 'entities', message: `${other} is not kept in step; choose from ${configured.join(', ')}` }],
    `tenant ${tenant}`,
  );
}

/** For `AskOptions`: says that the request waits for a worker. */
export function noteSilence({ terminal, env }: CommandContext): void {
  terminal.note(`No worker answers on ${env['ORSYNC_QUEUE_PREFIX'] ?? 'sync'}-workflows; start one with "orsync worker". Waiting …`);
}

/** For `SyncOptions`: says that the request waits for the end of a cancelled run. */
export function noteCancelled({ terminal }: CommandContext, tenant: string): void {
  terminal.note(`The run of ${tenant} was cancelled and has not ended yet. Waiting …`);
}
