/** Limits that keep the engine answering; each has a message of its own where it is reached. */

/** Characters of a script. */
export const MAX_SCRIPT_LENGTH = 1_000_000;
/** Steps of a run whose trace is kept whole; longer ones keep keyframes and are replayed. */
export const WHOLE_TRACE_STEPS = 12_000;
/** Inputs of a long run that are worked off before it looks up: says how far it is, may make a keyframe. Slow ones come in smaller portions, down to the least. */
export const CHUNK_INPUTS = 4096;
export const LEAST_CHUNK_INPUTS = 64;
/** Time that a run takes from one keyframe to the next: a replay takes about as long. */
export const KEYFRAME_EVERY_MS = 20;
/** Steps of a run that the page asks for at once. */
export const SLICE_STEPS = 1000;
/** As many inputs for each entry of state lie between two keyframes: copying state stays a small part of a run. */
export const INPUTS_FOR_STATE_ENTRY = 4;
/** … but never more than this, however fast they are: any stretch is replayed from the keyframe before it. */
export const MOST_INPUTS_TO_REPLAY = 100_000;
/** Windows, of all keys together, that one watermark closes or one row falls into: with a step of a millisecond a day makes millions of them. */
export const MOST_WINDOWS_AT_ONCE = 250_000;
/** Rows of a table that a slice of the trace carries; the page shows the newest. */
export const MOST_TABLE_ROWS = 1000;
