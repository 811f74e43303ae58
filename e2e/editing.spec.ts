import { expect } from '@playwright/test';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

test('a mistake is marked at its place, and the last picture stays', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const before = await playground.table();
  await playground.type(countPerUser.sql.replace('SELECT', 'SELCT'));
  await expect(page.locator('.squiggly-error').first()).toBeAttached();
  await expect(page.locator('[data-bar="hasError"]')).toBeVisible();
  expect(await playground.table()).toEqual(before);
  await page.getByRole('tab', { name: /Problems/ }).click();
  await expect(page.locator('[data-message]').first()).not.toBeEmpty();
  await page
    .getByRole('button', { name: /Go to line/ })
    .first()
    .click();
  await expect(page.getByRole('textbox', { name: 'SQL editor' })).toBeFocused();
  // Undo goes back word by word.
  await expect(async () => {
    await page.keyboard.press('ControlOrMeta+Z');
    await expect(page.locator('[data-bar]')).toHaveCount(0, { timeout: 100 });
  }).toPass({ intervals: [20] });
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('the query runs again by itself, and the playhead stays', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toStart();
  for (let step = 0; step < 4; step++) await playground.step();
  await playground.type(
    countPerUser.sql.replace('SELECT `user`, COUNT(url) AS cnt', 'SELECT `user`, COUNT(url) AS clicks'),
  );
  await expect(page.locator('[data-table] thead')).toContainText('clicks');
  expect((await playground.position()).step).toBe(4);
  await page.reload();
  await playground.hasRun();
  await expect(page.locator('[data-table] thead')).toContainText('clicks');
  await page.getByRole('button', { name: 'Put the scenario back as it was' }).click();
  await expect(page.locator('[data-table] thead')).toContainText('cnt');
});

test('what EXPLAIN leaves out is said beside its plan', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  expect(await playground.explained()).toHaveLength(1);
  const panel = page.getByRole('tabpanel', { name: 'Explain' });
  await expect(panel).not.toContainText('Left out');
  await playground.type(countPerUser.sql.replace('SELECT', 'EXPLAIN ESTIMATED_COST SELECT'));
  await expect(panel).toContainText('Left out: ESTIMATED_COST.');
});

test('the lean editor completes, finds and has its palette', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.type('SELECT 1');
  await page.keyboard.press('Enter');
  await page.keyboard.type('SELE');
  await page.keyboard.press('ControlOrMeta+Space');
  await expect(page.locator('.suggest-widget.visible')).toContainText('SELECT');
  await page.keyboard.press('Tab');
  await expect(page.locator('.monaco-editor .view-line').nth(1)).toHaveText(/^SELECT/);
  await page.keyboard.press('ControlOrMeta+F');
  await expect(page.locator('.find-widget.visible')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F1');
  await expect(page.locator('.quick-input-widget')).toBeVisible();
});

test('an edited event runs at once', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  await playground.cell(0, 'user').fill('Zoe');
  await playground.cell(0, 'user').press('Enter');
  await expect(page.locator('[data-table]')).toContainText('Zoe');
  await page.getByRole('button', { name: 'Delete event 1', exact: true }).click();
  await expect(page.locator('[data-table]')).not.toContainText('Zoe');
  await page.getByRole('button', { name: 'Add an event', exact: true }).click();
  await expect(page.locator('[data-event]')).toHaveCount(8);
});

test('a value that is none is said at its cell, and the page goes on', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('cdc-orders');
  await playground.cell(0, 'amount').fill('many');
  await playground.cell(0, 'amount').press('Enter');
  await expect(page.locator('[data-events] [role="alert"]')).toContainText('Not a number: many');
  await playground.cell(0, 'amount').press('Escape');
  await expect(page.locator('[data-events] [role="alert"]')).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Arrival of event 2, in seconds' }).fill('-3');
  await page.getByRole('textbox', { name: 'Arrival of event 2, in seconds' }).press('Enter');
  await expect(page.locator('[data-events] [role="alert"]')).toContainText('Seconds since the start');
});

test('a timestamp that is none fails at its event', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.cell(3, 'ts').fill('yesterday');
  await playground.cell(3, 'ts').press('Enter');
  await expect(page.locator('[data-bar="failed"]')).toContainText('event 4');
  await expect(page.locator('[data-event-row="3"]')).toHaveAttribute('data-failed', 'true');
  await playground.cell(3, 'ts').fill('2020-04-15 12:00:05');
  await playground.cell(3, 'ts').press('Enter');
  await expect(page.locator('[data-bar]')).toHaveCount(0);
});

test('dragging the late row to the left saves it', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.toEnd();
  const late = page.locator('[data-event][data-late="true"]');
  await expect(late).toHaveCount(1);
  const input = Number(await late.getAttribute('data-event'));
  await playground.drag(playground.dot(input), -120);
  await expect(late).toHaveCount(0);
  expect((await playground.windows())[0]?.count).toBe(8);
});

test('arrow keys move an event along either ruler', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('late-row');
  await playground.toEnd();
  const arrival = playground.dot(13);
  await arrival.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(arrival).toHaveAttribute('aria-valuetext', '32 s');
  await page.keyboard.press('ArrowLeft');
  await expect(arrival).toHaveAttribute('aria-valuetext', '31.5 s');
  const event = playground.dot(13, 'event');
  await event.focus();
  await page.keyboard.press('ArrowRight');
  await expect(event).toHaveAttribute('aria-valuetext', '12:00:26.7');
  await expect(playground.cell(13, 'ts')).toHaveValue('2020-04-15 12:00:26.7');
});

test('a megabyte in the editor is kept and does not freeze the page', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.focusEditor();
  await page.keyboard.press('ControlOrMeta+A');
  await page.evaluate(() => navigator.clipboard.writeText(`${'x'.repeat(99)}\n`.repeat(10_000)));
  await page.keyboard.press('ControlOrMeta+V');
  await expect(page.locator('[data-notice="tooLong"]')).toBeVisible();
  await playground.focusPlayer();
  await playground.toStart();
  await playground.step();
  expect((await playground.position()).step).toBe(1);
});

test('a query that never ends is cancelled, and the page goes on', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const before = await playground.table();
  await playground.type(
    countPerUser.sql.replace('FROM clicks', "FROM clicks WHERE REGEXP(REPEAT(url, 20), '([a-z./?=0-9]+)+#')"),
  );
  await expect(page.locator('[data-bar="running"]')).toBeVisible();
  await playground.focusPlayer();
  await playground.stepBack();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('[data-notice="cancelled"]')).toBeVisible();
  await playground.type(countPerUser.sql);
  await expect(page.locator('[data-bar]')).toHaveCount(0);
  await playground.hasRun();
  await playground.focusPlayer();
  await playground.toEnd();
  expect(await playground.table()).toEqual(before);
});

test('a check that never ends is given up', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.type(
    countPerUser.sql.replace(
      'FROM clicks',
      () => "FROM clicks WHERE REGEXP(REPEAT('a', 60) || 'b', '(a+)+$')",
    ),
  );
  await expect(page.locator('[data-notice="slowCheck"]')).toBeVisible({ timeout: 15_000 });
  await playground.type(countPerUser.sql.replace('cnt', 'clicks'));
  await expect(page.locator('[data-table] thead')).toContainText('clicks');
});
