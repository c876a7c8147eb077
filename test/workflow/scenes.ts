import type { Scene } from './scene';
import { childScenes } from './scenes-child';
import { forwardScenes } from './scenes-forward';
import { runScenes } from './scenes-run';

/** All scenes: those first that take longest. */
export const scenes: readonly Scene[] = [...runScenes, ...childScenes, ...forwardScenes];
