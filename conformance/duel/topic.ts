import type { Random } from '../../src/engine/base/random.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import type { Recorded } from '../suite/compare.ts';

/**
 * What a duel may be about: makes drafts of cases from a seed and knows how to take them apart. A draft is plain data; the duel itself knows nothing of what
 * is in it.
 */
export interface Topic<Draft> {
  readonly name: string;
  /** Whether other plans are shrunk and shown like other results. */
  readonly hasPlans?: boolean;
  /** What an answer says but for what hangs on the order of a hash table. */
  settle?(given: Case, answer: Recorded): Recorded;
  /** A new draft; the same numbers make the same one. */
  make(random: Random): Draft;
  /** The case that both engines are asked. */
  render(draft: Draft, id: string): Case;
  /** Parts that can be asked without the others, so that one that fails does not hide the rest. */
  parts(draft: Draft): number;
  /** The draft with some of its parts. */
  pick(draft: Draft, parts: readonly number[]): Draft;
  /** Simpler drafts to try in place of one with a single part, the simplest first. */
  smaller(draft: Draft): Iterable<Draft>;
}

/** One of several, by chance. */
export function pickFrom<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
