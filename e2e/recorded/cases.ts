import { readFileSync } from 'node:fs';
import { type RecordedCase, readLines, recordedCases } from '../../conformance/suite/cases.ts';
import type { Recorded } from '../../conformance/suite/compare.ts';
import type { InputEvent } from '../../src/engine/engine-api.ts';
import type { Case } from '../../src/engine/script/answer-case.ts';

/** The public cases that the page promises to answer as Flink does, each with Flink's answer. */
export function promisedCases(): RecordedCase[] {
  const promised = JSON.parse(readFileSync('conformance/in-scope.json', 'utf8')) as {
    readonly [family: string]: readonly string[];
  };
  const ids = new Set(Object.values(promised).flat());
  const cases = [...recordedCases('conformance/public').values()]
    .flat()
    .filter(({ case: { id } }) => ids.has(id));
  if (cases.length !== ids.size)
    throw new Error(`${ids.size - cases.length} promised cases have no recording`);
  return cases;
}

/** Flink's answer for one of our scenarios. */
export function scenarioTruth(scenarioId: string): Recorded {
  const truth = readLines<Recorded>('conformance/scenarios/scenarios.truth.jsonl').find(
    ({ id }) => id === `scenarios/${scenarioId}`,
  );
  if (!truth) throw new Error(`nothing is recorded for ${scenarioId}`);
  return truth;
}

/** The rows of a case as events of the page: a pause moves what follows it. */
export function eventsOf({ timeline = [] }: Case): InputEvent[] {
  let atMs = 0;
  return timeline.flatMap((entry): InputEvent[] => {
    if ('pause' in entry) {
      atMs += entry.pause;
      return [];
    }
    // What a kind may be is checked where the page takes it.
    return [{ row: {}, ...entry, atMs } as InputEvent];
  });
}

/** A case as one script. */
export interface Script {
  readonly sql: string;
  /** Makes the lines in a message those of the statement they lie in, as Flink counts them. */
  readonly inStatement: (message: string) => string;
}

/** The statements of a case as one script, with SET statements in front for its options if they are not given otherwise. */
export function scriptOf({ statements, config = {} }: Case, withOptions: boolean): Script {
  const options = Object.entries(withOptions ? config : {}).map(
    ([key, value]) => `SET '${key}' = '${value}'`,
  );
  const all = [...options, ...statements];
  let next = 1;
  const firstLines = all.map((statement) => {
    const first = next;
    next += statement.split('\n').length + 1;
    return first;
  });
  return {
    sql: all.map((statement) => `${statement};`).join('\n\n'),
    inStatement: (message) =>
      message.replace(/\bline (\d+)/g, (_, line: string) => {
        const first = firstLines.findLast((start) => start <= Number(line)) ?? 1;
        return `line ${Number(line) - first + 1}`;
      }),
  };
}

/** What Flink did during a pause, counted to the row after it: the page has a turn for each row, and none for a pause. */
export function withoutPauses(truth: Recorded, { timeline = [] }: Case): Recorded {
  const steps: Recorded['steps'][number][number][][] = [];
  const watermarks: { [sink: string]: number }[] = [];
  let isNew = true;
  for (const [turn, changes] of truth.steps.entries()) {
    if (isNew) {
      steps.push([]);
      watermarks.push({});
    }
    steps.at(-1)?.push(...changes);
    Object.assign(watermarks.at(-1) ?? {}, truth.watermarks[turn]);
    const entry = turn === 0 ? undefined : timeline[turn - 1];
    isNew = !(entry && 'pause' in entry);
  }
  return { ...truth, steps, watermarks };
}

/**
 * Cases that are about asking for one statement alone: a text with none, a text with two. A script may have any number of them.
 */
export const NOT_FOR_SCRIPTS: readonly string[] = [
  'errors/parse-empty-statement',
  'errors/parse-two-statements-at-once',
];

/** What was seen, turn by turn, as an answer that can be held against Flink's. */
export function seenAnswer(
  truth: Recorded,
  turns: number,
  changes: readonly {
    readonly turn: number;
    readonly sink: string;
    readonly kind: string;
    readonly row: readonly (string | null)[];
  }[],
  watermarks: readonly { readonly turn: number; readonly sink: string; readonly ms: number }[],
): Recorded {
  return {
    id: truth.id,
    steps: Array.from({ length: turns }, (_, turn) =>
      changes.filter((change) => change.turn === turn).map(({ sink, kind, row }) => ({ sink, kind, row })),
    ),
    watermarks: Array.from({ length: turns }, (_, turn) =>
      Object.fromEntries(
        watermarks.filter((mark) => mark.turn === turn).map(({ sink, ms }) => [sink, ms] as const),
      ),
    ),
  };
}
