import type { Execution } from './execution';
import type { Command } from './sandbox';
import type { ServerCore } from './server-core';

/** Carries out a command. Returns false for a command of another handler. */
export type Handler = (core: ServerCore, execution: Execution, command: Command) => boolean;

/** A workflow's name. It differs from the name of the execution that it continues. */
export const nameOf = ({ identity: { workflowId, continuedFrom } }: Execution): string => `${workflowId} ${continuedFrom ?? ''}`;
