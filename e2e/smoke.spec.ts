import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { SCENARIOS } from '../src/content/scenarios/index.ts';
import { Playground } from './pages/playground.ts';

test.use({ reducedMotion: 'reduce' });

for (const scenario of SCENARIOS) {
  for (const language of ['en', 'zh'] as const) {
    test(`${scenario.id} runs, steps and is accessible (${language})`, async ({ page }) => {
      const playground = new Playground(page);
      const theme = language === 'en' ? 'light' : 'dark';
      await playground.open(scenario.id, language, theme);
      await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? 'en' : 'zh-CN');
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
      await playground.toEnd();
      expect((await playground.position()).steps).toBeGreaterThanOrEqual(scenario.events.length);
      expect((await playground.changes()).length).toBeGreaterThan(0);
      await expect(page.locator('[data-event]')).toHaveCount(scenario.events.length);
      await expect(page.getByRole('tab', { name: /Problems|问题/ })).not.toContainText(/\d/);
      const found = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
      ).toEqual([]);
      expect(playground.complaints).toEqual([]);
    });

    test(`${scenario.id}: stepping back gives every earlier table (${language})`, async ({ page }) => {
      test.skip(language === 'zh', 'the tables have no words');
      const playground = new Playground(page);
      await playground.open(scenario.id);
      await playground.toStart();
      const { steps } = await playground.position();
      const tables = [await playground.table()];
      for (let step = 1; step <= steps; step++) {
        await playground.step();
        tables.push(await playground.table());
      }
      expect(tables.at(-1)).not.toEqual(tables[0]);
      for (let step = steps - 1; step >= 0; step--) {
        await playground.stepBack();
        expect(await playground.table(), `after ${step} steps`).toEqual(tables[step]);
      }
    });
  }
}
