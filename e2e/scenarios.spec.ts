import { expect, type Page } from '@playwright/test';
import { type Change, judge, type Recorded } from '../conformance/suite/compare.ts';
import { scenarioCase } from '../conformance/suite/scenario-case.ts';
import { SCENARIOS } from '../src/content/scenarios/index.ts';
import type { Scenario } from '../src/content/scenarios/scenario.ts';
import { clockText } from '../src/page/view-model/format.ts';
import { violations } from './pages/accessibility.ts';
import { type Picture, Playground } from './pages/playground.ts';
import { test as base } from './pages/test.ts';
import { scenarioTruth, seenAnswer } from './recorded/cases.ts';
import { explainedKinds, foldedTable, inAnyOrder } from './recorded/flink.ts';

/** One page for all scenarios of a worker, which goes from one to the next by the list, as a reader does. */
const test = base.extend<object, { playground: Playground }>({
  playground: [
    async ({ browserOfWorker }, use) => {
      const page = await browserOfWorker.newPage();
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const playground = new Playground(page);
      await playground.open(undefined, 'zh', 'dark');
      await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
      await use(playground);
      await page.close();
    },
    { scope: 'worker' },
  ],
});
// Each scenario is walked through step by step, in both languages.
test.setTimeout(90_000);

const END_OF_INPUT = 9_000_000_000_000_000;

for (const scenario of SCENARIOS) {
  test(`${scenario.id} shows what Flink answered and is accessible in both languages`, async ({
    playground,
  }) => {
    const { page } = playground;
    const truth = byRow(scenario, scenarioTruth(scenario.id));
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await playground.choose(scenario.id, scenario.title.en);
    await isAccessible(page, 'en', 'light');
    await playground.focusPlayer();
    await playground.toEnd();

    const changes = await playground.changes();
    const watermarks = await playground.watermarks();
    const hasOneQuery = truth.plans?.length === 1;
    const shown = seenAnswer(truth, scenario.events.length + 2, changes, watermarks);
    const seen = {
      ...shown,
      // Of several results the page shows the first one's columns, and mini-batch's watermarks are the clock's: Flink's answer leaves them out.
      schema: hasOneQuery ? await playground.schema() : (truth.schema ?? []),
      watermarks: scenario.sql.includes('mini-batch') ? truth.watermarks : shown.watermarks,
    };
    expect(seen.steps.map(inAnyOrder)).toEqual(truth.steps.map(inAnyOrder));
    expect(judge(truth, seen).passed).toBe(true);
    await edgesAreFlinks(playground, truth);
    if (scenario.id === 'late-row') {
      const counted = foldedTable(truth.steps.flat()).reduce((sum, row) => sum + Number(row[2]), 0);
      const late = page.locator('[data-event][data-late="true"]');
      await expect(late).toHaveCount(scenario.events.length - counted);
    }
    const table = await playground.table();
    showsEveryStep(await playground.walkBack(), scenario, truth);

    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('button', { name: '深色主题' }).click();
    await playground.focusPlayer();
    await playground.toEnd();
    expect(await playground.table()).toEqual(table);
    await isAccessible(page, 'zh-CN', 'dark');
    expect(playground.complaints).toEqual([]);
  });
}

async function isAccessible(page: Page, language: string, theme: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  await expect(page.getByRole('tab', { name: /Problems|问题/ })).not.toContainText(/\d/);
  // The editor is the same in all: other tests look at it.
  expect(await violations(page, { without: '.monaco-editor', onlyTheme: theme === 'dark' })).toEqual([]);
}

/** Flink's answer with one turn for each row: a pause belongs to the row that follows it. */
function byRow(scenario: Scenario, truth: Recorded): Recorded {
  const isPause = [false, ...(scenarioCase(scenario).timeline ?? []).map((entry) => 'pause' in entry), false];
  const steps: Change[][] = [];
  const watermarks: { [sink: string]: number }[] = [];
  let waiting: Change[] = [];
  let moved: { readonly [sink: string]: number } = {};
  truth.steps.forEach((changes, turn) => {
    waiting = [...waiting, ...changes];
    moved = { ...moved, ...truth.watermarks[turn] };
    if (isPause[turn]) return;
    steps.push(waiting);
    watermarks.push(moved);
    waiting = [];
    moved = {};
  });
  return { ...truth, steps, watermarks };
}

/** The plan's edges carry what Flink's plan says, which knows the table of a lookup join by its name alone. */
async function edgesAreFlinks(playground: Playground, truth: Recorded): Promise<void> {
  const [plan = '', ...others] = truth.plans ?? [];
  if (others.length > 0 || plan.includes('LookupJoin')) return;
  const told = explainedKinds(truth);
  // EXPLAIN asks for as little as it can, a running result for every -U: more than one operator may then send them.
  const isPlain = told.filter(({ kinds }) => kinds.includes('+U')).length < 2;
  const view = (edges: readonly { readonly name: string; readonly kinds: string }[]) =>
    inAnyOrder(
      edges
        .filter(({ name }) => isPlain || name !== 'DropUpdateBefore')
        .map(({ name, kinds }) => ({ name, kinds: isPlain ? kinds : kinds.replace('-U ', '') })),
    );
  expect(view(await playground.edges())).toEqual(view(told));
}

/** At every step on the way back the page shows what Flink had said by then. */
function showsEveryStep(pictures: readonly Picture[], scenario: Scenario, truth: Recorded): void {
  const story = new Story(scenario, truth);
  const steps = pictures.length - 1;
  expect(pictures.map(({ done }) => done)).toEqual(pictures.map((_, place) => steps - place));
  const turnsSeen = new Set<number>();
  const whole = pictures[0]?.log ?? [];
  for (const { done, turn, isTurnDone, events, watermark, windows, logged, log, table } of pictures) {
    const at = `after ${done} steps`;
    // The log so far is the whole log without what came later, and the table is what it makes.
    expect(log, at).toEqual(whole.slice(0, logged));
    if (story.hasOneTable) expect(inAnyOrder(table), at).toEqual(inAnyOrder(foldedTable(log)));

    // Whenever a turn is over, all that Flink had sent by then is there, and nothing else.
    if (isTurnDone) {
      turnsSeen.add(turn);
      const sent = truth.steps.slice(0, turn + 1).flat();
      expect(inAnyOrder(log.map(({ kind, row }) => [kind, ...row])), at).toEqual(
        inAnyOrder(sent.map(({ kind, row }) => [kind, ...row])),
      );
      if (story.hasWindows) {
        expect(watermark, at).toBe(story.watermarkAfter(turn));
        expect(windows, at).toEqual(story.windowsAfter(turn));
        const late = events.flatMap(({ isLate }, input) => (isLate ? [input] : []));
        expect(late, at).toEqual(story.lateAfter(turn));
      }
    }
    // Before a row arrives its turn may have begun with a moment of the clock.
    const arrived = events.filter(({ state }) => state !== 'to-come').length;
    const mayWait = scenario.clockMatters && !isTurnDone;
    const last = Math.min(turn, scenario.events.length);
    expect(mayWait ? [last - 1, last] : [last], at).toContain(arrived);
    expect(
      events.slice(0, arrived).every(({ state }) => state !== 'to-come'),
      at,
    ).toBe(true);
  }
  expect(turnsSeen.size).toBe(truth.steps.length);
}

/** What Flink's answer implies for the pictures. */
class Story {
  readonly #scenario: Scenario;
  readonly #truth: Recorded;
  readonly #windowMs: number;
  /** One result, whose rows are told apart as its changes say. */
  readonly hasOneTable: boolean;
  /** Tumbling windows over one table, in plain UTC: their picture follows from the rows. */
  readonly hasWindows: boolean;

  constructor(scenario: Scenario, truth: Recorded) {
    this.#scenario = scenario;
    this.#truth = truth;
    const plan = truth.plans?.[0] ?? '';
    const size = /window=\[TUMBLE\([^\n]*?size=\[(\d+) (s|h)\]/.exec(plan);
    this.#windowMs = size ? Number(size[1]) * (size[2] === 'h' ? 3_600_000 : 1000) : 0;
    this.hasWindows =
      this.#windowMs > 0 && !scenario.sql.includes('partitions') && !scenario.sql.includes('UNION');
    this.hasOneTable = truth.plans?.length === 1 && !scenario.sql.includes('state.ttl');
  }

  #lastWatermark(turn: number): number {
    for (let at = turn; at >= 0; at--) {
      const ms = this.#truth.watermarks[at]?.['result'];
      if (ms !== undefined) return ms;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /** What the label on the event-time ruler says; null where there is no event time or no watermark yet. */
  watermarkAfter(turn: number): string | null {
    const ms = this.#lastWatermark(turn);
    if (ms === Number.NEGATIVE_INFINITY) return null;
    return ms > END_OF_INPUT ? 'watermark: end of input' : `watermark ${clockText(ms)}`;
  }

  #eventTime(input: number): number {
    const row = this.#scenario.events[input]?.row;
    const time = row?.['ts'] ?? row?.['cTime'];
    return typeof time === 'string' ? Date.parse(`${time.replace(' ', 'T')}Z`) : Number.NaN;
  }

  #windowStart(input: number): number {
    return Math.floor(this.#eventTime(input) / this.#windowMs) * this.#windowMs;
  }

  /** A row is late if the watermark had passed the end of its window when it came. */
  #isLate(input: number): boolean {
    return this.#lastWatermark(input) >= this.#windowStart(input) + this.#windowMs - 1;
  }

  lateAfter(turn: number): number[] {
    return this.#scenario.events.flatMap((_, input) => (input < turn && this.#isLate(input) ? [input] : []));
  }

  /** Every window of the run: how many rows it has, and closed once the watermark has passed its last millisecond. */
  windowsAfter(turn: number): { start: number; end: number; state: string; count: number }[] {
    const inputs = this.#scenario.events.map((_, input) => input).filter((input) => !this.#isLate(input));
    const starts = [...new Set(inputs.map((input) => this.#windowStart(input)))].toSorted((a, b) => a - b);
    const watermark = this.#lastWatermark(turn);
    return starts.map((start) => {
      const end = start + this.#windowMs;
      const count = inputs.filter((input) => input < turn && this.#windowStart(input) === start).length;
      const state = watermark >= end - 1 ? 'closed' : count > 0 ? 'open' : 'none';
      return { start, end, state, count };
    });
  }
}
