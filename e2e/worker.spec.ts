import { expect, type Page, type Route } from '@playwright/test';
import type { Remote } from 'comlink';
import { judge, type Recorded } from '../conformance/suite/compare.ts';
import {
  cellsOf,
  ENTRY_KINDS,
  type EngineApi,
  type InputEvent,
  ROW_KINDS,
  type Run,
  type TraceSlice,
  turnOf,
} from '../src/engine/engine-api.ts';
import type { Case } from '../src/engine/script/answer-case.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';
import {
  eventsOf,
  NOT_FOR_SCRIPTS,
  promisedCases,
  scriptOf,
  seenAnswer,
  withoutPauses,
} from './recorded/cases.ts';

const ENGINE = /engine\.worker/;
const CASES = promisedCases().filter(({ case: { id } }) => !NOT_FOR_SCRIPTS.includes(id));
/** Says in the worker itself whether code can be made at run time there. */
const PROBE = `
try { new Function('return 1')(); self.postMessage({ probe: 'allowed' }); }
catch { self.postMessage({ probe: 'refused' }); }`;

for (const { name, policy, expected } of [
  { name: 'as it is', policy: null, expected: 'allowed' },
  {
    name: 'where no code can be made at run time',
    policy: "script-src 'self'; worker-src 'self'",
    expected: 'refused',
  },
] as const) {
  test(`the engine in its worker answers every promised case as Flink does, ${name}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.addInitScript({ path: 'node_modules/comlink/dist/umd/comlink.js' });
    const probed = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      const isEngine = ENGINE.test(route.request().url());
      await route.fulfill({
        response,
        headers: {
          ...response.headers(),
          ...(policy === null ? {} : { 'content-security-policy': policy }),
        },
        ...(isEngine ? { body: (await response.text()) + PROBE } : {}),
      });
    };
    await page.route(ENGINE, probed);
    if (policy !== null) await page.route((url) => url.pathname === '/', probed);
    const url = await engineAddress(page);
    const seen = await answers(page, url);
    expect(seen.probe).toBe(expected);
    expect(seen.answers).toHaveLength(CASES.length);
    const differing = CASES.flatMap(({ case: given, truth }, place) => {
      const answer = seen.answers[place];
      const merged = withoutPauses(truth, given);
      const own = answer && recorded(given, merged, answer);
      return own && judge(merged, own).passed ? [] : [{ expected: brief(merged), own: own && brief(own) }];
    });
    expect(differing).toEqual([]);
  });
}

interface Asked {
  readonly script: string;
  readonly config: { readonly [key: string]: string };
  readonly inputs: InputEvent[];
}

interface SeenAnswer {
  readonly turns: number;
  readonly changes: readonly { turn: number; sink: string; kind: string; row: (string | null)[] }[];
  readonly watermarks: readonly { turn: number; sink: string; ms: number }[];
  readonly schema: readonly { name: string; type: string }[] | null;
  readonly chain: readonly string[] | null;
  readonly phase: string;
}

function brief({ id, steps, watermarks, schema, error }: Recorded): string {
  return JSON.stringify({ id, error: error?.chain.at(-1), steps, watermarks, schema });
}

function recorded(given: Case, truth: Recorded, seen: SeenAnswer): Recorded {
  const { turns, changes, watermarks, schema, chain, phase } = seen;
  return {
    ...seenAnswer(truth, turns, changes, watermarks),
    ...(schema ? { schema } : {}),
    ...(chain ? { error: { phase, chain: chain.map(scriptOf(given, false).inStatement) } } : {}),
  };
}

/** Where the page has its engine from. */
async function engineAddress(page: Page): Promise<string> {
  const started = page.waitForEvent('worker', (worker) => ENGINE.test(worker.url()));
  await new Playground(page).open('count-per-user');
  return (await started).url();
}

/** One worker of the test's own, from the page's script, asked everything in turn as the page asks. */
async function answers(page: Page, url: string): Promise<{ probe: string; answers: SeenAnswer[] }> {
  const jobs = CASES.map(({ case: given }) => ({
    script: scriptOf(given, false).sql,
    config: given.config ?? {},
    inputs: eventsOf(given),
  }));
  const { probe, runs } = await page.evaluate(
    async ({ address, questions }) => {
      const comlink = (globalThis as unknown as { Comlink: { wrap(worker: Worker): unknown } }).Comlink;
      const worker = new Worker(address, { type: 'module' });
      const probed = await new Promise<string>((resolve) =>
        worker.addEventListener(
          'message',
          ({ data }: MessageEvent<{ probe: string }>) => resolve(data.probe),
          { once: true },
        ),
      );
      const engine = comlink.wrap(worker) as Pick<Remote<EngineApi>, 'run' | 'trace'>;
      const made: { run: Run; slice: TraceSlice | null }[] = [];
      for (const { script, config, inputs } of JSON.parse(questions) as Asked[]) {
        const run = await engine.run({ script, config, inputs, startMs: 0, seed: 1 });
        const { runId, steps } = run;
        made.push({ run, slice: steps.count > 0 ? await engine.trace(runId, 0, steps.count) : null });
      }
      worker.terminate();
      return { probe: probed, runs: made };
    },
    { address: url, questions: JSON.stringify(jobs) },
  );
  return { probe, answers: runs.map(({ run, slice }, i) => answerOf(run, slice, jobs[i]!.inputs.length)) };
}

/** What a run came to, read as the page reads it. */
function answerOf(
  { steps, sinks, failure, diagnostics }: Run,
  slice: TraceSlice | null,
  inputs: number,
): SeenAnswer {
  const changes: SeenAnswer['changes'][number][] = [];
  const last = new Map<string, SeenAnswer['watermarks'][number]>();
  for (let step = 0; slice && step < steps.count; step++) {
    const turn = turnOf(steps, step);
    for (let at = slice.stepStart[step] ?? 0; at < (slice.stepStart[step + 1] ?? 0); at++) {
      const sink = sinks.find(({ operator }) => operator === slice.operator[at])?.name;
      if (sink === undefined) continue;
      const entry = ENTRY_KINDS[slice.kind[at] ?? 0];
      if (entry === 'emit')
        changes.push({
          turn,
          sink,
          kind: ROW_KINDS[slice.rowKind[at] ?? 0] ?? '',
          row: cellsOf(slice, slice.row[at] ?? -1),
        });
      else if (entry === 'watermark')
        last.set(`${turn} ${sink}`, { turn, sink, ms: slice.atMs[at] ?? Number.NaN });
    }
  }
  const result = sinks.findLast(({ name }) => /^result\d*$/.test(name));
  const wrong = diagnostics.find(({ severity }) => severity === 'error') ?? failure?.diagnostic;
  return {
    turns: inputs + 2,
    changes,
    watermarks: [...last.values()],
    schema: result ? result.columns.map(({ name, type }) => ({ name, type })) : null,
    chain: wrong?.chain ?? null,
    phase: wrong?.phase ?? '',
  };
}
