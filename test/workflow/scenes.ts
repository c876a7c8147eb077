import type { Scene } from './scene';
import { childScenes } from './scenes-child';
import { forwardScenes } from './scenes-forward';
import { runScenes } from './scenes-run';
import { waitScenes } from './scenes-waits';

/** All scenes. Those with one workflow for each schedule are the fastest. */
export const scenes: readonly Scene[] = [...forwardScenes, ...runScenes, ...waitScenes, ...childScenes];
