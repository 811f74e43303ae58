import { expect, type Locator, type Page } from '@playwright/test';
import { idlePartition } from '../src/content/scenarios/idle-partition.ts';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

async function openPlane(page: Page, scenario: string): Promise<Playground> {
  const playground = new Playground(page);
  await playground.open(scenario);
  await page.getByRole('button', { name: 'Show event time over arrival as a plane' }).click();
  await expect(page.locator('[data-point]').first()).toBeVisible();
  await playground.focusPlayer();
  await playground.toEnd();
  return playground;
}

async function dragBy(page: Page, handle: Locator, dx: number, dy: number): Promise<void> {
  const box = await handle.boundingBox();
  if (!box) throw new Error('nothing to drag');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx / 2, y + dy / 2, { steps: 4 });
  await page.mouse.move(x + dx, y + dy, { steps: 4 });
  await page.mouse.up();
}

const late = (page: Page): Locator => page.locator('[data-point][data-late="true"]');

/** What a table's WATERMARK clause says in the editor. */
async function watermarkOf(page: Page, table: string): Promise<string | undefined> {
  const lines = ((await page.locator('.view-lines').textContent()) ?? '').replaceAll('\u00a0', ' ');
  return new RegExp(`CREATE TABLE ${table} .*?WATERMARK FOR ts AS (.*?)\\) WITH`).exec(lines)?.[1];
}

/** Windows as the plane shows them. */
function bands(page: Page): Promise<string[]> {
  return page
    .locator('[data-band-start]')
    .evaluateAll((list) => list.map((band) => band.querySelector('title')?.textContent ?? ''));
}

test('the late row lies under the staircase; dragged up or to the left it is saved', async ({ page }) => {
  const playground = await openPlane(page, 'late-row');
  await expect(late(page)).toHaveCount(1);
  await expect(late(page)).toHaveAttribute('data-point', '9');
  expect(await bands(page)).toEqual([
    '[12:00:00, 12:00:10) · 7 · closed',
    '[12:00:10, 12:00:20) · 4 · closed',
    '[12:00:20, 12:00:30) · 2 · closed',
  ]);
  const row = page.locator('[data-point="9"] circle').last();
  await dragBy(page, row, 0, -40);
  await expect(late(page)).toHaveCount(0);
  const time = await playground.cell(9, 'ts').inputValue();
  expect(time > '2020-04-15 12:00:10').toBe(true);
  expect(await playground.cell(9, 'user').inputValue()).toBe('Liz');
  await expect(page.getByRole('textbox', { name: 'Arrival of event 10, in seconds' })).toHaveValue('17.6');
  await page.getByRole('button', { name: 'Put the scenario back as it was' }).click();
  await expect(late(page)).toHaveCount(1);
  await playground.focusPlayer();
  await playground.toEnd();
  await dragBy(page, row, -120, 0);
  await expect(late(page)).toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('the delay of the watermark is dragged in the plane, and the script says it', async ({ page }) => {
  const playground = await openPlane(page, 'late-row');
  await page.locator('[data-event-row="9"] button').nth(1).click();
  const handle = page.getByRole('slider', { name: 'Delay of the watermark of clicks' });
  await expect(handle).toHaveAttribute('aria-valuetext', '5 s');
  await dragBy(page, handle, 0, 30);
  await expect(late(page)).toHaveCount(0);
  // The handle takes its value from the script, which follows the drag.
  const value = async (): Promise<number> => Number(await handle.getAttribute('aria-valuenow'));
  await expect.poll(value).toBeGreaterThan(6000);
  const delay = await value();
  await expect(page.locator('.view-lines')).toContainText(`INTERVAL '${delay / 1000}' SECOND`);
  await handle.focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(handle).toHaveAttribute('aria-valuenow', String(Math.max(0, delay - 5000)));
  await expect(late(page)).not.toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('the slider beside the timeline sets the delay as well', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('watermark-strategies');
  await playground.focusPlayer();
  await playground.toEnd();
  await expect(page.locator('[data-event][data-late="true"]')).toHaveCount(1);
  const slider = page.locator('[data-delay-of="ascending"] input');
  await slider.focus();
  // Ten steps at once, kept in focus while the script is checked and run.
  for (let key = 0; key < 3; key++) await page.keyboard.press('PageUp');
  await expect(page.locator('[data-delay-of="ascending"] output')).toHaveText('3 s');
  await expect(page.locator('[data-delay-of="bounded"] output')).toHaveText('30 s');
  await expect.poll(() => watermarkOf(page, 'ascending')).toBe("ts - INTERVAL '3' SECOND");
  await expect(slider).toBeFocused();
  await page.keyboard.press('End');
  await expect.poll(() => watermarkOf(page, 'ascending')).toBe("ts - INTERVAL '10' SECOND");
  expect(await watermarkOf(page, 'bounded')).toBe("ts - INTERVAL '30' SECOND");
  expect(playground.complaints).toEqual([]);
});

test('by keyboard a row is moved along both axes', async ({ page }) => {
  const playground = await openPlane(page, 'last-window');
  const row = page.locator('[data-point="3"]');
  await row.focus();
  await expect(row).toHaveAttribute('aria-valuetext', 'arrives at 1.2 s, event time 12:00:18');
  await page.keyboard.press('PageUp');
  await expect(page.locator('[data-point="2"]')).toBeFocused();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowRight');
  await expect(row).toHaveAttribute('aria-valuetext', 'arrives at 1.7 s, event time 12:00:18');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(row).toHaveAttribute('aria-valuetext', 'arrives at 1.7 s, event time 12:00:23');
  expect(await bands(page)).toContain('[12:00:20, 12:00:30) · 1 · closed');
  expect(playground.complaints).toEqual([]);
});

test('a partition that is silenced sends nothing from there on', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('idle-partition');
  await playground.focusPlayer();
  await playground.toStart();
  for (let step = 0; step < 2; step++) await playground.step();
  await page.getByRole('button', { name: 'Let partition 0 of clicks say nothing from here on' }).click();
  await expect(page.locator('[data-event]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Put the scenario back as it was' }).click();
  await expect(page.locator('[data-event]')).toHaveCount(6);
  expect(playground.complaints).toEqual([]);
});

test('a partition that ends holds nothing back any more', async ({ page }) => {
  const { id, sql, events, startMs } = idlePartition;
  const playground = new Playground(page);
  await playground.prepare(id, sql.replace(/^SET.*$/m, ''), events, startMs);
  await playground.open(id);
  await playground.focusPlayer();
  await playground.toStart();
  // Four rows, and two watermarks, once both partitions have spoken.
  for (let step = 0; step < 6; step++) await playground.step();
  await expect(page.locator('[data-window-start][data-state="closed"]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Let partition 1 of clicks end here' }).click();
  await expect(page.locator('[data-event]')).toHaveCount(7);
  await playground.step();
  await expect(playground.sentence()).toHaveText(/Partition 1 of clicks ends at 700 ms/);
  await expect(page.getByRole('cell', { name: 'the partition ends' })).toBeVisible();
  await expect(page.locator('[data-window-start][data-state="closed"]')).toHaveCount(0);
  await playground.step();
  await expect(page.locator('[data-window-start][data-state="closed"]')).toHaveCount(2);
  expect(await violations(page)).toEqual([]);
  expect(playground.complaints).toEqual([]);
});

for (const [width, height, theme, language] of [
  [1440, 900, 'light', 'en'],
  [1280, 720, 'dark', 'zh'],
  [390, 844, 'dark', 'en'],
] as const) {
  test(`at ${width} × ${height}, ${theme}, ${language}: the plane fits and axe finds nothing`, async ({
    page,
  }) => {
    test.slow();
    await page.setViewportSize({ width, height });
    const playground = new Playground(page);
    await playground.open('slower-input', language, theme);
    await page.getByRole('button', { name: /as a plane|以平面显示/ }).click();
    await expect(page.locator('[data-stair]')).toHaveCount(3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    expect(playground.complaints).toEqual([]);
  });
}
