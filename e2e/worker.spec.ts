import { expect, type Page, type Route } from '@playwright/test';
import type { Remote } from 'comlink';
import { judge, type Recorded } from '../conformance/suite/compare.ts';
import type { EngineApi, InputEvent } from '../src/engine/engine-api.ts';
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
  return page.evaluate(
    async ({ address, questions }) => {
      const comlink = (globalThis as unknown as { Comlink: { wrap(worker: Worker): unknown } }).Comlink;
      const worker = new Worker(address, { type: 'module' });
      const probe = await new Promise<string>((resolve) =>
        worker.addEventListener(
          'message',
          ({ data }: MessageEvent<{ probe: string }>) => resolve(data.probe),
          { once: true },
        ),
      );
      const engine = comlink.wrap(worker) as Pick<Remote<EngineApi>, 'run' | 'trace'>;
      const kinds = ['+I', '-U', '+U', '-D'];
      const found: SeenAnswer[] = [];
      for (const { script, config, inputs } of JSON.parse(questions) as Asked[]) {
        const run = await engine.run({ script, config, inputs, startMs: 0, seed: 1 });
        const { steps, sinks, failure, diagnostics } = run;
        const slice = steps.count > 0 ? await engine.trace(run.runId, 0, steps.count) : null;
        const changes: SeenAnswer['changes'][number][] = [];
        const last = new Map<string, SeenAnswer['watermarks'][number]>();
        let turn = 0;
        for (let step = 0; step < steps.count; step++) {
          if (!slice) break;
          while ((steps.turnStart[turn + 1] ?? Infinity) <= step) turn++;
          for (let at = slice.stepStart[step] ?? 0; at < (slice.stepStart[step + 1] ?? 0); at++) {
            const sink = sinks.find(({ operator }) => operator === slice.operator[at]);
            if (!sink) continue;
            // 0: a row reached the sink, 1: a watermark did.
            if (slice.kind[at] === 0) {
              const row = slice.row[at] ?? -1;
              const cells = slice.cells.slice(slice.rowStart[row], slice.rowStart[row + 1]);
              changes.push({
                turn,
                sink: sink.name,
                kind: kinds[slice.rowKind[at] ?? 0] ?? '',
                row: cells.map((cell) => (cell === null ? null : String(cell))),
              });
            } else if (slice.kind[at] === 1) {
              last.set(`${turn} ${sink.name}`, { turn, sink: sink.name, ms: slice.atMs[at] ?? Number.NaN });
            }
          }
        }
        const result = sinks.findLast(({ name }) => /^result\d*$/.test(name));
        const wrong = diagnostics.find(({ severity }) => severity === 'error') ?? failure?.diagnostic;
        found.push({
          turns: inputs.length + 2,
          changes,
          watermarks: [...last.values()],
          schema: result ? result.columns.map(({ name, type }) => ({ name, type })) : null,
          chain: wrong?.chain ?? null,
          phase: wrong?.phase ?? '',
        });
      }
      worker.terminate();
      return { probe, answers: found };
    },
    { address: url, questions: JSON.stringify(jobs) },
  );
}
