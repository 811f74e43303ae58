/**
 * Holds an answer of ours against what a real Flink answered, check by check. The checks and their meaning are those of the recorded suite: changes are
 * compared turn by turn and sink by sink, in any order within a turn; errors by their words.
 */
export interface Change {
  readonly sink: string;
  readonly kind: string;
  readonly row: readonly (string | null)[];
}
export interface Recorded {
  readonly id: string;
  readonly plans?: readonly string[];
  readonly advice?: readonly string[];
  readonly together?: string;
  readonly schema?: readonly { readonly name: string; readonly type: string }[];
  readonly steps: readonly (readonly Change[])[];
  readonly watermarks: readonly { readonly [sink: string]: number }[];
  readonly error?: { readonly phase: string; readonly chain: readonly string[] };
}

export const CHECKS = ['passed', 'plan', 'modes', 'together', 'advice'] as const;
export type Check = (typeof CHECKS)[number];

/** Which checks an answer holds; `null` where the recording has nothing to hold it against. */
export function judge(truth: Recorded, answer: Recorded): { readonly [check in Check]: boolean | null } {
  return {
    passed: hasPassed(truth, answer),
    plan: everyPlan(truth, answer, physicalPlan),
    modes: everyPlan(truth, answer, changelogModes),
    together: truth.together ? physicalPlan(truth.together) === physicalPlan(answer.together ?? '') : null,
    advice:
      truth.advice && truth.advice.length > 0
        ? truth.advice.every((a, i) => words(a) === words(answer.advice?.[i]))
        : null,
  };
}

function hasPassed(truth: Recorded, answer: Recorded): boolean {
  if (truth.error) {
    if (!answer.error) return false;
    const said = wordings(answer.error.chain);
    const isWorded = wordings(truth.error.chain).some((w) => said.includes(w));
    return isWorded && (truth.error.phase !== 'run' || sameChanges(truth, answer));
  }
  return (
    !answer.error && sameChanges(truth, answer) && sameSchema(truth, answer) && sameWatermarks(truth, answer)
  );
}

export function sameChanges(truth: Recorded, answer: Recorded): boolean {
  return (
    truth.steps.length === answer.steps.length &&
    truth.steps.every((step, i) => bySink(step) === bySink(answer.steps[i]!))
  );
}

export function sameWatermarks(truth: Recorded, answer: Recorded): boolean {
  const sorted = (turns: Recorded['watermarks']): string =>
    JSON.stringify(
      turns.map((turn) =>
        // The largest come as text, for no double holds them.
        Object.entries(turn)
          .map(([sink, ms]) => [sink, Number(ms)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
  return sorted(truth.watermarks) === sorted(answer.watermarks);
}

function sameSchema(truth: Recorded, answer: Recorded): boolean {
  if (!truth.schema) return true;
  const print = (schema: Recorded['schema']): string => JSON.stringify(schema?.map((c) => [c.name, c.type]));
  return print(truth.schema) === print(answer.schema);
}

function bySink(step: readonly Change[]): string {
  const sinks = new Map<string, string[]>();
  for (const { sink, kind, row } of step)
    sinks.set(sink, [...(sinks.get(sink) ?? []), JSON.stringify([kind, row])]);
  return JSON.stringify(
    [...sinks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sink, changes]) => [sink, changes.sort()]),
  );
}

function everyPlan(truth: Recorded, answer: Recorded, view: (plan: string) => string): boolean | null {
  if (!truth.plans || truth.plans.length === 0) return null;
  return truth.plans.every((plan, i) => view(plan) === view(answer.plans?.[i] ?? ''));
}

function physicalPlan(text: string): string {
  const heading = '== Optimized Physical Plan ==';
  const at = text.indexOf(heading);
  if (at < 0) return '';
  const rest = text.slice(at + heading.length);
  const end = rest.indexOf('\n== ');
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}

const changelogModes = (plan: string): string =>
  (physicalPlan(plan).match(/changelogMode=\[[^\]]*\]/g) ?? []).join('\n');

/** Object numbers of one JVM say nothing. */
function words(text: string | undefined): string {
  return String(text ?? '')
    .replace(/\*anonymous_\w+\$\d+\*/g, '*anonymous*')
    .replace(/rel#\d+/g, 'rel#')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The telling sentences of a chain: without class names, without a parser's list of what it expected, without what every failed job says. */
function wordings(chain: readonly string[]): string[] {
  return chain
    .map((line) =>
      words(
        line
          .replace(/^[A-Za-z]+(Exception|Error|Throwable): /, '')
          .replace(/Was expecting(:| one of:)[\s\S]*$/, ''),
      ),
    )
    .filter(
      (w) =>
        w !== '' &&
        !/^(Job execution failed\.|Recovery is suppressed by NoRestartBackoffTimeStrategy|null$)/.test(w),
    );
}
