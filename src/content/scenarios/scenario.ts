import type { InputEvent } from '../../engine/engine-api.ts';

/** Words in both languages of the page. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/**
 * A story with data: what the page lists, what the tests run, what a real Flink is asked. One file a scenario, one line in `index.ts`.
 */
export interface Scenario {
  /** Kebab case, stable: it stands in links and in the recorded answers. */
  readonly id: string;
  /** The concept of streaming SQL it shows, e.g. `A2`. */
  readonly concept: string;
  readonly title: Words;
  /** Two or three sentences: what to look at. */
  readonly about: Words;
  /** What changed since the published example, where Flink 2.2 does otherwise. */
  readonly since?: Words;
  /** The script as the editor shows it. */
  readonly sql: string;
  readonly config: { readonly [key: string]: string };
  /** Where the simulated clock starts, epoch milliseconds. */
  readonly startMs: number;
  readonly events: readonly InputEvent[];
  /** How long the clock goes on after `startMs` before the input ends; without it, the input ends with its last row. */
  readonly endMs?: number;
  /** The script with a statement that Flink refuses: the page offers to try it. */
  readonly refused?: string;
  /** `true` where processing time matters: then the oracle case has pauses. */
  readonly clockMatters?: boolean;
}
