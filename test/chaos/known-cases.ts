import { z } from 'zod';
import found from './regressions.json';
import { scheduleSchema } from './schedule';

/** Schedules that once broke a law, with a note about the mistake. They are played first. */
export const knownCases = z.array(z.object({ note: z.string(), schedule: scheduleSchema })).parse(found);
