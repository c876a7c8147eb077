/** The workflow types that a worker registers. Their names are public API (workflows/api.ts). */
export { keepInStep } from './keep-in-step';
export { scheduledSync } from './scheduled-sync';
export { syncTenant } from './sync-tenant';
export { linkEntity, observeEntity, unlinkEntity, updateEntity } from './phase-children';
