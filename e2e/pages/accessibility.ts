import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type Axe from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Look {
  /** Only what a theme decides: contrast. For a page that was looked at in another theme. */
  readonly onlyTheme?: boolean;
  /** Parts that are looked at elsewhere. */
  readonly without?: string;
}

/** What axe finds against WCAG 2.2 AA, as `rule: element, what to do`; empty for an accessible page. */
export async function violations(page: Page, look: Look = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async ({ onlyTheme = false, without }) => {
    const { axe } = window as unknown as { axe: typeof Axe };
    const found = await axe.run(without ? { exclude: without } : document, {
      runOnly: onlyTheme ? ['color-contrast'] : ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
      // Style sheets are not fetched once more: no rule that runs reads them.
      preload: false,
    });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  }, look);
}
