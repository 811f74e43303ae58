/** Limits that keep the engine answering; each has a message of its own where it is reached. */

/** Characters of a script. */
export const MAX_SCRIPT_LENGTH = 1_000_000;
/** Steps of a run whose trace is kept whole; longer ones keep keyframes and are replayed. */
export const WHOLE_TRACE_STEPS = 12_000;
/** Inputs between two keyframes of a long run, at the least. */
export const KEYFRAME_INPUTS = 4096;
/** Rows of a table that a slice of the trace carries; the page shows the newest. */
export const MOST_TABLE_ROWS = 1000;
