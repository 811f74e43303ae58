import type { MatchSpec } from '../plan/logical.ts';
import type { PatternElement } from '../plan/physical.ts';
import type { Row } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
import { javaQueue } from './java-priority-queue.ts';

/** A row as an automaton sees it: `id` counts the rows of one instant. */
export interface MatchEvent {
  readonly row: Row;
  readonly ms: number;
  readonly id: number;
}
/** The rows of a match, the last one first. */
export interface Taken {
  readonly event: MatchEvent;
  readonly variable: string;
  readonly before: Taken | null;
}
/** A match on its way. */
interface Computation {
  readonly state: number;
  readonly taken: Taken | null;
  readonly start: MatchEvent | null;
}
/** What is remembered of one partition, never changed but replaced: matches on their way, and whole ones that wait for earlier ones. */
export interface Progress {
  readonly partial: readonly Computation[];
  readonly completed: readonly Computation[];
}
export interface MatchStep {
  readonly progress: Progress;
  /** Whether a row was taken as the first of a match. */
  readonly begins?: boolean;
  readonly matches: readonly Taken[];
}

/** An edge is open to a row that is a `satisfies` (null: any row) and none of `excludes`. */
interface Transition {
  readonly takes: boolean;
  readonly target: number;
  readonly satisfies: string | null;
  readonly excludes: string[];
}
interface State {
  readonly variable: string;
  readonly transitions: Transition[];
}
const FINAL = 0;

/** The automaton of a pattern, as Flink's NFACompiler makes it for strict contiguity: from the last variable to the first. */
function compileStates(elements: readonly PatternElement[]): {
  readonly states: State[];
  readonly start: number;
} {
  const states: State[] = [{ variable: '', transitions: [] }];
  const add = (variable: string): number => states.push({ variable, transitions: [] }) - 1;
  const take = (from: number, target: number): void => {
    states[from]!.transitions.push({ takes: true, target, satisfies: states[from]!.variable, excludes: [] });
  };
  const proceed = (from: number, target: number): void => {
    states[from]!.transitions.push({ takes: false, target, satisfies: null, excludes: [] });
  };
  const single = (variable: string, target: number, skipTo: number | null): number => {
    const state = add(variable);
    take(state, target);
    if (skipTo !== null) proceed(state, skipTo);
    return state;
  };
  /** Behind a greedy variable nothing is taken that the variable could take. */
  const yieldTo = (variable: string, sink: number): void => {
    for (const { excludes } of states[sink]!.transitions) excludes.push(variable);
  };
  const repeat = (element: PatternElement, sink: number): number => {
    const { variable, max, isGreedy } = element;
    const min = Math.max(1, element.min);
    let last = sink;
    if (isGreedy && min !== max) yieldTo(variable, sink);
    if (max === null) {
      last = add(variable);
      proceed(last, sink);
      take(last, last);
    }
    for (let i = min; i < (max ?? min); i++) last = single(variable, last, sink);
    for (let i = 0; i < min - 1; i++) last = single(variable, last, null);
    return single(variable, last, element.min === 0 ? sink : null);
  };
  return { states, start: elements.reduceRight((sink, element) => repeat(element, sink), FINAL) };
}

const compareStarts = (a: Computation, b: Computation): number => {
  if (!a.start || !b.start) return a.start ? -1 : b.start ? 1 : 0;
  return compareEvents(a.start, b.start);
};
const compareEvents = (a: MatchEvent, b: MatchEvent): number => a.ms - b.ms || a.id - b.id;
const queue = javaQueue(compareStarts);

/** Flink's CEP for one pattern: feeds a partition's progress a row or the time, and says what matched. */
export class MatchAutomaton {
  readonly #states: readonly State[];
  readonly #start: number;
  readonly #after: MatchSpec['after'];
  readonly #variables: readonly string[];
  readonly #withinMs: number | null;
  readonly #test: (variable: string, taken: Taken) => boolean;

  /** @param test Whether the last row of `taken` may be the variable it was taken for. */
  constructor(
    elements: readonly PatternElement[],
    after: MatchSpec['after'],
    withinMs: number | null,
    test: (variable: string, taken: Taken) => boolean,
  ) {
    const { states, start } = compileStates(elements);
    this.#states = states;
    this.#start = start;
    this.#after = after;
    this.#variables = elements.map((e) => e.variable);
    this.#withinMs = withinMs;
    this.#test = test;
  }

  begin(): Progress {
    return { partial: [{ state: this.#start, taken: null, start: null }], completed: [] };
  }

  process(progress: Progress, event: MatchEvent): MatchStep {
    const partial: Computation[] = [];
    const completed = [...progress.completed];
    const found: Computation[] = [];
    let begins = false;
    for (const computation of progress.partial)
      for (const next of this.#next(computation, event)) {
        if (computation.start === null && next.start !== null) begins = true;
        queue.offer(next.state === FINAL ? found : partial, next);
      }
    for (const match of found) queue.offer(completed, match);
    return { ...this.#release(partial, completed), begins };
  }

  /** Gives up what can no longer end in time. */
  advance(progress: Progress, nowMs: number): MatchStep {
    const partial: Computation[] = [];
    for (const computation of progress.partial) {
      const { start } = computation;
      const isOver = start !== null && this.#withinMs !== null && nowMs - start.ms >= this.#withinMs;
      if (!isOver) queue.offer(partial, computation);
    }
    return this.#release(partial, [...progress.completed]);
  }

  #isOpen({ satisfies, excludes }: Transition, before: Taken | null, event: MatchEvent): boolean {
    const is = (variable: string): boolean => this.#test(variable, { event, variable, before });
    return (satisfies === null || is(satisfies)) && !excludes.some(is);
  }

  #next({ state, taken, start }: Computation, event: MatchEvent): Computation[] {
    const result: Computation[] = [];
    const edges: { readonly variable: string; readonly target: number }[] = [];
    const stack = [state];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { variable, transitions } = this.#states[at]!;
      for (const transition of transitions) {
        if (!this.#isOpen(transition, taken, event)) continue;
        if (transition.takes) edges.push({ variable, target: transition.target });
        else stack.push(transition.target);
      }
    }
    for (const { variable, target } of edges) {
      const next = { taken: { event, variable, before: taken }, start: start ?? event };
      result.push({ ...next, state: target });
      if (this.#mayEnd(target, taken, event)) result.push({ ...next, state: FINAL });
    }
    if (state === this.#start) result.push({ state, taken, start });
    return result;
  }

  /** Whether a state leads to the end without another row. */
  #mayEnd(from: number, taken: Taken | null, event: MatchEvent): boolean {
    const stack = [from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const transition of this.#states[at]!.transitions) {
        if (transition.takes || !this.#isOpen(transition, taken, event)) continue;
        if (transition.target === FINAL) return true;
        stack.push(transition.target);
      }
    }
    return false;
  }

  /** Sends whole matches that no earlier one on its way can forestall, and drops what AFTER MATCH SKIP skips. */
  #release(partial: Computation[], completed: Computation[]): MatchStep {
    const matches: Taken[] = [];
    for (;;) {
      const [earliest] = completed;
      const [waiting] = partial;
      if (!earliest || (waiting && compareStarts(earliest, waiting) > 0)) break;
      queue.poll(completed);
      const isSkipped = this.#skips(earliest.taken!);
      queue.removeIf(partial, isSkipped);
      queue.removeIf(completed, isSkipped);
      matches.push(earliest.taken!);
    }
    return { progress: { partial, completed }, matches };
  }

  #skips(match: Taken): (computation: Computation) => boolean {
    const events = eventsOf(match);
    const { mode, variable } = this.#after;
    if (mode === 'NEXT ROW')
      return ({ start }) => start !== null && compareEvents(start, events[0]!.event) <= 0;
    if (mode === 'PAST LAST ROW')
      return ({ start }) => start !== null && compareEvents(start, match.event) <= 0;
    const rows = events.filter((e) => e.variable === variable);
    const to = rows.at(mode === 'FIRST' ? 0 : -1)?.event;
    if (!to) throw cannotSkip(`${variable}. No such element in the found match ${this.#print(events)}`);
    if (to === events[0]!.event) throw cannotSkip('first element of a match.');
    return ({ start }) => start !== null && compareEvents(start, to) < 0;
  }

  #print(events: readonly Taken[]): string {
    const parts = this.#variables.flatMap((variable) => {
      const ids = events.flatMap((e) =>
        e.variable === variable ? [`EventId{id=${e.event.id}, timestamp=${e.event.ms}}`] : [],
      );
      return ids.length > 0 ? [`${variable}=[${ids.join(', ')}]`] : [];
    });
    return `{${parts.join(', ')}}`;
  }
}

/** The rows of a match in their order. */
function eventsOf(match: Taken): readonly Taken[] {
  const events: Taken[] = [];
  for (let at: Taken | null = match; at; at = at.before) events.unshift(at);
  return events;
}

function cannotSkip(what: string): RunError {
  const message = `Could not skip to ${what}`;
  return new RunError(
    `RuntimeException: org.apache.flink.util.FlinkRuntimeException: ${message}`,
    `FlinkRuntimeException: ${message}`,
  );
}
