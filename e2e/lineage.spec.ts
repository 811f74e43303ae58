import { expect, type Page } from '@playwright/test';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { leftJoinFlicker } from '../src/content/scenarios/left-join-flicker.ts';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

for (const [language, comes, part] of [
  ['en', 'comes from event', 'has a part in'],
  ['zh', '来自事件', '参与了这些步骤'],
] as const) {
  test(`a row says which events it comes from, and an event what it made, in ${language}`, async ({
    page,
  }) => {
    const playground = new Playground(page);
    await playground.open(countPerUser.id, language);
    await playground.focusPlayer();
    await playground.toEnd();
    const story = page.locator('[data-story]');
    const user = (await playground.table())[0]?.[0];
    await page.locator('[data-table] tr[data-row]').first().click();
    await expect(story).toContainText(comes);
    const own = countPerUser.events.flatMap(({ row }, input) =>
      row['user'] === user ? [String(input + 1)] : [],
    );
    expect(own.length).toBeGreaterThan(1);
    expect(await numbers(page)).toEqual(own);
    const marked = page.locator('[data-event][data-hot="true"]');
    await expect(marked).toHaveCount(own.length);
    expect(await violations(page)).toEqual([]);

    // A link goes to where the event arrives; the story stays.
    await story.getByRole('button', { name: own[0] ?? '', exact: true }).click();
    expect((await playground.position()).step).toBe(Number(own[0]));
    await expect(story).toContainText(comes);
    await page.keyboard.press('Escape');
    await expect(story).toHaveCount(0);

    await playground.toEnd();
    await page.locator('[data-event-row="0"]').getByRole('button', { name: '1', exact: true }).click();
    await expect(story).toContainText(part);
    await playground.toEnd();
    const made = (await playground.changes()).filter(({ row }) => row[0] === user && user !== undefined);
    expect(await numbers(page)).toEqual([...new Set(made.map(({ step }) => String(step + 1)))]);
    expect(playground.complaints).toEqual([]);
  });
}

async function numbers(page: Page): Promise<string[]> {
  return page.locator('[data-story] button:not([aria-label])').allTextContents();
}

test('a joined row comes from both its rows, and what took its NULLs back is told', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open(leftJoinFlicker.id);
  await playground.focusPlayer();
  await playground.toEnd();
  const changes = await playground.changes();
  const back = changes.findIndex(({ kind }) => kind === '-D');
  const taken = changes[back];
  expect(taken).toBeDefined();
  await page.locator(`[data-log] tr[data-change="${back}"]`).click();
  const told = (await numbers(page)).map(Number);
  // The row itself came earlier; its partner is the event in whose turn it was taken back.
  expect(told).toContain(taken?.turn);
  expect(told.length).toBe(2);
});
