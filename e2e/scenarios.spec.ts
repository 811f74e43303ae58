import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { judge, type Recorded } from '../conformance/suite/compare.ts';
import { SCENARIOS } from '../src/content/scenarios/index.ts';
import type { Scenario } from '../src/content/scenarios/scenario.ts';
import { clockText } from '../src/page/view-model/format.ts';
import { Playground } from './pages/playground.ts';
import { scenarioTruth, seenAnswer } from './recorded/cases.ts';
import { explainedKinds, foldedTable, inAnyOrder } from './recorded/flink.ts';

test.use({ reducedMotion: 'reduce' });

const END_OF_INPUT = 9_000_000_000_000_000;

for (const scenario of SCENARIOS) {
  for (const language of ['en', 'zh'] as const) {
    test(`${scenario.id} shows what Flink answered and is accessible (${language})`, async ({ page }) => {
      const truth = scenarioTruth(scenario.id);
      const playground = new Playground(page);
      const theme = language === 'en' ? 'light' : 'dark';
      await playground.open(scenario.id, language, theme);
      await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? 'en' : 'zh-CN');
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
      await playground.toEnd();

      const changes = await playground.changes();
      const watermarks = await playground.watermarks();
      const seen = {
        ...seenAnswer(truth, scenario.events.length + 2, changes, watermarks),
        schema: await playground.schema(),
      };
      expect(seen.steps.map(inAnyOrder)).toEqual(truth.steps.map(inAnyOrder));
      expect(judge(truth, seen).passed).toBe(true);
      expect(inAnyOrder(await playground.table())).toEqual(inAnyOrder(foldedTable(truth.steps.flat())));

      expect(inAnyOrder(await playground.edges())).toEqual(inAnyOrder(explainedKinds(truth)));
      if (scenario.id === 'late-row') {
        const counted = foldedTable(truth.steps.flat()).reduce((sum, row) => sum + Number(row[2]), 0);
        const late = page.locator('[data-event][data-late="true"]');
        await expect(late).toHaveCount(scenario.events.length - counted);
      }

      await expect(page.getByRole('tab', { name: /Problems|问题/ })).not.toContainText(/\d/);
      const found = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
      ).toEqual([]);
      if (language === 'en') await stepsBack(page, playground, scenario, truth);
      expect(playground.complaints).toEqual([]);
    });
  }
}

/** From the end to the start: at every step the page shows what Flink had said by then. */
async function stepsBack(
  page: Page,
  playground: Playground,
  scenario: Scenario,
  truth: Recorded,
): Promise<void> {
  const story = new Story(scenario, truth);
  const all = await playground.changes();
  const { steps } = await playground.position();
  const turnsSeen = new Set<number>();
  for (let done = steps; done >= 0; done--) {
    if (done < steps) await playground.stepBack();
    await expect(page.locator('[data-readout="step"]')).toHaveText(new RegExp(` ${done}/${steps}$`));
    const at = `after ${done} steps`;
    const { turn, isTurnDone, events, watermark, windows } = await playground.picture();

    // The log so far is the whole log without what came later, and the table is what it makes.
    const log = await playground.changes();
    expect(log, at).toEqual(all.filter(({ step }) => step < done));
    expect(inAnyOrder(await playground.table()), at).toEqual(inAnyOrder(foldedTable(log)));

    // Whenever a turn is over, all that Flink had sent by then is there, and nothing else.
    if (isTurnDone) {
      turnsSeen.add(turn);
      const sent = truth.steps.slice(0, turn + 1).flat();
      expect(inAnyOrder(log.map(({ kind, row }) => [kind, ...row])), at).toEqual(
        inAnyOrder(sent.map(({ kind, row }) => [kind, ...row])),
      );
      const told = story.watermarkAfter(turn);
      expect(watermark, at).toBe(told);
      expect(windows, at).toEqual(story.windowsAfter(turn));
      expect(
        events.map(({ isLate }, input) => (isLate ? input : -1)).filter((input) => input >= 0),
        at,
      ).toEqual(story.lateAfter(turn));
    }
    expect(
      events.map(({ state }) => state !== 'to-come'),
      at,
    ).toEqual(scenario.events.map((_, input) => input < turn));
  }
  expect(turnsSeen.size).toBe(truth.steps.length);
}

/** What Flink's answer implies for the pictures. */
class Story {
  readonly #scenario: Scenario;
  readonly #truth: Recorded;
  readonly #windowMs: number;

  constructor(scenario: Scenario, truth: Recorded) {
    this.#scenario = scenario;
    this.#truth = truth;
    const size = /window=\[TUMBLE\([^\n]*?size=\[(\d+) (s|h)\]/.exec(truth.plans?.[0] ?? '');
    this.#windowMs = size ? Number(size[1]) * (size[2] === 'h' ? 3_600_000 : 1000) : 0;
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
    if (this.#windowMs === 0 || ms === Number.NEGATIVE_INFINITY) return null;
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
    return this.#windowMs > 0 && this.#lastWatermark(input) >= this.#windowStart(input) + this.#windowMs - 1;
  }

  lateAfter(turn: number): number[] {
    return this.#scenario.events.flatMap((_, input) => (input < turn && this.#isLate(input) ? [input] : []));
  }

  /** Every window of the run: how many rows it has, and closed once the watermark has passed its last millisecond. */
  windowsAfter(turn: number): { start: number; end: number; state: string; count: number }[] {
    if (this.#windowMs === 0) return [];
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
