import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { makeSink } from './fingerprint.ts';
import { alone, type Result } from './measure.ts';
import { inputsOf, jobOf, type Plan, planOf } from './systems.ts';
import type { Workload } from './workload.ts';
import { WORKLOADS } from './workloads.ts';

const COLD_EVENTS = 1000;
/** From where a cold start is timed: a finished plan, the process's first SQL text, or a different second one. */
const STARTS = ['plan', 'sql', 'second sql'] as const;
type ColdStart = (typeof STARTS)[number];

/** In a process of its own, after the code is loaded: milliseconds until W2 has taken its first 1,000 events. */
export function coldStart(from: string): number {
  const workload = WORKLOADS.find((w) => w.name === 'W2')!;
  const inputs = inputsOf(workload, workload.generate(COLD_EVENTS, 42));
  const sink = makeSink(workload.columns);
  const other: Workload = {
    ...workload,
    sql: 'SELECT auction, MAX(price) AS top FROM bid WHERE price > 100 GROUP BY auction',
  };
  const feed = (plan: Plan, w: Workload): void => {
    const job = jobOf(plan, w === workload ? sink : makeSink(['auction', 'top']), 'compiled');
    job.feed(inputs, 0, inputs.count);
  };
  if (from === 'second sql') feed(planOf(other), other);
  const prepared = from === 'plan' ? planOf(workload) : null;
  const started = performance.now();
  feed(prepared ?? planOf(workload), workload);
  return performance.now() - started;
}

export function measureCold(rounds: number): (Result & { readonly from: ColdStart })[] {
  return STARTS.map((from) => {
    const ns = Array.from({ length: rounds }, () => {
      const { stdout } = spawnSync(process.execPath, [process.argv[1]!, '--cold', from], {
        encoding: 'utf8',
      });
      return (Number(stdout) * 1e6) / COLD_EVENTS;
    });
    return alone('cold', from, COLD_EVENTS, ns);
  });
}
