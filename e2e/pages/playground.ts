import { expect, type Locator, type Page } from '@playwright/test';
import type { InputEvent } from '../../src/engine/engine-api.ts';

/** A change as the log shows it; NULL is null. */
export interface ShownChange {
  readonly turn: number;
  readonly step: number;
  readonly kind: string;
  readonly sink: string;
  readonly row: readonly (string | null)[];
}

/** The page in the user's words. */
export class Playground {
  readonly page: Page;
  /** What the console and the page itself complained about. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  /** Opens the page at a scenario; without one, as on a first visit. */
  async open(
    scenarioId?: string,
    language: 'en' | 'zh' = 'en',
    theme: 'light' | 'dark' = 'light',
  ): Promise<void> {
    await this.page.addInitScript(
      ([scenario, settings]) => {
        if (sessionStorage.getItem('opened')) return;
        sessionStorage.setItem('opened', 'yes');
        if (scenario) localStorage.setItem('tidemark.current', scenario);
        localStorage.setItem('tidemark.settings', settings);
      },
      [scenarioId ?? '', JSON.stringify({ theme, language })] as const,
    );
    await this.page.goto('./');
    await this.hasRun();
  }

  /** Puts other events, or another script, in place of a scenario's before the page is opened. */
  async prepare(
    scenarioId: string,
    sql: string,
    events: readonly InputEvent[],
    startMs: number,
  ): Promise<void> {
    await this.page.addInitScript(([id, work]) => localStorage.setItem(`tidemark.work.${id}`, work), [
      scenarioId,
      JSON.stringify({ sql, events, startMs }),
    ] as const);
  }

  /** Waits until a run is on the screen and none is in progress. */
  async hasRun(): Promise<void> {
    await expect(this.page.locator('[data-readout="step"]')).not.toHaveText(/\/0$/, { timeout: 15_000 });
    const phase = this.page.locator('[data-phase]');
    if ((await phase.count()) > 0)
      await expect(phase).toHaveAttribute('data-phase', 'idle', { timeout: 15_000 });
  }

  /** Steps done and steps there are. */
  async position(): Promise<{ readonly step: number; readonly steps: number }> {
    const text = (await this.page.locator('[data-readout="step"]').textContent()) ?? '';
    const [, step, steps] = /(\d+)\/(\d+)/.exec(text) ?? [];
    return { step: Number(step), steps: Number(steps) };
  }

  async toStart(): Promise<void> {
    await this.page.keyboard.press('Home');
    await expect(this.page.locator('[data-readout="step"]')).toHaveText(/ 0\//);
  }

  async toEnd(): Promise<void> {
    await this.page.keyboard.press('End');
    await expect(this.page.locator('[data-readout="step"]')).toHaveText(/ (\d+)\/\1$/);
  }

  async step(): Promise<void> {
    await this.page.keyboard.press('ArrowRight');
  }

  async stepBack(): Promise<void> {
    await this.page.keyboard.press('ArrowLeft');
  }

  /** Moves the focus where keys mean steps. */
  async focusPlayer(): Promise<void> {
    await this.page
      .locator('[data-pane]')
      .filter({ has: this.page.locator('[data-readout]') })
      .focus();
  }

  sentence(): Locator {
    return this.page.locator('[data-sentence]');
  }

  /** The changes in the log, oldest first. */
  async changes(): Promise<ShownChange[]> {
    const rows = await this.page.locator('[data-log] tr[data-kind]').evaluateAll((elements) =>
      elements.map((row) => ({
        turn: Number(row.getAttribute('data-turn')),
        step: Number(row.getAttribute('data-step')),
        kind: row.getAttribute('data-kind') ?? '',
        sink: row.getAttribute('data-sink') ?? '',
        row: [...row.querySelectorAll('td')].map((cell) =>
          cell.querySelector('[data-null]') ? null : cell.textContent,
        ),
      })),
    );
    return rows.toReversed();
  }

  /** The rows of the open result table, without those that are just leaving. */
  async table(): Promise<(string | null)[][]> {
    return this.page
      .locator('[data-table] tr[data-row]:not([data-state="deleted"])')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('td')].map((cell) =>
            cell.querySelector('[data-null]') ? null : cell.textContent,
          ),
        ),
      );
  }

  /** The last watermark that reached each sink in each turn, as milliseconds. */
  async watermarks(): Promise<{ readonly turn: number; readonly sink: string; readonly ms: number }[]> {
    return this.page.locator('[data-turn-watermark]').evaluateAll((items) =>
      items.map((item) => ({
        turn: Number(item.getAttribute('data-turn-watermark')),
        sink: item.getAttribute('data-sink') ?? '',
        ms: Number(item.getAttribute('data-watermark-ms')),
      })),
    );
  }

  /** Windows on the timeline. */
  async windows(): Promise<
    { readonly start: number; readonly end: number; readonly state: string; readonly count: number }[]
  > {
    return this.page.locator('[data-window-start]').evaluateAll((bars) =>
      bars.map((bar) => ({
        start: Number(bar.getAttribute('data-window-start')),
        end: Number(bar.getAttribute('data-window-end')),
        state: bar.getAttribute('data-state') ?? '',
        count: Number(bar.getAttribute('data-count')),
      })),
    );
  }

  /** Edges of the plan: from, to, kinds. */
  async edges(): Promise<{ readonly from: number; readonly to: number; readonly kinds: string }[]> {
    return this.page.locator('[data-from][data-to]').evaluateAll((edges) =>
      edges.map((edge) => ({
        from: Number(edge.getAttribute('data-from')),
        to: Number(edge.getAttribute('data-to')),
        kinds: edge.getAttribute('data-kinds') ?? '',
      })),
    );
  }

  /** A row's dot on one of the rulers. */
  dot(input: number, ruler: 'arrival' | 'event' = 'arrival'): Locator {
    return this.page.locator(`[data-ruler="${ruler}"][data-input="${input}"]`);
  }

  /** Drags a dot sideways. */
  async drag(dot: Locator, pixels: number): Promise<void> {
    const box = await dot.locator('circle').last().boundingBox();
    if (!box) throw new Error('the dot is not on the screen');
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels / 2, y, { steps: 4 });
    await this.page.mouse.move(x + pixels, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** A cell of the table of events. */
  cell(input: number, column: string): Locator {
    return this.page.getByRole('textbox', { name: `${column} of event ${input + 1}`, exact: true });
  }

  /** Waits for the editor, and puts the cursor in it. */
  async focusEditor(): Promise<void> {
    const sql = this.page.getByRole('tab', { name: 'SQL', exact: true });
    if ((await sql.count()) > 0) await sql.click();
    await this.page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
    await this.page.getByRole('textbox', { name: /SQL editor|SQL 编辑器/ }).focus();
  }

  /** Replaces the script. */
  async type(sql: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(sql);
  }
}
