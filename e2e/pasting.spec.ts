import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { RecordedCase } from '../conformance/suite/cases.ts';
import { judge, type Recorded } from '../conformance/suite/compare.ts';
import type { Score } from '../conformance/suite/score.ts';
import { encodeLink } from '../src/page/store/share-link.ts';
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
import { foldedTable, inAnyOrder } from './recorded/flink.ts';

const SEED = Number(process.env['E2E_SEED'] ?? 20_260_311);
const DRAWN = Number(process.env['E2E_CASES'] ?? 30);
const GROUPS = 2;
/** Cases whose plan is Flink's letter by letter, by the committed score. */
const hasFlinksPlan = new Set(
  Object.values(JSON.parse(readFileSync('conformance/score.json', 'utf8')) as Score).flatMap(
    ({ plan }) => plan,
  ),
);
/** Recorded with an option that is there when the session is made; what a SET statement does later is not recorded. */
const NOT_BY_SET: readonly string[] = ['seeds/H1-runtime-mode-automatic-refused'];
const drawn = draw(
  promisedCases().filter(({ case: { id } }) => !NOT_FOR_SCRIPTS.includes(id) && !NOT_BY_SET.includes(id)),
  DRAWN,
  SEED,
);

for (let group = 0; group < GROUPS; group++) {
  test(`public cases that are pasted in are answered as by Flink (seed ${SEED}, part ${group + 1})`, async ({
    page,
  }) => {
    const cases = drawn.filter((_, place) => place % GROUPS === group);
    test.setTimeout(30_000 + cases.length * 6000);
    const playground = new Playground(page);
    await playground.open('filter');
    for (const { case: given, truth } of cases) {
      await test.step(given.id, async () => {
        const script = scriptOf(given, true);
        await playground.openLink(
          encodeLink({
            scenarioId: 'filter',
            sql: '',
            config: {},
            startMs: 0,
            events: eventsOf(given),
            position: 0,
          }),
        );
        await playground.paste(script.sql);
        const merged = withoutPauses(truth, given);
        const own = await answer(playground, merged, script.inStatement);
        expect.soft(judge(merged, own).passed, `${given.id}\n${brief(merged)}\n${brief(own)}`).toBe(true);
        if (hasFlinksPlan.has(given.id)) expect.soft(judge(merged, own).plan, `${given.id}: plan`).toBe(true);
      });
    }
    expect(playground.complaints).toEqual([]);
  });
}

/** What the page says and shows of the script in the editor. */
async function answer(
  playground: Playground,
  truth: Recorded,
  inStatement: (message: string) => string,
): Promise<Recorded> {
  const [said] = await playground.problems();
  const plans = await playground.explained();
  const error = said ? { error: { phase: truth.error?.phase ?? '', chain: said.map(inStatement) } } : {};
  if (!(await playground.hasSteps()))
    return { ...seenAnswer(truth, truth.steps.length, [], []), plans, ...error };
  await playground.focusPlayer();
  await playground.toEnd();
  const changes = await playground.changes();
  const watermarks = await playground.watermarks();
  const result = await playground.openResult();
  if (result !== null) {
    const sent = changes.filter(({ sink }) => sink === result);
    expect.soft(inAnyOrder(await playground.table()), truth.id).toEqual(inAnyOrder(foldedTable(sent)));
  }
  return {
    ...seenAnswer(truth, truth.steps.length, changes, watermarks),
    plans,
    ...(result === null ? {} : { schema: await playground.schema() }),
    ...error,
  };
}

function brief({ steps, watermarks, schema, error }: Recorded): string {
  return JSON.stringify({ error: error?.chain.at(-1)?.slice(0, 300), steps, watermarks, schema });
}

/** So many cases, the same for the same seed. */
function draw(cases: readonly RecordedCase[], count: number, seed: number): RecordedCase[] {
  const left = [...cases];
  let state = seed >>> 0;
  return Array.from({ length: Math.min(count, left.length) }, () => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    const [taken] = left.splice(state % left.length, 1);
    if (!taken) throw new Error('nothing is left to draw');
    return taken;
  });
}
