import { expect, type Page } from '@playwright/test';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

async function openJoin(page: Page, scenario: string): Promise<Playground> {
  const playground = new Playground(page);
  await playground.open(scenario);
  await page.getByRole('tab', { name: 'Join', exact: true }).click();
  await expect(page.locator('[data-join]')).toBeVisible();
  return playground;
}

async function goTo(playground: Playground, position: number): Promise<void> {
  await playground.focusPlayer();
  await playground.toStart();
  for (let step = 0; step < position; step++) await playground.step();
}

/** The rows of both sides, and between which of them a line is drawn. */
function matches(page: Page): Promise<{ left: string[]; right: string[]; lines: string[] }> {
  return page.locator('[data-join]').evaluate((panel) => {
    const rows = (side: string) =>
      [...panel.querySelectorAll(`[data-join-row="${side}"]`)].map((row) =>
        [...row.querySelectorAll('text')].map((text) => text.textContent).join(' '),
      );
    const cells = (json: string | null) => (JSON.parse(json ?? '[]') as string[]).join(', ');
    const lines = [...panel.querySelectorAll('[data-match]')].map(
      (line) =>
        `${cells(line.getAttribute('data-left'))} – ${cells(line.getAttribute('data-right'))} ${line.getAttribute('data-match')}`,
    );
    return { left: rows('left'), right: rows('right'), lines };
  });
}

test('a regular join shows the state of both sides and a line for each pair', async ({ page }) => {
  const playground = await openJoin(page, 'left-join-flicker');
  await goTo(playground, 1);
  await expect.poll(() => matches(page)).toEqual({ left: ['1, ball NULL'], right: [], lines: [] });
  await playground.step();
  await expect
    .poll(() => matches(page))
    .toEqual({ left: ['1, ball'], right: ['ball, 20'], lines: ['1, ball – ball, 20 made'] });
  await goTo(playground, 7);
  await expect
    .poll(() => matches(page))
    .toEqual({
      left: ['1, ball', '2, ball', '3, hat'],
      right: ['ball, 25', 'hat, 9'],
      lines: ['2, ball – ball, 25 kept', '1, ball – ball, 25 kept', '3, hat – hat, 9 made'],
    });
  expect(playground.complaints).toEqual([]);
});

/** The bands of both inputs: the row, the times of its partners, whether it is still remembered. */
function bands(page: Page): Promise<string[]> {
  return page.locator('[data-band]').evaluateAll((list) =>
    list.map((band) => {
      const time = (name: string) => new Date(Number(band.getAttribute(name))).toISOString().slice(11, 16);
      return `${band.querySelector('text')?.textContent} ${time('data-from-ms')}–${time('data-to-ms')} ${band.getAttribute('data-kept') === 'true' ? 'kept' : 'gone'}`;
    }),
  );
}

test('rows of an interval join carry a band, and leave when the watermark has passed it', async ({
  page,
}) => {
  const playground = await openJoin(page, 'interval-join');
  await goTo(playground, 5);
  await expect
    .poll(() => bands(page))
    .toEqual(['orders 1 08:00–12:00 kept', 'orders 2 08:30–12:30 kept', 'shipments 1 06:15–10:15 kept']);
  await expect(page.locator('[data-meeting][data-new="true"]')).toHaveCount(1);
  await playground.toEnd();
  await expect.poll(async () => (await bands(page)).filter((band) => band.endsWith('kept'))).toEqual([]);
  await expect(page.locator('[data-band]')).toHaveCount(8);
  // Order 2 was shipped too late.
  await expect(page.locator('[data-meeting]')).toHaveCount(3);
  expect(playground.complaints).toEqual([]);
});

test('lookups go out and come back with the value of that moment', async ({ page }) => {
  const playground = await openJoin(page, 'wrong-version');
  await playground.focusPlayer();
  await playground.toEnd();
  const asked = await page
    .locator('[data-lookup="ask"]')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [
          row.querySelector('[data-arrow="out"]')?.textContent,
          row.querySelector('[data-arrow="back"]')?.textContent,
          row.querySelector('small')?.textContent ?? '',
        ]
          .join(' | ')
          .trim(),
      ),
    );
  expect(asked).toEqual([
    'asks for Euro | comes back with Euro, 116 |',
    'asks for Euro | comes back with Euro, 116 |',
    'asks for US Dollar | comes back with US Dollar, 102 |',
    'asks for Euro | comes back with Euro, 114 | by now Euro, 116',
  ]);
  await expect(page.locator('[data-lookup="change"]')).toHaveCount(5);
  await goTo(playground, 4);
  await expect(page.locator('[data-lookup="ask"]')).toHaveCount(1);
  await expect(page.locator('[data-lookup="ask"]')).toHaveAttribute('data-changed', 'false');
  expect(playground.complaints).toEqual([]);
});

test('queries without a join have no such tab', async ({ page }) => {
  await new Playground(page).open('count-per-user');
  await expect(page.getByRole('tab', { name: 'Batch', exact: true })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Join', exact: true })).toHaveCount(0);
});

for (const [scenario, width, height, theme, language] of [
  ['left-join-flicker', 1440, 900, 'light', 'en'],
  ['interval-join', 1280, 720, 'dark', 'zh'],
  ['wrong-version', 390, 844, 'light', 'zh'],
] as const) {
  test(`${scenario} at ${width} × ${height}, ${theme}, ${language}: nothing sticks out and axe finds nothing`, async ({
    page,
  }) => {
    test.slow();
    await page.setViewportSize({ width, height });
    const playground = new Playground(page);
    await playground.open(scenario, language, theme);
    await page.getByRole('tab', { name: /^(Join|连接)$/ }).click();
    await playground.focusPlayer();
    await playground.toEnd();
    await expect(page.locator('[data-join]')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    expect(playground.complaints).toEqual([]);
  });
}
