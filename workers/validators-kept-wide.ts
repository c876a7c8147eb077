import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { isRefusedByValidator } from '../store/writes';

/**
 * A worker of an older release that starts beside this one gives the collections its own validators again. They may refuse what this one
 * writes. Then `prepare` widens them once more, and the step's next attempt goes on.
 */
export const validatorsKeptWide = (prepare: () => Promise<void>): ActivityInboundCallsInterceptor => ({
  execute: async (input, next) => {
    try {
      return await next(input);
    } catch (error) {
      if (isRefusedByValidator(error)) await prepare();
      throw error;
    }
  },
});
