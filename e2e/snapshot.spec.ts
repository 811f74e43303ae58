import { expect, type Page } from '@playwright/test';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

/** The verdict and the rows with where they are. */
async function compared(page: Page): Promise<{ verdict: string | null; rows: string[] }> {
  return {
    verdict: await page.locator('p[data-batch]').getAttribute('data-batch'),
    rows: await page
      .locator('tr[data-side]')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent).join(' '))),
  };
}

test('at every position the result is held against the batch over the rows so far', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('snapshot');
  await page.getByRole('tab', { name: 'Batch', exact: true }).click();
  await playground.focusPlayer();
  await playground.toStart();
  for (let rows = 1; rows <= 6; rows++) {
    await playground.step();
    await expect(page.locator('p[data-batch]')).toHaveText(
      `Equal to the batch result over the ${rows} row${rows === 1 ? '' : 's'} so far.`,
    );
  }
  // Mary has left both with her third click.
  expect(await compared(page)).toEqual({
    verdict: 'equal',
    rows: ['both Bob 2 2 2020-04-15 12:01:30.000', 'both Liz 1 1 2020-04-15 12:01:00.000'],
  });
  expect(playground.complaints).toEqual([]);
});

test('what a window has not sent yet is in the batch only, until the input ends', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('last-window');
  await page.getByRole('tab', { name: 'Batch', exact: true }).click();
  await playground.focusPlayer();
  await playground.toStart();
  // The row, then the watermark that it moves.
  await playground.step();
  await expect(page.locator('p[data-batch]')).toHaveAttribute('data-batch', 'pending');
  await playground.step();
  await expect(page.locator('p[data-batch]')).toHaveText(
    'Not the batch result over the 1 row so far: 0 rows are only here, 1 only there.',
  );
  expect((await compared(page)).rows).toEqual([
    'batch only 2020-04-15 12:00:00.000 2020-04-15 12:00:10.000 1',
  ]);
  await playground.toEnd();
  await expect(page.locator('p[data-batch]')).toHaveAttribute('data-batch', 'equal');
  expect((await compared(page)).rows).toHaveLength(2);
});

test('state with a time to live says how much of it is left', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('state-ttl');
  await page.locator('[data-name="GroupAggregate"]').click();
  await playground.focusPlayer();
  await playground.toStart();
  const left = async (): Promise<string[]> =>
    page
      .locator('[data-state-table="accState"] tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent).join(' ')));
  // s-1 at 0 and 0.3 s, s-2 at 0.6 s.
  for (let step = 0; step < 3; step++) await playground.step();
  await expect.poll(left).toEqual(['s-1 2 700 ms of 1 s', 's-2 1 1 s of 1 s']);
  await playground.step();
  await expect.poll(left).toEqual(['s-1 3 1 s of 1 s', 's-2 1 700 ms of 1 s']);
  // After a long pause s-1 starts anew, and nobody has looked for s-2 since it was forgotten.
  await playground.step();
  await expect.poll(left).toEqual(['s-2 1 forgotten', 's-1 1 1 s of 1 s']);
  expect(playground.complaints).toEqual([]);
});

for (const [scenario, tab, width, height, theme, language] of [
  ['last-window', /^(Batch|批处理)$/, 1440, 900, 'light', 'en'],
  ['state-ttl', /^(Operator|算子)$/, 1280, 720, 'dark', 'zh'],
] as const) {
  test(`${scenario} at ${width} × ${height}, ${theme}, ${language}: axe finds nothing`, async ({ page }) => {
    test.slow();
    await page.setViewportSize({ width, height });
    const playground = new Playground(page);
    await playground.open(scenario, language, theme);
    if (scenario === 'state-ttl') await page.locator('[data-name="GroupAggregate"]').click();
    else await page.getByRole('tab', { name: tab }).click();
    await playground.focusPlayer();
    await playground.toStart();
    for (let step = 0; step < 5; step++) await playground.step();
    await expect(page.locator('[data-side], [data-left-ms]').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(playground.complaints).toEqual([]);
  });
}
