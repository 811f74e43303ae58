import { expect } from '@playwright/test';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

test('a first visit plays to the first surprise, then waits', async ({ page }) => {
  const playground = new Playground(page);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('./');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible({ timeout: 10_000 });
  await expect(playground.sentence()).toContainText('takes back', { timeout: 10_000 });
  await expect(page.getByText('Press ← and → to step')).toBeVisible();
  expect((await playground.position()).step).toBe(3);
});

test('a first visit stands at the first surprise', async ({ page }) => {
  await page.goto('./');
  await expect(page.locator('[data-readout="step"]')).toHaveText(/ 3\//);
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
});

test('everything can be done from the keyboard', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.toStart();
  await page.keyboard.press('ArrowRight');
  expect((await playground.position()).step).toBe(1);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(playground.sentence()).toContainText('closes');
  await page.keyboard.press('Shift+ArrowLeft');
  expect((await playground.position()).step).toBe(0);
  await page.keyboard.press(']');
  await expect(page.getByLabel('Speed')).toHaveValue('2');
  await page.keyboard.press('[');
  await page.keyboard.press('End');
  const { step, steps } = await playground.position();
  expect(step).toBe(steps);
  await page.keyboard.press('Home');
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press(' ');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Play or pause');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const panes = new Set<string | null>();
  for (let times = 0; times < 8; times++) {
    await page.keyboard.press('F6');
    panes.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null));
  }
  expect(panes.size).toBeGreaterThanOrEqual(6);
});

test('a click on a change, a dot or a marker goes to its step', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  await page.locator('[data-log] tr[data-kind="-U"]').last().click();
  expect((await playground.position()).step).toBe(3);
  await playground.dot(5).click();
  expect((await playground.position()).step).toBe(6);
});

test('an operator shows its line and what it remembers', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  await page.locator('[data-name="GroupAggregate"]').click();
  const panel = page.locator('[data-operator-panel="GroupAggregate"]');
  await expect(panel).toContainText('GroupAggregate(');
  await expect(panel.locator('[data-state-table] tbody tr')).toHaveCount(3);
  await playground.focusPlayer();
  await playground.toStart();
  await playground.step();
  await expect(panel.locator('[data-state-table] tbody tr')).toHaveCount(1);
});

test('theme and language are switched and remembered', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('button', { name: '分享' })).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: '分享' })).toBeVisible();
  expect(playground.complaints).toEqual([]);
});

test('while nothing has come out, the page says why and leads to the first output', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.focusPlayer();
  await playground.toStart();
  for (let steps = 0; steps < 4; steps++) await playground.step();
  await page.getByRole('button', { name: 'Why is there no output?' }).click();
  const answer = page.locator('[data-reason]');
  await expect(answer).toHaveAttribute('data-reason', 'window-open');
  await expect(answer).toContainText('12:00:09.999');
  await page.getByRole('button', { name: 'Go to the first output' }).click();
  await expect(page.locator('[data-no-output]')).toHaveCount(0);
  expect((await playground.table()).length).toBe(1);
});

test('an edge of the plan says why it carries -U, and leads to who asked', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('cdc-orders');
  await page.locator('[data-name="TableSourceScan"]').click();
  await expect(page.locator('[data-why]')).toHaveAttribute('data-why', 'aggregate-must-subtract');
  await page.getByRole('button', { name: 'Go to GroupAggregate' }).click();
  await expect(page.locator('[data-why]')).toHaveAttribute('data-why', 'result-takes-back');
});

test('a changelog stands in three encodings, with what is impossible struck out', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const changes = await playground.changes();
  await page.getByRole('tab', { name: 'Encodings' }).click();
  const head = (encoding: string) => page.locator(`[data-encoding="${encoding}"]`);
  await expect(head('append')).toHaveAttribute('data-impossible', 'updates');
  await expect(head('retract')).toHaveAttribute('data-count', String(changes.length));
  const upserts = changes.filter(({ kind }) => kind !== '-U').length;
  await expect(head('upsert')).toHaveAttribute('data-count', String(upserts));
});
