import { z } from 'zod';
import type { Run } from '../../store/runs';

const toldSchema = z.object({
  /** L12: creations whose outcome is not known yet. */
  pending: z.number().default(0),
  /** S1: fields that a write has changed though they were not sent. */
  surprises: z.array(z.object({ entity: z.string(), field: z.string() })).default([]),
});

/** The parts of a run's report that the checks need. */
export const toldBy = (run: Run | null | undefined): z.infer<typeof toldSchema> => toldSchema.parse(run?.report ?? {});
