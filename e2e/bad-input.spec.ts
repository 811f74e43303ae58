import { expect } from '@playwright/test';
import { cdcOrders } from '../src/content/scenarios/cdc-orders.ts';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { lateRow } from '../src/content/scenarios/late-row.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

const YEAR_MS = 366 * 86_400_000;

test('a table that is not there is named where it stands', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const before = await playground.table();
  await playground.paste(countPerUser.sql.replace('FROM clicks', 'FROM clicksy'));
  await expect(page.locator('[data-bar="hasError"]')).toBeVisible();
  await expect(page.locator('.squiggly-error').first()).toBeAttached();
  expect((await playground.problems())[0]?.[0]).toMatch(/Object 'clicksy' not found/);
  await expect(page.getByRole('button', { name: 'Go to line 9' })).toBeVisible();
  expect(await playground.table()).toEqual(before);
  await playground.paste(countPerUser.sql);
  await expect(page.locator('[data-bar]')).toHaveCount(0);
  expect(await playground.problems()).toEqual([]);
  expect(playground.complaints).toEqual([]);
});

test('while a query is being typed, the last picture stays and can be stepped', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const before = await playground.table();
  const { steps } = await playground.position();
  await playground.paste(countPerUser.sql.replace('GROUP BY `user`;', ''));
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('GROUP BY ', { delay: 60 });
  await expect(page.locator('[data-bar="hasError"]')).toBeVisible();
  expect(await playground.table()).toEqual(before);
  await playground.focusPlayer();
  await playground.stepBack();
  expect(await playground.position()).toEqual({ step: steps - 1, steps });
  await page.getByRole('textbox', { name: 'SQL editor' }).focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('url', { delay: 60 });
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-bar="hasError"]')).toBeVisible();
  await expect.poll(async () => (await playground.problems())[0]?.[0]).toMatch(/'user' is not being grouped/);
  expect(playground.complaints).toEqual([]);
});

test('a row whose JSON does not fit its column fails at its cell, and what came before it stands', async ({
  page,
}) => {
  const playground = new Playground(page);
  const [first, second, ...rest] = cdcOrders.events;
  if (!first || !second) throw new Error('the scenario has no events');
  await playground.prepare(
    cdcOrders.id,
    cdcOrders.sql,
    [first, { ...second, row: { ...second.row, amount: { value: 10 } } }, ...rest],
    cdcOrders.startMs,
  );
  await playground.open(cdcOrders.id);
  await expect(page.locator('[data-bar="failed"]')).toContainText('event 2');
  await expect(page.locator('[data-event-row="1"]')).toHaveAttribute('data-failed', 'true');
  await expect(page.locator('[data-event-row="1"] [role="alert"]')).not.toBeEmpty();
  await expect(page.locator('[data-failed="true"]')).toHaveCount(1);
  await playground.toEnd();
  expect(await playground.table()).toEqual([['scooter', '1', '3']]);
  await playground.cell(1, 'amount').fill('10');
  await playground.cell(1, 'amount').press('Enter');
  await expect(page.locator('[data-bar]')).toHaveCount(0);
  await playground.focusPlayer();
  await playground.toEnd();
  expect(await playground.table()).toEqual([['ball', '1', '1']]);
  expect(playground.complaints).toEqual([]);
});

test('an event of a table that the script has no more says so', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.paste(countPerUser.sql.replaceAll('clicks', 'visits'));
  await expect(page.locator('[data-bar="failed"]')).toContainText("no table 'clicks'");
  await expect(page.locator('[data-event-row="0"]')).toHaveAttribute('data-failed', 'true');
  await playground.paste(countPerUser.sql);
  await expect(page.locator('[data-bar]')).toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('a row that the query dies of stops the run at its step, and code that does not compile before the first', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  const [tables] = countPerUser.sql.split('SELECT');
  await playground.paste(`${tables}SELECT 1 / (CHAR_LENGTH(url) - 6) FROM clicks;`);
  await expect(page.locator('[data-bar="failed"]')).toContainText('event 1: ArithmeticException: / by zero');
  await playground.toEnd();
  await expect(playground.sentence()).toContainText('the run stops there');
  await playground.paste(`${tables}SELECT SIGN(CAST(CHAR_LENGTH(url) AS TINYINT)) FROM clicks;`);
  await expect(page.locator('[data-bar="failed"]')).toContainText('cannot be compiled');
  await expect(page.locator('[data-oddity="uncompiled"]')).toBeVisible();
  await expect(playground.sentence()).toHaveText('The run stopped before its first row.');
  await expect(page.getByText('Press →')).toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('a megabyte of statements is refused when it is run, and the page goes on', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.toEnd();
  const before = await playground.table();
  await page.evaluate(() => navigator.clipboard.writeText('SELECT 1;\n'.repeat(110_000)));
  await playground.focusEditor();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
  await expect(page.locator('[data-notice="tooLong"]')).toContainText('1,100,000');
  await page.getByRole('button', { name: 'Run', exact: false }).first().click();
  await expect(page.locator('[data-bar="hasError"]')).toBeVisible();
  expect((await playground.problems())[0]?.[0]).toContain('1,100,000 characters');
  expect(await playground.table()).toEqual(before);
  await playground.paste(countPerUser.sql);
  await expect(page.locator('[data-bar]')).toHaveCount(0);
  await expect(page.locator('[data-notice]')).toHaveCount(0);
  expect(playground.complaints).toEqual([]);
});

test('windows of a millisecond with rows a year apart cost nothing', async ({ page }) => {
  const playground = new Playground(page);
  const events = [0, 1, 2].map((year) => ({
    table: 'clicks',
    atMs: year * 1000,
    row: {
      user: 'Mary',
      ts: new Date(lateRow.startMs + year * YEAR_MS).toISOString().slice(0, 19).replace('T', ' '),
    },
  }));
  const sql = lateRow.sql.replace("INTERVAL '10' SECOND", "INTERVAL '0.001' SECOND");
  await playground.prepare(lateRow.id, sql, events, lateRow.startMs);
  const start = Date.now();
  await playground.open(lateRow.id);
  expect(Date.now() - start).toBeLessThan(10_000);
  await playground.toEnd();
  expect((await playground.changes()).map(({ kind, row }) => [kind, ...row])).toEqual(
    events.map(({ row: { ts } }) => ['+I', `${ts}.000`, `${ts}.001`, '1']),
  );
  expect(await playground.windows()).toEqual([]);
  await expect(page.locator('[data-density]')).toHaveAttribute('data-density', '3');
  expect((await playground.position()).steps).toBeLessThanOrEqual(3 * events.length + 1);
  expect(playground.complaints).toEqual([]);
});

for (const [what, kept] of [
  ['an empty script', ''],
  ['a script with the line ends of Windows', 'SELECT 1;\r\n'],
] as const)
  test(`on Windows ${what} takes pasted lines as they are`, async ({ page }) => {
    const playground = new Playground(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setUserAgentOverride', { userAgent: 'Windows NT 10.0' });
    await playground.prepare('filter', kept, [], 0);
    await page.goto('./');
    await playground.paste('SELECT 1;\n\nSELECT 2;\n');
    expect(playground.complaints).toEqual([]);
  });

for (const [what, hash] of [
  ['of another version', '#v9.abcdefgh'],
  ['that is cut off', '#v1.bZBBCsIwEEX3OcWQbVNs3bhTQdCLxGZsA8'],
  ['that is no link at all', '#v1.%%%'],
] as const) {
  test(`a link ${what} says so, and the page works`, async ({ page }) => {
    const playground = new Playground(page);
    await page.goto(`./${hash}`);
    await expect(page.locator('[data-notice="brokenLink"]')).toContainText('cannot be read');
    await playground.hasRun();
    await playground.toEnd();
    expect((await playground.table()).length).toBe(3);
    await page.locator('[data-notice]').getByRole('button', { name: 'Close' }).click();
    await expect(page.locator('[data-notice]')).toHaveCount(0);
    expect(playground.complaints).toEqual([]);
  });
}
