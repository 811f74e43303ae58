import { expect, test } from 'vitest';
import type { PatternElement } from '../plan/physical.ts';
import { MatchAutomaton, type Taken } from './match-nfa.ts';

const element = (variable: string, min = 1, max: number | null = 1, isGreedy = false): PatternElement => ({
  variable,
  min,
  max,
  isGreedy,
});

/** Matches over numbers as `A1 B2`, with conditions by variable. */
function matches(
  elements: readonly PatternElement[],
  is: Readonly<Record<string, (n: number) => boolean>>,
  numbers: readonly number[],
  withinMs: number | null = null,
): string[] {
  const automaton = new MatchAutomaton(
    elements,
    { mode: 'PAST LAST ROW', variable: null },
    withinMs,
    (variable, { event }) => is[variable]?.(event.row[0] as number) ?? true,
  );
  const print = (taken: Taken | null): string =>
    taken ? `${print(taken.before)} ${taken.variable}${String(taken.event.row[0])}`.trim() : '';
  let progress = automaton.begin();
  return numbers.flatMap((n, ms) => {
    const before = automaton.advance(progress, ms);
    const step = automaton.process(before.progress, { row: [n], ms, id: 0 });
    progress = step.progress;
    return [...before.matches, ...step.matches].map(print);
  });
}

const is = { A: (n: number) => n > 10, B: (n: number) => n < 15, C: (n: number) => n > 12 };

test('a greedy loop takes all it can, a reluctant one as little as it can', () => {
  const rows = [11, 12, 13, 14, 16];
  expect(matches([element('A'), element('B', 0, null, true), element('C')], is, rows)).toEqual([
    'A11 B12 B13 B14 C16',
  ]);
  expect(matches([element('A'), element('B', 0, null), element('C')], is, rows)).toEqual([
    'A11 B12 C13',
    'A14 C16',
  ]);
});

test('a greedy loop at its bound still does not leave on a row it could take', () => {
  expect(matches([element('A'), element('B', 1, 2, true), element('C')], is, [11, 12, 13, 14, 16])).toEqual([
    'A12 B13 B14 C16',
  ]);
});

test('a match that lasts as long as WITHIN is none', () => {
  expect(matches([element('A'), element('B'), element('C')], is, [11, 12, 13], 2)).toEqual([]);
  expect(matches([element('A'), element('B'), element('C')], is, [11, 12, 13], 3)).toEqual(['A11 B12 C13']);
});
