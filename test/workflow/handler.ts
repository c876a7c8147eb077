import type { Execution } from './execution';
import type { Command } from './sandbox';
import type { ServerCore } from './server-core';

/** Carries out a command; answers whether it was its business. */
export type Handler = (core: ServerCore, execution: Execution, command: Command) => boolean;

/** A workflow's name that tells it from the one that it continues. */
export const nameOf = ({ identity: { workflowId, continuedFrom } }: Execution): string => `${workflowId} ${continuedFrom ?? ''}`;
