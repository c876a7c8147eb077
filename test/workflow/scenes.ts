import type { Scene } from './scene';
import { childScenes } from './scenes-child';
import { forwardScenes } from './scenes-forward';
import { runScenes } from './scenes-run';
import { waitScenes } from './scenes-waits';

/** All scenes; those of one workflow for each schedule are over at once. */
export const scenes: readonly Scene[] = [...forwardScenes, ...runScenes, ...waitScenes, ...childScenes];
