import { EngineClient } from '../worker/engine-client.ts';

/** The page's one engine. */
export const client = new EngineClient();
