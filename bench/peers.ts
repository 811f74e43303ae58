import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeSink, type Sink } from './fingerprint.ts';
import { round1 } from './measure.ts';
import { START_MS } from './nexmark.ts';
import { runLoop } from './systems.ts';
import type { Data, Loop, Workload } from './workload.ts';

type Peer = Readonly<Record<string, (events: Data & { startMs: number }, sink: Sink) => Loop>>;

const CHUNK = 10_000;
/** A peer that takes longer is timed over the events it has managed by then. */
const CAP_MS = 2000;
const WARM_UP_MS = 500;

/** `bench/peers`, seen from the bundle. */
export const PEERS_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bench', 'peers');
export const havePeers = (): boolean => existsSync(join(PEERS_FOLDER, 'node_modules'));

/** Nanoseconds an event, for each library in which the workload is written. */
export async function measurePeers(
  workload: Workload,
  count: number,
): Promise<Readonly<Record<string, number>>> {
  const { PEERS } = (await import(
    /* @vite-ignore */ pathToFileURL(join(PEERS_FOLDER, 'systems.mjs')).href
  )) as {
    readonly PEERS: Readonly<Record<string, Peer>>;
  };
  const data = workload.generate(count, 42);
  const warm = workload.generate(Math.min(count, CHUNK), 7);
  const expected = makeSink(workload.columns);
  runLoop(workload, data, expected);
  const found: Record<string, number> = {};
  for (const [name, peer] of Object.entries(PEERS)) {
    const make = peer[workload.name];
    if (!make) continue;
    const sink = makeSink(workload.columns);
    const from = performance.now();
    while (performance.now() - from < WARM_UP_MS) run(make, warm, sink);
    const { ms, events } = run(make, data, sink);
    if (events === count && (sink.sum !== expected.sum || sink.rows !== expected.rows))
      console.error(`${name} ends ${workload.name} at ${count} with another table`);
    found[name] = round1((ms * 1e6) / events);
  }
  return found;
}

function run(make: Peer[string], data: Data, sink: Sink): { readonly ms: number; readonly events: number } {
  sink.reset();
  const started = performance.now();
  const peer = make({ ...data, startMs: START_MS }, sink);
  let events = 0;
  while (events < data.count && performance.now() - started < CAP_MS) {
    const to = Math.min(data.count, events + CHUNK);
    peer.push(events, to);
    events = to;
  }
  peer.finish();
  return { ms: performance.now() - started, events };
}
