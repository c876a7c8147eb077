import { z } from 'zod';
import found from './regressions.json';
import { scheduleSchema } from './schedule';

/** Schedules that once broke a law, with what was wrong. They are played before anything else. */
export const knownCases = z.array(z.object({ note: z.string(), schedule: scheduleSchema })).parse(found);
