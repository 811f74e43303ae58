import { expect, type Page } from '@playwright/test';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { temporalJoin } from '../src/content/scenarios/temporal-join.ts';
import { versionedView } from '../src/content/scenarios/versioned-view.ts';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

/** D1 of the concepts: the changelog of a table of products. */
const PRODUCTS_SQL = `CREATE TABLE product_changelog (
  product_id   STRING,
  product_name STRING,
  price        DECIMAL(10, 2),
  update_time  TIMESTAMP(3),
  PRIMARY KEY (product_id) NOT ENFORCED,
  WATERMARK FOR update_time AS update_time
) WITH ('connector' = 'scenario', 'changelog-mode' = 'I,UB,UA,D');

SELECT * FROM product_changelog;
`;
const PRODUCTS = (
  [
    ['+I', '00:01:00', 'p_001', 'scooter', '11.11'],
    ['+I', '00:02:00', 'p_002', 'basketball', '23.11'],
    ['-U', '12:00:00', 'p_001', 'scooter', '11.11'],
    ['+U', '12:00:00', 'p_001', 'scooter', '12.99'],
    ['-U', '12:00:00', 'p_002', 'basketball', '23.11'],
    ['+U', '12:00:00', 'p_002', 'basketball', '19.99'],
    ['-D', '18:00:00', 'p_001', 'scooter', '12.99'],
  ] as const
).map(([kind, time, product_id, product_name, price], place) => ({
  table: 'product_changelog',
  kind,
  atMs: place * 1000,
  row: { product_id, product_name, price, update_time: `2020-04-15 ${time}` },
}));

async function openVersions(page: Page, playground: Playground): Promise<void> {
  await page.getByRole('tab', { name: /^(Versions|版本)$/ }).click();
  await expect(page.locator('[data-ribbon]').first()).toBeVisible();
  await playground.focusPlayer();
}

/** Takes the playhead to a position, by keys. */
async function goTo(playground: Playground, position: number): Promise<void> {
  await playground.focusPlayer();
  await playground.toStart();
  for (let step = 0; step < position; step++) await playground.step();
  await expect(playground.page.locator('[data-readout="step"]')).toHaveText(new RegExp(` ${position}/`));
}

/** The rows that ask, by their time: their state and what they have read. */
function probes(page: Page): Promise<string[]> {
  return page
    .locator('[data-probe-ms]')
    .evaluateAll((drops) =>
      drops.map((drop) =>
        [
          new Date(Number(drop.getAttribute('data-probe-ms'))).toISOString().slice(11, 16),
          drop.getAttribute('data-state'),
          drop.getAttribute('data-read') ?? '',
        ]
          .join(' ')
          .trim(),
      ),
    );
}

/** The table as of the line. */
function asOf(page: Page): Promise<string[]> {
  return page
    .locator('[data-lane][data-present="true"]')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [row.querySelector('th'), ...[...row.querySelectorAll('td')].slice(1)]
          .map((cell) => cell?.textContent)
          .join(' '),
      ),
    );
}

/** Moves the line to a time by the arrow keys, from where it stands. */
async function moveLineTo(page: Page, time: string): Promise<void> {
  const line = page.getByRole('slider', { name: 'As of' });
  await line.focus();
  for (let key = 0; key < 100; key++) {
    const said = ((await line.getAttribute('aria-valuetext')) ?? '').slice(0, 8);
    if (said === time) return;
    await page.keyboard.press(said < time ? 'ArrowRight' : 'ArrowLeft');
  }
  throw new Error(`the line never stood at ${time}`);
}

test('an order waits for both watermarks, then lands on the version of its time and stays there', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open(temporalJoin.id);
  await openVersions(page, playground);
  await goTo(playground, 3);
  expect(await probes(page)).toEqual(['12:00 waiting', '12:06 to-come', '12:08 to-come', '12:30 to-come']);
  await goTo(playground, 8);
  expect(await probes(page)).toEqual(['12:00 waiting', '12:06 waiting', '12:08 to-come', '12:30 to-come']);
  await playground.step();
  await expect(page.locator('[data-probe-ms][data-read]')).toHaveCount(1);
  expect((await probes(page))[0]).toBe('12:00 landed 1.14');
  await playground.toEnd();
  await expect(page.locator('[data-probe-ms][data-read]')).toHaveCount(4);
  expect(await probes(page)).toEqual([
    '12:00 landed 1.14',
    '12:06 landed 1.10',
    '12:08 landed 1.10',
    '12:30 landed 1.25',
  ]);
  await expect(page.locator('[data-version][data-freed="true"]')).toHaveCount(2);
  await playground.stepBack();
  await expect(page.locator('[data-probe-ms][data-read]')).toHaveCount(3);
  expect(playground.complaints).toEqual([]);
});

test('the line shows the table as of any time', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open(versionedView.id);
  await openVersions(page, playground);
  await playground.toEnd();
  await moveLineTo(page, '12:00:00');
  expect(await asOf(page)).toEqual([
    'US Dollar 102 09:00:00',
    'Euro 119 11:15:00',
    'Yen 1 09:00:00',
    'Pounds 108 11:49:00',
  ]);
  await moveLineTo(page, '11:00:00');
  expect(await asOf(page)).toEqual(['US Dollar 102 09:00:00', 'Euro 116 10:45:00', 'Yen 1 09:00:00']);
  await expect(page.getByRole('slider', { name: 'As of' })).toHaveAttribute(
    'aria-valuetext',
    '11:00:00: 3 rows. US Dollar 102; Euro 116; Yen 1',
  );
  const ribbon = await page.locator('[data-ribbon="Yen"]').boundingBox();
  if (!ribbon) throw new Error('no ribbon');
  await page.mouse.move(ribbon.x + 60, ribbon.y + 20);
  await page.mouse.down();
  await page.mouse.move(ribbon.x + 1, ribbon.y + 20, { steps: 3 });
  await page.mouse.up();
  expect(await asOf(page), 'before the first version').toEqual([]);
  await page.getByRole('button', { name: 'Back to the watermark' }).click();
  expect(await asOf(page)).toHaveLength(4);
  expect(playground.complaints).toEqual([]);
});

test('a table from the changelog of a database has versions, until a row is deleted', async ({ page }) => {
  const playground = new Playground(page);
  await playground.prepare(versionedView.id, PRODUCTS_SQL, PRODUCTS, Date.UTC(2020, 3, 15));
  await playground.open(versionedView.id);
  await openVersions(page, playground);
  await playground.toEnd();
  await moveLineTo(page, '10:00:00');
  expect(await asOf(page)).toEqual(['p_001 scooter 11.11 00:01:00', 'p_002 basketball 23.11 00:02:00']);
  await moveLineTo(page, '13:00:00');
  expect(await asOf(page)).toEqual(['p_001 scooter 12.99 12:00:00', 'p_002 basketball 19.99 12:00:00']);
  await moveLineTo(page, '19:00:00');
  expect(await asOf(page)).toEqual(['p_002 basketball 19.99 12:00:00']);
  await expect(page.locator('[data-ribbon="p_001"] [data-end-ms]')).toHaveCount(1);
});

test('queries without versions have no such tab', async ({ page }) => {
  await new Playground(page).open(countPerUser.id);
  await expect(page.getByRole('tab', { name: 'Encodings' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Versions' })).toHaveCount(0);
});

for (const [width, height, theme, language] of [
  [1440, 900, 'light', 'en'],
  [1280, 720, 'dark', 'zh'],
  [390, 844, 'dark', 'en'],
  [390, 844, 'light', 'zh'],
] as const) {
  test(`at ${width} × ${height}, ${theme}, ${language}: nothing sticks out and axe finds nothing`, async ({
    page,
  }) => {
    // Axe takes long to read an editor.
    test.slow();
    await page.setViewportSize({ width, height });
    const playground = new Playground(page);
    await playground.open(temporalJoin.id, language, theme);
    await openVersions(page, playground);
    await goTo(playground, 14);
    await expect(page.locator('[data-state="waiting"][data-probe-ms]')).toHaveCount(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const overflow = await page
      .locator('[data-versions] [role="region"]')
      .evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    expect(playground.complaints).toEqual([]);
  });
}
