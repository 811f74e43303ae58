import { performance } from 'node:perf_hooks';
import { Inputs } from '../src/engine/job/inputs.ts';
import { Job } from '../src/engine/job/job.ts';
import { compileScript } from '../src/engine/script/compile-script.ts';
import { Recording } from '../src/engine/trace/recording.ts';
import type { Sink } from './fingerprint.ts';
import { type Data, NO_TABLE, type Workload } from './workload.ts';

export type Mode = 'compiled' | 'closures';
export interface Run {
  readonly ms: number;
  /** What the run has made, to be kept alive. */
  readonly keep: unknown;
}
export type Plan = ReturnType<typeof planOf>;

const pathOf = (table: string): string => `default_catalog.default_database.${table}`;

export function planOf(workload: Workload) {
  const compiled = compileScript(`${workload.ddl};\n${workload.sql};`, []);
  const problem = compiled.diagnostics[0];
  if (problem || !compiled.session) throw new Error(`${workload.name}: ${problem?.chain.at(-1)}`);
  return { plans: compiled.jobs.map((j) => j.planned.run), config: compiled.session.config };
}

const optionsOf = (plan: Plan, mode: Mode) => ({
  config: plan.config,
  startMs: 0,
  seed: 1,
  zone: 'UTC',
  canGenerate: mode === 'compiled',
});

export function jobOf(plan: Plan, sink: Sink, mode: Mode): Job {
  return new Job(plan.plans, {
    ...optionsOf(plan, mode),
    steps: null,
    trace: null,
    collector: () => ({ row: sink.row, watermark() {} }),
  });
}

/** One run of the engine without any trace. */
export function runPlain(workload: Workload, plan: Plan, data: Data, sink: Sink, mode: Mode): Run {
  sink.reset();
  const job = jobOf(plan, sink, mode);
  const started = performance.now();
  const sources = workload.tables.map((table) => job.sourceOf(pathOf(table))[0]!);
  const { tableOf, rows } = data;
  job.start([]);
  let next = 0;
  for (let i = 0; i < tableOf.length; i++) {
    const table = tableOf[i]!;
    if (table !== NO_TABLE) sources[table]!.push(0, 0, rows[next++]!);
  }
  job.end();
  return { ms: performance.now() - started, keep: job };
}

export function runLoop(workload: Workload, data: Data, sink: Sink): Run {
  sink.reset();
  const loop = workload.loop(data, sink);
  const started = performance.now();
  loop.push(0, data.count);
  loop.finish();
  return { ms: performance.now() - started, keep: loop };
}

export function inputsOf(workload: Workload, { tableOf, rows }: Data): Inputs {
  const inputs = new Inputs(rows.length);
  const paths = workload.tables.map(pathOf);
  let next = 0;
  for (const table of tableOf)
    if (table !== NO_TABLE)
      inputs.add(next, { table: paths[table]!, partition: 0, kind: 0, row: rows[next++]! });
  return inputs;
}

/** One run with all that the page needs, and the last 1,000 steps asked for. */
export function runTraced(plan: Plan, inputs: Inputs, mode: Mode): Run {
  const recording = new Recording(plan.plans, {
    ...optionsOf(plan, mode),
    clockMs: () => performance.now(),
  });
  const started = performance.now();
  const failure = recording.run(inputs);
  if (failure) throw new Error(failure.diagnostic.chain.at(-1));
  const { count } = recording.stepColumns();
  recording.slice(Math.max(0, count - 1000), count);
  return { ms: performance.now() - started, keep: recording };
}
