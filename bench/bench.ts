import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Inputs } from '../src/engine/job/inputs.ts';
import { Job } from '../src/engine/job/job.ts';
import { compileScript } from '../src/engine/script/compile-script.ts';
import { Recording } from '../src/engine/trace/recording.ts';
import { expressionWorkload } from './expressions.ts';
import { makeSink, type Sink } from './fingerprint.ts';
import { WORKLOADS, type Workload } from './loops.ts';
import { type Events, generate } from './nexmark.ts';

/**
 * `npm run --silent bench [-- --json FILE] [--events 1e4,1e5,1e6] [--rounds N] [--only W2]`
 *
 * Engine and loop take turns in one process over the same events; times are medians of rounds, ratios are taken within a round. Code that was optimised
 * is kept (flushing it makes every number bistable), and state of the round before stays alive for the same reason.
 */
setFlagsFromString('--expose-gc');
setFlagsFromString('--no-flush-bytecode');
const gc = runInNewContext('gc') as () => void;

const args = process.argv.slice(2);
const option = (name: string, fallback: string): string =>
  args.includes(name) ? (args[args.indexOf(name) + 1] ?? fallback) : fallback;
const sizes = option('--events', '1e4,1e5,1e6').split(',').map(Number);
const rounds = Number(option('--rounds', '9'));
const only = option('--only', '');

type Mode = 'compiled' | 'closures';
interface Result {
  readonly workload: string;
  readonly events: number;
  readonly trace: boolean;
  readonly mode: Mode;
  readonly nsPerEvent: number;
  readonly loopNsPerEvent: number;
  readonly ratio: number;
  readonly rounds: number;
  readonly min: number;
  readonly max: number;
  readonly bytesPerEvent?: number;
  readonly changes?: number;
  readonly loopChanges?: number;
}

const ddl = (workload: Workload): string =>
  `CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING${workload.watermark ? ", WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND" : ''}) WITH ('connector' = 'scenario')`;

function planOf(workload: Workload) {
  const compiled = compileScript(`${ddl(workload)};\n${workload.sql};`, []);
  const problem = compiled.diagnostics[0];
  if (problem || !compiled.session) throw new Error(`${workload.name}: ${problem?.chain.at(-1)}`);
  return { plans: compiled.jobs.map((j) => j.planned.run), config: compiled.session.config };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** One run of the engine without any trace; gives milliseconds. */
function runPlain(
  plan: ReturnType<typeof planOf>,
  events: Events,
  sink: Sink,
  mode: Mode,
): { ms: number; keep: unknown } {
  sink.reset();
  const job = new Job(plan.plans, {
    config: plan.config,
    startMs: 0,
    seed: 1,
    zone: 'UTC',
    canGenerate: mode === 'compiled',
    steps: null,
    trace: null,
    collector: { row: (_, kind, row) => sink.row(kind, row), watermark() {} },
  });
  const started = performance.now();
  const source = job.sourceOf('default_catalog.default_database.bid')[0]!;
  const { types, bidRows } = events;
  job.start([]);
  let next = 0;
  for (let i = 0; i < types.length; i++) if (types[i] === 2) source.push(0, 0, bidRows[next++]!);
  job.end();
  return { ms: performance.now() - started, keep: job };
}

function runLoop(workload: Workload, events: Events, sink: Sink): { ms: number; keep: unknown } {
  sink.reset();
  const loop = workload.loop(events, sink);
  const started = performance.now();
  loop.push(0, events.count);
  loop.finish();
  return { ms: performance.now() - started, keep: loop };
}

/** One run with all that the page needs, and the last 1,000 steps asked for. */
function runTraced(
  plan: ReturnType<typeof planOf>,
  inputs: Inputs,
  mode: Mode,
): { ms: number; keep: Recording } {
  const started = performance.now();
  const recording = new Recording(plan.plans, {
    config: plan.config,
    zone: 'UTC',
    startMs: 0,
    seed: 1,
    canGenerate: mode === 'compiled',
  });
  const failure = recording.run(inputs);
  if (failure) throw new Error(failure.diagnostic.chain.at(-1));
  const { count } = recording.stepColumns();
  recording.slice(Math.max(0, count - 1000), count);
  return { ms: performance.now() - started, keep: recording };
}

/** How often a run is repeated within a round so that the clock's grain does not show. */
const repeats = (ms: number): number => Math.max(1, Math.min(200, Math.floor(60 / Math.max(ms, 0.05))));

function measure(workload: Workload, count: number): Result[] {
  const events = generate(count);
  const warm = generate(Math.min(count, 20_000), 7);
  const plan = planOf(workload);
  const inputsOf = (e: Events): Inputs => {
    const made = new Inputs(e.bidRows.length);
    e.bidRows.forEach((row, i) =>
      made.add(i, { table: 'default_catalog.default_database.bid', partition: 0, kind: 0, row }),
    );
    return made;
  };
  const inputs = inputsOf(events);
  const warmInputs = inputsOf(warm);
  const sinks = {
    loop: makeSink(workload.columns),
    compiled: makeSink(workload.columns),
    closures: makeSink(workload.columns),
  };
  const systems: {
    readonly name: string;
    readonly mode: Mode;
    readonly trace: boolean;
    readonly run: (e: Events, i: Inputs) => { ms: number; keep: unknown };
  }[] = [
    { name: 'loop', mode: 'compiled', trace: false, run: (e) => runLoop(workload, e, sinks.loop) },
    {
      name: 'compiled',
      mode: 'compiled',
      trace: false,
      run: (e) => runPlain(plan, e, sinks.compiled, 'compiled'),
    },
    {
      name: 'closures',
      mode: 'closures',
      trace: false,
      run: (e) => runPlain(plan, e, sinks.closures, 'closures'),
    },
    ...(count >= 1e5
      ? [
          {
            name: 'traced',
            mode: 'compiled' as Mode,
            trace: true,
            run: (_: Events, i: Inputs) => runTraced(plan, i, 'compiled'),
          },
        ]
      : []),
  ];
  const kept = new Map<string, unknown>();
  const k = new Map<string, number>();
  for (const system of systems) {
    let last = 0;
    for (let i = 0; i < 6; i++) last = system.run(warm, warmInputs).ms;
    k.set(system.name, repeats((last / warm.count) * count));
  }
  const times = new Map<string, number[]>(systems.map((s) => [s.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let s = 0; s < systems.length; s++) {
      const system = systems[(s + round) % systems.length]!;
      gc();
      const own: number[] = [];
      for (let i = 0; i < k.get(system.name)!; i++) {
        const { ms, keep } = system.run(events, inputs);
        own.push(ms);
        kept.set(system.name, keep);
      }
      times.get(system.name)!.push((median(own) * 1e6) / count);
    }
  }
  for (const name of ['compiled', 'closures'] as const) {
    if (sinks[name].sum !== sinks.loop.sum || sinks[name].rows !== sinks.loop.rows)
      throw new Error(
        `${workload.name} at ${count}: the engine (${name}) ends with another table than the loop`,
      );
  }
  const loopTimes = times.get('loop')!;
  return systems
    .filter((s) => s.name !== 'loop')
    .map((system): Result => {
      const own = times.get(system.name)!;
      const base = system.trace ? times.get('compiled')! : loopTimes;
      const ratios = own.map((ns, i) => ns / base[i]!);
      const bytes = system.trace
        ? bytesKept(
            () => runTraced(plan, inputs, 'compiled').keep,
            count,
            () => runPlain(plan, events, makeSink(workload.columns), 'compiled').keep,
          )
        : undefined;
      return {
        workload: workload.name,
        events: count,
        trace: system.trace,
        mode: system.mode,
        nsPerEvent: round1(median(own)),
        loopNsPerEvent: round1(median(loopTimes)),
        ratio: round2(median(own.map((ns, i) => ns / loopTimes[i]!))),
        rounds,
        min: round1(Math.min(...own)),
        max: round1(Math.max(...own)),
        ...(bytes === undefined
          ? {}
          : { bytesPerEvent: Math.round(bytes), ratioToUntraced: round2(median(ratios)) }),
        ...(system.trace
          ? {}
          : { changes: sinks[system.name as 'compiled'].changes, loopChanges: sinks.loop.changes }),
      };
    });
}

/** Bytes an event that a traced run keeps more than a plain one, rows (which the inputs and the changelog share) left out where they are the plain run's too. */
function bytesKept(make: () => unknown, count: number, plain: () => unknown): number {
  const heap = (build: () => unknown): number => {
    gc();
    const before = process.memoryUsage();
    const keep = build();
    gc();
    const after = process.memoryUsage();
    const bytes = after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
    return keep ? bytes : 0;
  };
  return (heap(make) - heap(plain)) / count;
}

const round1 = (x: number): number => Math.round(x * 10) / 10;
const round2 = (x: number): number => Math.round(x * 100) / 100;

// ---------------------------------------------------------------- cold start

const COLD_EVENTS = 1000;
/** From where a cold start is timed: a finished plan, the process's first SQL text, or a different second one. */
type ColdStart = 'plan' | 'sql' | 'second sql';

/** In a process of its own, after the code is loaded: milliseconds until W2 has taken its first 1,000 events. */
function coldStart(from: ColdStart): number {
  const workload = WORKLOADS.find((w) => w.name === 'W2')!;
  const events = generate(COLD_EVENTS);
  const sink = makeSink(workload.columns);
  const { types, bidRows } = events;
  const other: Workload = {
    ...workload,
    sql: 'SELECT auction, MAX(price) AS top FROM bid WHERE price > 100 GROUP BY auction',
  };
  const feed = (plan: ReturnType<typeof planOf>, w: Workload): void => {
    const own = w === workload ? sink : makeSink(['auction', 'top']);
    const job = new Job(plan.plans, {
      config: plan.config,
      startMs: 0,
      seed: 1,
      zone: 'UTC',
      canGenerate: true,
      steps: null,
      trace: null,
      collector: { row: (_, kind, row) => own.row(kind, row), watermark() {} },
    });
    let next = 0;
    for (let i = 0; i < types.length; i++)
      if (types[i] === 2) job.push('default_catalog.default_database.bid', 0, 0, bidRows[next++]!);
  };
  if (from === 'second sql') feed(planOf(other), other);
  const prepared = from === 'plan' ? planOf(workload) : null;
  const started = performance.now();
  feed(prepared ?? planOf(workload), workload);
  return performance.now() - started;
}

function measureCold(from: ColdStart): Result & { readonly from: ColdStart } {
  const own = Array.from({ length: rounds }, () =>
    Number(spawnSync(process.execPath, [process.argv[1]!, '--cold', from], { encoding: 'utf8' }).stdout),
  );
  const ns = own.map((ms) => (ms * 1e6) / COLD_EVENTS);
  return {
    workload: 'cold',
    from,
    events: COLD_EVENTS,
    trace: false,
    mode: 'compiled',
    nsPerEvent: round1(median(ns)),
    loopNsPerEvent: 0,
    ratio: 0,
    rounds,
    min: round1(Math.min(...ns)),
    max: round1(Math.max(...ns)),
  };
}

if (args[0] === '--cold') {
  process.stdout.write(String(coldStart(args[1] as ColdStart)));
  process.exit(0);
}

const results: Result[] = [];
if (!only || only === 'cold') {
  for (const from of ['plan', 'sql', 'second sql'] as const) {
    const result = measureCold(from);
    results.push(result);
    console.log(JSON.stringify(result));
  }
}
for (const workload of [...WORKLOADS, expressionWorkload]) {
  if (only && workload.name !== only) continue;
  for (const count of sizes) {
    for (const result of measure(workload, count)) {
      results.push(result);
      console.log(JSON.stringify(result));
    }
  }
}
const file = option('--json', '');
if (file) writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
