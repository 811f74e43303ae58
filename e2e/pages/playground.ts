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

/** The timeline at one position. */
export interface Picture {
  /** How many steps are done. */
  readonly done: number;
  /** The turn of the last step: 0 before the first row, then the number of the row, at last one more. */
  readonly turn: number;
  /** Whether that step is the last of its turn. */
  readonly isTurnDone: boolean;
  /** The rows in order of arrival. */
  readonly events: readonly { readonly state: string; readonly isLate: boolean }[];
  readonly watermark: string | null;
  readonly windows: readonly {
    readonly start: number;
    readonly end: number;
    readonly state: string;
    readonly count: number;
  }[];
  /** How many changes the log has, and those of them that are drawn, oldest first. */
  readonly logged: number;
  readonly log: readonly Pick<ShownChange, 'sink' | 'kind' | 'row'>[];
  /** The rows of the open result table. */
  readonly table: readonly (readonly (string | null)[])[];
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

  /** Chooses a scenario from the list, with the page in English. */
  async choose(scenarioId: string, title: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Scenario' }).click();
    await this.page.getByRole('option', { name: title, exact: true }).click();
    await expect(this.page.locator('[data-scenario]')).toHaveAttribute('data-scenario', scenarioId);
    await this.hasRun();
  }

  /** Puts other events, or another script, in place of a scenario's before the page is opened. */
  async prepare(
    scenarioId: string,
    sql: string,
    events: readonly InputEvent[],
    startMs: number,
  ): Promise<void> {
    await this.page.addInitScript(
      ([id, work]) => {
        localStorage.setItem('tidemark.current', id);
        localStorage.setItem(`tidemark.work.${id}`, work);
      },
      [scenarioId, JSON.stringify({ sql, events, startMs })] as const,
    );
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
    // A long log is drawn where it is looked at: read it as one would, scrolling down.
    const rows = await this.page.locator('[data-log]').evaluate(async (table) => {
      const read = () =>
        [...table.querySelectorAll<HTMLElement>('tr[data-kind]')].map((row) => ({
          change: Number(row.dataset['change']),
          turn: Number(row.dataset['turn']),
          step: Number(row.dataset['step']),
          kind: row.dataset['kind'] ?? '',
          sink: row.dataset['sink'] ?? '',
          row: [...row.querySelectorAll('td')].map((cell) =>
            cell.querySelector('[data-null]') ? null : cell.textContent,
          ),
        }));
      const box = table.parentElement;
      const seen = new Map(read().map((row) => [row.change, row]));
      while (
        box &&
        seen.size < Number(table.dataset['count']) &&
        box.scrollTop + box.clientHeight < box.scrollHeight - 1
      ) {
        box.scrollBy(0, box.clientHeight / 2);
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
        for (const row of read()) seen.set(row.change, row);
      }
      box?.scrollTo(0, 0);
      return [...seen.values()].toSorted((a, b) => b.change - a.change).map(({ change: _, ...row }) => row);
    });
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

  /** Edges of the plan: the operator each comes from, and the kinds of rows on it. */
  async edges(): Promise<{ readonly name: string; readonly kinds: string }[]> {
    await expect(this.page.locator('[data-operator]').first()).toBeVisible();
    return this.page.locator('[data-from][data-to]').evaluateAll((edges) =>
      edges.map((edge) => ({
        name:
          document
            .querySelector(`[data-operator="${edge.getAttribute('data-from')}"]`)
            ?.getAttribute('data-name') ?? '',
        kinds: edge.getAttribute('data-kinds') ?? '',
      })),
    );
  }

  /** Names and types of the open result table. */
  async schema(): Promise<{ readonly name: string; readonly type: string }[]> {
    return this.page
      .locator('[data-table] thead th')
      .evaluateAll((heads) =>
        heads.map((head) => ({ name: head.textContent ?? '', type: head.getAttribute('title') ?? '' })),
      );
  }

  /** Steps back from where the playhead stands to the start; what the page shows at each step on the way, the first one included. */
  async walkBack(): Promise<readonly Picture[]> {
    return this.page.evaluate(async () => {
      const readout = () => document.querySelector<HTMLElement>('[data-readout="step"]');
      const stepNow = () => Number(/(\d+)\/\d+/.exec(readout()?.textContent ?? '')?.[1]);
      const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      const cells = (row: Element) =>
        [...row.querySelectorAll('td')].map((cell) =>
          cell.querySelector('[data-null]') ? null : cell.textContent,
        );
      const picture = () => ({
        done: stepNow(),
        turn: Number(readout()?.dataset['turn']),
        isTurnDone: readout()?.dataset['turnDone'] === 'true',
        events: [...document.querySelectorAll<SVGElement>('[data-event]')].map(({ dataset }) => ({
          state: dataset['state'] ?? '',
          isLate: dataset['late'] === 'true',
        })),
        watermark: document.querySelector('g[data-watermark-ms] text')?.textContent ?? null,
        windows: [...document.querySelectorAll<SVGElement>('[data-window-start]')].map(({ dataset }) => ({
          start: Number(dataset['windowStart']),
          end: Number(dataset['windowEnd']),
          state: dataset['state'] ?? '',
          count: Number(dataset['count']),
        })),
        logged: Number(document.querySelector<HTMLElement>('[data-log]')?.dataset['count']),
        log: [...document.querySelectorAll<HTMLElement>('[data-log] tr[data-kind]')]
          .map((row) => ({
            sink: row.dataset['sink'] ?? '',
            kind: row.dataset['kind'] ?? '',
            row: cells(row),
          }))
          .toReversed(),
        table: [...document.querySelectorAll('[data-table] tr[data-row]:not([data-state="deleted"])')].map(
          cells,
        ),
      });
      const pictures = [picture()];
      for (let done = stepNow() - 1; done >= 0; done--) {
        dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
        for (let tries = 0; stepNow() !== done && tries < 100; tries++) await frame();
        await frame();
        pictures.push(picture());
      }
      return pictures;
    });
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

  /** Pastes a script over the one in the editor, and waits until the page has run it or said what is wrong. */
  async paste(sql: string): Promise<void> {
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), sql);
    // On a busy machine a key may be pressed before the editor has the focus: then it is pressed again, as a user would.
    await expect(async () => {
      await this.focusEditor();
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.press('ControlOrMeta+V');
      await expect
        .poll(() => this.page.locator('[data-phase]').getAttribute('data-script-length'), { timeout: 3000 })
        .toBe(String(sql.length));
    }).toPass({ timeout: 20_000 });
    await this.hasSettled(sql);
  }

  /** Opens a link in the page that is open already. */
  async openLink(hash: string): Promise<void> {
    await this.page.evaluate((fragment) => {
      location.hash = fragment;
    }, hash);
    await expect.poll(() => this.page.evaluate(() => location.hash)).toBe('');
    await this.hasSettled();
  }

  /** Waits until what is on the screen is of the script in the editor, or until the page says that it is not. */
  async hasSettled(sql?: string): Promise<void> {
    if (sql !== undefined)
      await expect
        .poll(() => this.page.locator('[data-phase]').getAttribute('data-script-length'))
        .toBe(String(sql.length));
    await expect(
      this.page.locator(
        '[data-phase="idle"][data-shows="current"], [data-phase="idle"][data-shows="refused"]',
      ),
    ).toBeAttached({ timeout: 10_000 });
  }

  /** Whether there is anything to step through. */
  async hasSteps(): Promise<boolean> {
    const isRefused = (await this.page.locator('[data-phase][data-shows="refused"]').count()) > 0;
    return !isRefused && (await this.position()).steps > 0;
  }

  /** What the list of problems says is wrong, the first thing first; each with its causes after it. */
  async problems(): Promise<string[][]> {
    await this.page.getByRole('tab', { name: /Problems/ }).click();
    return this.page
      .locator('[data-severity="error"]')
      .evaluateAll((items) =>
        items.map((item) =>
          [...item.querySelectorAll('[data-message], [data-cause]')].map(
            ({ textContent }) => textContent ?? '',
          ),
        ),
      );
  }

  /** The plans, in Flink's own text. */
  async explained(): Promise<string[]> {
    await this.page.getByRole('tab', { name: 'Explain', exact: true }).click();
    return this.page
      .locator('[data-explain]')
      .evaluateAll((texts) => texts.map(({ textContent }) => textContent ?? ''));
  }

  /** Opens the table of the last SELECT and gives the name of its sink; null if there is no SELECT. */
  async openResult(): Promise<string | null> {
    const tabs = this.page
      .getByRole('tablist', { name: 'Result' })
      .getByRole('tab', { name: /^(Table|result\d*)$/ });
    if ((await tabs.count()) === 0) return null;
    await tabs.last().click();
    const name = await this.page.locator('[data-table]').getAttribute('data-table');
    return name !== null && /^result\d*$/.test(name) ? name : null;
  }
}
