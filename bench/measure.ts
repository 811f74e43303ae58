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
  /** What the state weighs at the end, for each row or key it holds. */
  readonly state?: { readonly per: string; readonly bytes: number; readonly loopBytes: number };
  readonly peers?: Readonly<Record<string, number>>;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
export const round1 = (x: number): number => Math.round(x * 10) / 10;
export const round2 = (x: number): number => Math.round(x * 100) / 100;

/** How long a run is repeated within a round, so that the clock's grain does not show. */
const TARGET_MS = 60;
const repeats = (ms: number): number =>
  Math.max(1, Math.min(200, Math.floor(TARGET_MS / Math.max(ms, 0.05))));

/** Bytes of heap that `build`'s result keeps. */
function weigh(build: () => unknown): number {
  gc();
  const before = process.memoryUsage();
  const keep = build();
  gc();
  const after = process.memoryUsage();
  const bytes = after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
  return keep ? bytes : 0;
}

interface System {
  readonly name: string;
  readonly mode: Mode;
  readonly trace: boolean;
  readonly run: (onWarmUp: boolean) => Run;
}

/** Times a workload over `count` events, at full speed in both modes and, from 100,000 events on, traced. */
export function measure(workload: Workload, count: number, rounds: number): Result[] {
  const data = workload.generate(count, 42);
  const warm = workload.generate(Math.min(count, 20_000), 7);
  const plan = planOf(workload);
  const isTraced = count >= 1e5 && !workload.name.includes(' ');
  const inputs = isTraced ? inputsOf(workload, data) : null;
  const warmInputs = isTraced ? inputsOf(workload, warm) : null;
  const sinks = {
    loop: makeSink(workload.columns),
    compiled: makeSink(workload.columns),
    closures: makeSink(workload.columns),
  };
  const dataOf = (onWarmUp: boolean): Data => (onWarmUp ? warm : data);
  const plain = (mode: Mode): System => ({
    name: mode,
    mode,
    trace: false,
    run: (onWarmUp) => runPlain(workload, plan, dataOf(onWarmUp), sinks[mode], mode),
  });
  const systems: System[] = [
    {
      name: 'loop',
      mode: 'compiled',
      trace: false,
      run: (onWarmUp) => runLoop(workload, dataOf(onWarmUp), sinks.loop),
    },
    plain('compiled'),
    plain('closures'),
  ];
  if (inputs && warmInputs)
    systems.push({
      name: 'traced',
      mode: 'compiled',
      trace: true,
      run: (onWarmUp) => runTraced(plan, onWarmUp ? warmInputs : inputs, 'compiled'),
    });
  const times = takeTurns(systems, warm.count, count, rounds);
  for (const mode of ['compiled', 'closures'] as const)
    if (sinks[mode].sum !== sinks.loop.sum || sinks[mode].rows !== sinks.loop.rows)
      throw new Error(
        `${workload.name} at ${count}: the engine (${mode}) ends with another table than the loop`,
      );
  const loopTimes = times.get('loop')!;
  const state = stateOf(workload, plan, data);
  return systems.slice(1).map((system): Result => {
    const own = times.get(system.name)!;
    const toBase = (base: readonly number[]): number => round2(median(own.map((ns, i) => ns / base[i]!)));
    return {
      workload: workload.name,
      events: count,
      trace: system.trace,
      mode: system.mode,
      nsPerEvent: round1(median(own)),
      loopNsPerEvent: round1(median(loopTimes)),
      ratio: toBase(loopTimes),
      rounds,
      min: round1(Math.min(...own)),
      max: round1(Math.max(...own)),
      ...(system.trace && inputs
        ? {
            bytesPerEvent: Math.round(
              (weigh(() => runTraced(plan, inputs, 'compiled').keep) -
                weigh(() => runPlain(workload, plan, data, sinks.compiled, 'compiled').keep)) /
                count,
            ),
            ratioToUntraced: toBase(times.get('compiled')!),
          }
        : { changes: sinks[system.mode].changes, loopChanges: sinks.loop.changes }),
      ...(system.name === 'compiled' && state ? { state } : {}),
    };
  });
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
  const times1 = new Map<string, number>();
  for (const system of systems) {
    let last = 0;
    for (let i = 0; i < 6; i++) last = system.run(true).ms;
    times1.set(system.name, repeats((last / warmCount) * count));
    times.set(system.name, []);
  }
  for (let round = 0; round < rounds; round++)
    for (let s = 0; s < systems.length; s++) {
      const system = systems[(s + round) % systems.length]!;
      gc();
      const own: number[] = [];
      for (let i = 0; i < times1.get(system.name)!; i++) {
        const { ms, keep } = system.run(false);
        own.push(ms);
        kept.set(system.name, keep);
      }
      times.get(system.name)!.push((median(own) * 1e6) / count);
    }
  return times;
}

function stateOf(workload: Workload, plan: ReturnType<typeof planOf>, data: Data): Result['state'] {
  if (!workload.held) return undefined;
  const held = workload.held.count(data);
  const sink = makeSink(workload.columns);
  return {
    per: workload.held.what,
    bytes: round1(weigh(() => runPlain(workload, plan, data, sink, 'compiled').keep) / held),
    loopBytes: round1(weigh(() => runLoop(workload, data, sink).keep) / held),
  };
}
