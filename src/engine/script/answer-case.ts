import { SqlError } from '../base/diagnostic.ts';
import type { Json } from '../engine-api.ts';
import type { ParsedInput } from '../job/inputs.ts';
import { Job } from '../job/job.ts';
import { runFailure } from '../job/run-failure.ts';
import type { Field } from '../plan/logical.ts';
import type { Sink } from '../plan/physical.ts';
import { sinkName } from '../plan/sink-name.ts';
import { shareAll } from '../planner/physical/share-subplans.ts';
import {
  checkRunnable,
  explainTogether,
  type PlannedStatement,
  planStatement,
  zoneOf,
} from '../planner/plan-statement.ts';
import { Session } from '../planner/statements/session.ts';
import { parseStatement } from '../sql/read-sql.ts';
import { printType } from '../types/print-type.ts';
import { printer } from '../values/print-value.ts';
import { carriedKinds, type InputProblem, inputReader, isProblem } from './run-inputs.ts';

/** A case as the oracle takes it. */
export interface Case {
  readonly id: string;
  readonly config?: { readonly [key: string]: string };
  readonly statements: readonly string[];
  readonly timeline?: readonly TimelineEntry[];
}
export type TimelineEntry =
  | {
      readonly table: string;
      readonly kind?: string;
      readonly partition?: number;
      readonly row: { readonly [column: string]: Json };
    }
  | { readonly table: string; readonly partition?: number; readonly closes: true }
  | { readonly pause: number };

export interface Change {
  readonly sink: string;
  readonly kind: string;
  readonly row: readonly (string | null)[];
}
export interface Answer {
  readonly id: string;
  readonly plans: readonly string[];
  readonly advice: readonly string[];
  readonly together?: string;
  readonly schema?: readonly { readonly name: string; readonly type: string }[];
  readonly steps: readonly (readonly Change[])[];
  readonly watermarks: readonly { readonly [sink: string]: number }[];
  readonly error?: { readonly phase: string; readonly chain: readonly string[] };
}

const KINDS = ['+I', '-U', '+U', '-D'];
/** The clock of a case starts at midnight of a day of our time that no row is of. */
const START_MS = Date.UTC(2030, 0, 1);
/** Watermarks this near to the clock come from the clock (mini-batch), and are left out as the oracle leaves them out. */
const NEAR_MS = 86_400_000;

/**
 * Answers a case as a real Flink would: plans, schema, and for every turn the changes and the last watermark that reached each sink. Errors are part of
 * the answer. Throws only for mistakes of our own.
 */
export function answerCase(given: Case, options: { readonly canGenerate: boolean }): Answer {
  const timeline = given.timeline ?? [];
  const turns = timeline.length + 2;
  const plans: string[] = [];
  const advice: string[] = [];
  const planned: PlannedStatement[] = [];
  let schema: readonly Field[] | undefined;
  const steps: Change[][] = Array.from({ length: turns }, () => []);
  const watermarks: { [sink: string]: number }[] = Array.from({ length: turns }, () => ({}));
  const finish = (error?: Answer['error']): Answer => ({
    id: given.id,
    plans,
    advice,
    ...(session && planned.length > 1
      ? { together: explainTogether(planned, ['CHANGELOG_MODE'], session.config) }
      : {}),
    ...(schema ? { schema: schema.map((f) => ({ name: f.name, type: printType(f.type) })) } : {}),
    steps,
    watermarks,
    ...(error ? { error } : {}),
  });
  const refused = (error: unknown): Answer => {
    if (error instanceof SqlError)
      return finish({ phase: error.diagnostic.phase, chain: error.diagnostic.chain });
    throw error;
  };

  let session: Session | null = null;
  let sinks: readonly Sink[];
  try {
    session = new Session(Object.entries(given.config ?? {}));
    const runs: Sink[] = [];
    for (const text of given.statements) {
      const parsed = parseStatement(text);
      if ('diagnostic' in parsed) throw new SqlError(parsed.diagnostic);
      const bounds = session.execute(parsed.statement, { text, offset: 0 });
      const [first] = bounds;
      if (first && first.explain !== null && bounds.length > 1) {
        const { config } = session;
        const all = bounds.map((b) => planStatement(b, config));
        plans.push(explainTogether(all, first.explain, config));
        continue;
      }
      for (const bound of bounds) {
        if (!bound.sink && bound.explain === null) schema = bound.schema;
        const statement = planStatement(bound, session.config);
        plans.push(statement.explain);
        if (bound.explain !== null) continue;
        advice.push(statement.advice);
        planned.push(statement);
        checkRunnable(statement, session.config);
        runs.push(statement.run);
      }
    }
    sinks = shareAll(runs, session.config);
  } catch (error) {
    return refused(error);
  }
  if (sinks.length === 0) return finish();

  const zone = zoneOf(session.config);
  const names: string[] = [];
  for (const sink of sinks) names.push(sinkName(sink, names));
  const printers = sinks.map((sink) => sink.fields.map((f) => printer(f.type, zone)));
  let turn = 0;
  let job: Job;
  try {
    job = new Job(sinks, {
      config: session.config,
      startMs: START_MS,
      seed: 1,
      zone,
      canGenerate: options.canGenerate,
      steps: null,
      trace: null,
      collector: (sink) => ({
        row: (kind, row) =>
          steps[turn]!.push({
            sink: names[sink]!,
            kind: KINDS[kind]!,
            row: printers[sink]!.map((print, i) => (row[i] === null ? null : print(row[i]!))),
          }),
        watermark: (ms) => {
          if (Math.abs(ms - job.nowMs) < NEAR_MS) return;
          watermarks[turn]![names[sink]!] = ms;
        },
      }),
    });
  } catch (error) {
    return refused(error);
  }
  const carried = carriedKinds(sinks);
  const readers = new Map<string, ReturnType<typeof inputReader>>();
  const tables = session.catalog.allObjects().filter((o) => o.kind === 'table');
  // A row that cannot be read is reported when its turn comes.
  const inputs = timeline.map((entry): ParsedInput | InputProblem | null => {
    if ('pause' in entry) return null;
    const current = session.catalog.get(session.catalog.qualify([entry.table]));
    const table = current?.kind === 'table' ? current : tables.find(({ path }) => path[2] === entry.table);
    if (!table) return null;
    let read = readers.get(entry.table);
    if (!read) readers.set(entry.table, (read = inputReader(table, carried(table))));
    return read({ row: {}, ...entry });
  });
  try {
    job.start(inputs.filter((i): i is ParsedInput => i !== null && !isProblem(i)));
    for (const [i, entry] of timeline.entries()) {
      turn = i + 1;
      if ('pause' in entry) {
        job.advanceClock(job.nowMs + entry.pause);
        continue;
      }
      const input = inputs[i];
      if (!input) continue;
      if (isProblem(input))
        return finish({ phase: 'run', chain: [`Row ${i + 1} of table '${entry.table}': ${input.problem}`] });
      if (!job.isBounded(input.table)) job.push(input.table, input.partition, input.kind, input.row);
      // Timers of the next millisecond fire before the next row comes, as they do between the oracle's checkpoints.
      job.advanceClock(job.nowMs + 1);
    }
    turn = turns - 1;
    job.end();
  } catch (error) {
    watermarks[turn] = {};
    const { diagnostic } = runFailure(error, null);
    return finish({ phase: diagnostic.phase, chain: diagnostic.chain });
  }
  return finish();
}
