import { expect } from '@playwright/test';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

test('a link opens the same script, events and step', async ({ page, context }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.toStart();
  for (let step = 0; step < 6; step++) await playground.step();
  await playground.cell(0, 'user').fill('Zoe');
  await playground.cell(0, 'user').press('Enter');
  await expect(page.locator('[data-phase]')).toHaveAttribute('data-phase', 'idle');
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.locator('[data-notice="copied"]')).toBeVisible();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  const other = new Playground(await context.newPage());
  await other.page.goto(address);
  await other.hasRun();
  expect((await other.position()).step).toBe(6);
  await expect(other.cell(0, 'user')).toHaveValue('Zoe');
});
