import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunRequest } from '../../engine/engine-api.ts';
import { CancelledError, EngineClient } from './engine-client.ts';

const folder = join(import.meta.dirname, '../../../.build/worker');
/** What a page's worker finds around it, made of a thread's port. */
const BOOT = `
  const { parentPort, workerData } = require('node:worker_threads');
  globalThis.addEventListener = (type, listen) => parentPort.on(type, (data) => listener(listen)({ data, origin: '' }));
  const listener = (listen) => (typeof listen === 'function' ? listen : (event) => listen.handleEvent(event));
  globalThis.postMessage = (data, transferred) => parentPort.postMessage(data, transferred);
  import(workerData);
`;
const ended: Promise<unknown>[] = [];

/** A page's worker as a thread of Node. */
class PageWorker {
  readonly #thread = new Thread(BOOT, { eval: true, workerData: `file://${join(folder, 'main.mjs')}` });

  addEventListener(type: string, listen: (event: object) => void): void {
    this.#thread.on(type, (data: unknown) =>
      listen(type === 'message' ? { data, origin: '' } : { message: String(data), preventDefault() {} }),
    );
  }
  removeEventListener(): void {}
  postMessage(data: unknown, transferred: readonly never[]): void {
    this.#thread.postMessage(data, transferred);
  }
  terminate(): void {
    ended.push(this.#thread.terminate());
  }
}

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'engine.worker.ts'),
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true },
  });
  vi.stubGlobal('Worker', PageWorker);
});
afterAll(() => vi.unstubAllGlobals());

const request = (windows: string, rows: number): RunRequest => ({
  script: `CREATE TABLE clicks (n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'scenario');
    SELECT n, window_start FROM TABLE(${windows});`,
  config: {},
  inputs: Array.from({ length: rows }, (_, n) => ({
    table: 'clicks',
    atMs: n,
    row: { n, ts: '2026-01-01 00:00:01' },
  })),
  startMs: 0,
  seed: 1,
});

test('a run that has no end in sight is given up within 200 ms, and its worker with it', {
  retry: 2,
}, async () => {
  const client = new EngineClient();
  await client.check('SELECT 1');
  const runaway = client.run(
    request("HOP(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '1' DAY)", 5000),
    () => {},
  );
  const settled = runaway.catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const cancelledAt = performance.now();
  client.cancel();
  expect(await settled).toBeInstanceOf(CancelledError);
  await Promise.all(ended);
  expect(performance.now() - cancelledAt).toBeLessThan(200);
  // The next question gets a worker of its own.
  const next = await client.run(
    request("TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' DAY)", 2),
    () => {},
  );
  expect(next.failure).toBe(null);
  client.cancel();
});

test('windows of a day with a step of a millisecond stop by themselves', async () => {
  const client = new EngineClient();
  const run = await client.run(
    request("HOP(TABLE clicks, DESCRIPTOR(ts), INTERVAL '0.001' SECOND, INTERVAL '1' DAY)", 2),
    () => {},
  );
  expect(run.failure?.diagnostic.code).toBe('too-many-windows');
  client.cancel();
});
