import { EngineClient } from '../worker/engine-client.ts';

/** A longer script is neither checked nor run nor asked about while it is typed. */
export const SCRIPT_LENGTH_LIVE_MAX = 200_000;

/** The page's one engine. */
export const client = new EngineClient();
