import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeSink } from './fingerprint.ts';
import { inputsOf, type Mode, planOf, type Run, runLoop, runPlain, runTraced } from './systems.ts';
import type { Data, Workload } from './workload.ts';

// Code that was optimised is kept: flushing it makes every number bistable.
setFlagsFromString('--expose-gc');
setFlagsFromString('--no-flush-bytecode');
const gc = runInNewContext('gc') as () => void;

/** A line of the report. Times are nanoseconds for each event, medians of rounds in which engine and loop take turns; ratios are taken within a round. */
export interface Result {
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
  /** What a traced run keeps more than a plain one. */
  readonly bytesPerEvent?: number;
  readonly ratioToUntraced?: number;
  readonly changes?: number;
  readonly loopChanges?: number;
  /** What the state weighs at the end more than at the start, for each row or key it holds. */
  readonly state?: { readonly per: string; readonly bytes: number; readonly loopBytes: number };
  readonly peers?: Readonly<Record<string, number>>;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
export const round1 = (x: number): number => Math.round(x * 10) / 10;
export const round2 = (x: number): number => Math.round(x * 100) / 100;

/** How long a run is repeated within a round, so that the clock's grain does not show. */
const TARGET_MS = 40;
/** The machine compiles beside the run, on a busy one slowly. */
const WARM_UP_MS = 250;
const repeats = (ms: number): number =>
  Math.max(1, Math.min(200, Math.floor(TARGET_MS / Math.max(ms, 0.05))));

/** The state of fewer events drowns in what else a heap holds. */
const LEAST_WEIGHED = 1e5;

/** Bytes of heap that `build`'s result keeps. */
function weigh(build: () => unknown): number {
  const used = (): number => {
    // What lies in tables that a collection itself empties goes with the next one.
    for (let i = 0; i < 3; i++) gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const kept: unknown[] = [build()];
  const withIt = used();
  kept.length = 0;
  return withIt - used();
}

/** The line of something that no loop stands beside, from its nanoseconds for each event, round by round. */
export function alone<From extends string>(
  workload: string,
  from: From,
  events: number,
  ns: readonly number[],
): Result & { readonly from: From } {
  return {
    workload,
    from,
    events,
    trace: false,
    mode: 'compiled',
    nsPerEvent: round1(median(ns)),
    loopNsPerEvent: 0,
    ratio: 0,
    rounds: ns.length,
    min: round1(Math.min(...ns)),
    max: round1(Math.max(...ns)),
  };
}

interface System {
  readonly name: string;
  readonly run: (onWarmUp: boolean) => Run;
}

/** Ways to run the engine; each is timed in a process of its own, beside the loop. */
export const VARIANTS = ['compiled', 'closures', 'traced'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Times a workload over `count` events. */
export function measure(workload: Workload, variant: Variant, count: number, rounds: number): Result {
  const data = workload.generate(count, 42);
  const warm = workload.generate(Math.min(count, 20_000), 7);
  const plan = planOf(workload);
  const mode: Mode = variant === 'closures' ? 'closures' : 'compiled';
  const sinks = { loop: makeSink(workload.columns), engine: makeSink(workload.columns) };
  const dataOf = (onWarmUp: boolean): Data => (onWarmUp ? warm : data);
  const plain = (onWarmUp: boolean): Run => runPlain(workload, plan, dataOf(onWarmUp), sinks.engine, mode);
  const inputs = variant === 'traced' ? [inputsOf(workload, data), inputsOf(workload, warm)] : null;
  const traced = (onWarmUp: boolean): Run => runTraced(plan, inputs![onWarmUp ? 1 : 0]!, mode);
  const loop: System = {
    name: 'loop',
    run: (onWarmUp) => runLoop(workload, dataOf(onWarmUp), sinks.loop),
  };
  const systems = [
    loop,
    { name: 'engine', run: plain },
    ...(inputs ? [{ name: 'traced', run: traced }] : []),
  ];
  const times = takeTurns(systems, warm.count, count, rounds);
  const bytesForEach = (run: (events: Data) => Run): number => {
    const weight = (events: Data): number => median([1, 2, 3].map(() => weigh(() => run(events).keep)));
    return round1((weight(data) - weight(workload.generate(0, 42))) / workload.held!.count(data));
  };
  if (sinks.engine.sum !== sinks.loop.sum || sinks.engine.rows !== sinks.loop.rows)
    throw new Error(
      `${workload.name} at ${count}: the engine (${mode}) ends with another table than the loop`,
    );
  const loopTimes = times.get('loop')!;
  const own = times.get(inputs ? 'traced' : 'engine')!;
  const ratioTo = (base: readonly number[]): number => round2(median(own.map((ns, i) => ns / base[i]!)));
  return {
    workload: workload.name,
    events: count,
    trace: inputs !== null,
    mode,
    nsPerEvent: round1(median(own)),
    loopNsPerEvent: round1(median(loopTimes)),
    ratio: ratioTo(loopTimes),
    rounds,
    min: round1(Math.min(...own)),
    max: round1(Math.max(...own)),
    ...(inputs
      ? {
          bytesPerEvent: Math.round(
            (weigh(() => traced(false).keep) - weigh(() => plain(false).keep)) / count,
          ),
          ratioToUntraced: ratioTo(times.get('engine')!),
        }
      : { changes: sinks.engine.changes, loopChanges: sinks.loop.changes }),
    ...(variant === 'compiled' && workload.held && count >= LEAST_WEIGHED
      ? {
          state: {
            per: workload.held.what,
            bytes: bytesForEach((events) => runPlain(workload, plan, events, sinks.engine, mode)),
            loopBytes: bytesForEach((events) => runLoop(workload, events, sinks.loop)),
          },
        }
      : {}),
  };
}

/** Nanoseconds for each event, round by round. */
function takeTurns(
  systems: readonly System[],
  warmCount: number,
  count: number,
  rounds: number,
): ReadonlyMap<string, number[]> {
  // What a run has made lives until its system's next one: a collection between would throw away shapes and the code optimised for them.
  const kept = new Map<string, unknown>();
  const times = new Map<string, number[]>();
  const repeatsOf = new Map<string, number>();
  for (const system of systems) {
    let last = 0;
    const from = performance.now();
    for (let i = 0; i < 6 || performance.now() - from < WARM_UP_MS; i++) {
      const { ms, keep } = system.run(true);
      last = ms;
      kept.set(system.name, keep);
    }
    repeatsOf.set(system.name, repeats((last / warmCount) * count));
    times.set(system.name, []);
  }
  for (let round = 0; round < rounds; round++)
    for (let s = 0; s < systems.length; s++) {
      const system = systems[(s + round) % systems.length]!;
      gc();
      // The collection has thrown away code that was optimised for what it took: what runs until it is back is not counted.
      const from = performance.now();
      do kept.set(system.name, system.run(false).keep);
      while (performance.now() - from < WARM_UP_MS);
      const own: number[] = [];
      for (let i = 0; i < repeatsOf.get(system.name)!; i++) {
        const { ms, keep } = system.run(false);
        own.push(ms);
        kept.set(system.name, keep);
      }
      times.get(system.name)!.push((median(own) * 1e6) / count);
    }
  return times;
}
