import { z } from 'zod';

const violationSchema = z.strictObject({
  scene: z.string(),
  seed: z.number().nullable(),
  message: z.string(),
  story: z.string(),
});

/** The result of a search, as `--json` prints it. */
export const figuresSchema = z.strictObject({
  seconds: z.number(),
  cpuSeconds: z.number(),
  threads: z.number(),
  /** The number of different interleavings (interleaving.ts). */
  interleavings: z.number(),
  /** The interleavings of whole runs among them. */
  wholeRuns: z.number(),
  /** The number of plays. It includes those that ended at the place of an earlier one. */
  plays: z.number(),
  /** The number of ways, that is, orders of events with their results, in scenes that are played in every way (`ways` in explore.ts). */
  ways: z.number(),
  /** Workflow tasks of the plays that were played to the end. */
  tasks: z.number(),
  /** Scenes that were played in every way, with the number of their interleavings. */
  complete: z.record(z.string(), z.number()),
  /** Scenes that should have been played in every way, but only some ways were. */
  incomplete: z.array(z.string()),
  /** The shortest story of each broken law. */
  violations: z.array(violationSchema),
});

export type Figures = z.infer<typeof figuresSchema>;

/** The figures as text for people. */
export function figuresText(figures: Figures): string {
  const { seconds, cpuSeconds, threads, interleavings, wholeRuns, plays, ways, tasks, complete, incomplete, violations } = figures;
  return [
    ...Object.entries(complete).map(([scene, number]) => `${String(number).padStart(7)}  ${scene}: all`),
    ...incomplete.map((scene) => `      …  ${scene}: not all`),
    `${interleavings} different interleavings, ${wholeRuns} of them whole runs; ${tasks} workflow tasks`,
    `${ways} orders of events in scenes gone through, in ${plays} plays, since what follows from a place where another play stood is known`,
    `${seconds.toFixed(1)} s on ${threads} threads, ${cpuSeconds.toFixed(1)} s of CPU: ${perSecond(ways, seconds)} orders of events, ${perSecond(interleavings, seconds)} different interleavings and ${perSecond(tasks, seconds)} tasks a second, ${perSecond(interleavings, cpuSeconds)} interleavings a CPU second`,
    ...violations.map((violation) => `\n${violationText(violation)}`),
    `laws broken: ${violations.length === 0 ? 'none' : violations.length}`,
  ].join('\n');
}

/** A broken law, and how to reproduce it. */
export const violationText = ({ scene, seed, message, story }: Figures['violations'][number]): string =>
  `${scene}${seed === null ? '' : ` (--chance --seed ${seed} --seeds 1)`}: ${message}\n${story}`;

const perSecond = (count: number, seconds: number): number => Math.round(count / seconds);
