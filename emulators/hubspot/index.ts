export { startHubSpotEmulator, type HubSpotEmulator } from './start';
