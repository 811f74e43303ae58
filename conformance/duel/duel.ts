import { Random } from '../../src/engine/base/random.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';
import { judge, type Recorded } from '../suite/compare.ts';
import { answer } from '../suite/score.ts';
import { type Flink, wasNotAsked } from './flink.ts';
import { knownOddity, type Oddity } from './known.ts';
import type { Topic } from './topic.ts';

/** A difference, shrunk: what both were asked and what each said. */
export interface Difference {
  readonly case: Case;
  readonly truth: Recorded;
  readonly answer: Recorded;
  readonly known: Oddity | undefined;
  /** Whether only the plan is another. */
  readonly isOfPlan: boolean;
}
export interface DuelReport {
  readonly cases: number;
  /** Parts of cases that were compared. */
  readonly parts: number;
  readonly differences: readonly Difference[];
  /** Questions that Flink could not be asked, not even a second time. */
  readonly unasked: number;
  /** Cases whose results agree and whose plans differ. */
  readonly plans: number;
}
interface Compared {
  readonly case: Case;
  readonly truth: Recorded;
  readonly answer: Recorded;
  readonly isSame: boolean;
  readonly hasSamePlan: boolean;
}

/** At most this many smaller cases are asked for one difference. */
const MOST_SHRINKS = 24;
/** Shrunk plans of one seed; the rest is only counted. */
const MOST_PLANS = 20;

const ours = (given: Case): Recorded =>
  answer({ case: given, truth: { id: given.id, steps: [], watermarks: [] } });

/** Lets our engine and a real Flink answer the same cases and reports where they differ. */
export class Duel<Draft> {
  readonly #topic: Topic<Draft>;
  readonly #flink: Flink;
  readonly #oddities: readonly Oddity[];
  /** Pairs of errors that have been shrunk already: the next of the kind would only say the same. */
  readonly #shrunkErrors = new Set<string>();
  #unasked = 0;

  constructor(topic: Topic<Draft>, flink: Flink, oddities: readonly Oddity[]) {
    this.#topic = topic;
    this.#flink = flink;
    this.#oddities = oddities;
  }

  /** Runs cases `first` up to `first + count` of a seed. */
  async run(
    seed: number,
    count: number,
    told: (difference: Difference) => void = () => {},
  ): Promise<DuelReport> {
    const differences: Difference[] = [];
    let [parts, plans] = [0, 0];
    this.#unasked = 0;
    for (let number = 0; number < count; number++) {
      const id = `duel/${this.#topic.name}-${seed}-${number}`;
      const draft = this.#topic.make(new Random(seed * 1_000_003 + number));
      parts += this.#topic.parts(draft);
      const found = await this.#differing(draft, id);
      if (found.hasOtherPlan && found.drafts.length === 0) {
        plans++;
        if (this.#topic.hasPlans && plans <= MOST_PLANS) {
          const shrunk = await this.#shrink(draft, id, 'hasSamePlan');
          if (shrunk) told({ ...shrunk, known: undefined, isOfPlan: true });
        }
      }
      for (const differing of found.drafts) {
        const shrunk = await this.#shrink(differing, `${id}-${differences.length}`, 'isSame');
        if (!shrunk) continue;
        const known = knownOddity(this.#oddities, shrunk.case, shrunk.truth, shrunk.answer);
        const difference = {
          case: shrunk.case,
          truth: shrunk.truth,
          answer: shrunk.answer,
          known,
          isOfPlan: false,
        };
        differences.push(difference);
        told(difference);
      }
    }
    return { cases: count, parts, differences, plans, unasked: this.#unasked };
  }

  /** What Flink says; null where it could not be asked, twice. */
  async #truth(given: Case, asked: Promise<Recorded>): Promise<Recorded | null> {
    let truth = await asked;
    if (wasNotAsked(truth)) truth = await this.#flink.ask(given);
    if (!wasNotAsked(truth)) return truth;
    this.#unasked++;
    return null;
  }

  async #compare(draft: Draft, id: string): Promise<Compared> {
    const given = this.#topic.render(draft, id);
    const asked = this.#flink.ask(given);
    const answered = ours(given);
    const truth = await this.#truth(given, asked);
    if (!truth) return { case: given, truth: answered, answer: answered, isSame: true, hasSamePlan: true };
    const { passed, plan } = judge(truth, answered);
    const settle = this.#topic.settle;
    const isSettledSame = (): boolean =>
      judge(settle!(given, truth), settle!(given, answered)).passed === true;
    return {
      case: given,
      truth,
      answer: answered,
      isSame: passed === true || (settle !== undefined && isSettledSame()),
      hasSamePlan: plan !== false,
    };
  }

  /** The parts of a draft that differ. Parts that fail alone are asked alone, so that they hide nothing. */
  async #differing(draft: Draft, id: string): Promise<{ drafts: Draft[]; hasOtherPlan: boolean }> {
    const all = Array.from({ length: this.#topic.parts(draft) }, (_, i) => i);
    const isFailing = (part: number): boolean =>
      ours(this.#topic.render(this.#topic.pick(draft, [part]), id)).error !== undefined;
    const failing = all.length === 1 ? [] : all.filter(isFailing);
    const healthy = all.filter((part) => !failing.includes(part));
    const drafts: Draft[] = [];
    let hasOtherPlan = false;
    const split = async (group: readonly number[]): Promise<void> => {
      if (group.length === 0) return;
      const picked = this.#topic.pick(draft, group);
      const compared = await this.#compare(picked, id);
      if (!compared.hasSamePlan) hasOtherPlan = true;
      if (compared.isSame && (group.length === 1 || !compared.truth.error)) return;
      if (group.length === 1) {
        drafts.push(picked);
        return;
      }
      const middle = group.length >> 1;
      await split(group.slice(0, middle));
      await split(group.slice(middle));
    };
    await split(healthy);
    for (const part of failing) await split([part]);
    return { drafts, hasOtherPlan };
  }

  /** Follows simpler drafts as long as one of them differs too; null if the draft itself does not, asked again: then a busy machine was late. */
  async #shrink(draft: Draft, id: string, aspect: 'isSame' | 'hasSamePlan'): Promise<Compared | null> {
    let best = draft;
    let compared = await this.#compare(draft, id);
    if (compared[aspect]) return null;
    const errors = [compared.truth, compared.answer].map((a) => a.error?.chain.at(-1) ?? '').join('\n');
    if (errors !== '\n' && this.#shrunkErrors.has(errors)) return compared;
    this.#shrunkErrors.add(errors);
    let asked = 0;
    search: while (asked < MOST_SHRINKS) {
      for (const smaller of this.#topic.smaller(best)) {
        if (asked++ >= MOST_SHRINKS) break;
        const attempt = await this.#compare(smaller, id);
        if (!attempt[aspect]) {
          best = smaller;
          compared = attempt;
          continue search;
        }
      }
      break;
    }
    return compared;
  }
}
