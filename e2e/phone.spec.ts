import { expect, test } from '@playwright/test';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' });

test('a phone reads, steps and edits without Monaco', async ({ page }) => {
  const playground = new Playground(page);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await playground.open('count-per-user');
  await page.getByRole('button', { name: 'Last step' }).click();
  expect((await playground.table()).length).toBe(3);
  await page.getByRole('tab', { name: 'SQL' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'SQL editor' }).fill(countPerUser.sql.replace('cnt', 'clicks'));
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('tab', { name: 'Table' }).click();
  await expect(page.locator('[data-table] thead')).toContainText('clicks');
  expect(fetched.filter((url) => url.includes('monaco'))).toEqual([]);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
});
