import { expect, type Page } from '@playwright/test';
import { violations } from './pages/accessibility.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

const TABLE = `CREATE TABLE clicks (
  \`user\` STRING,
  url    STRING,
  ts     TIMESTAMP(3)
) WITH ('connector' = 'scenario');

`;

/** Where the cursor stands, with the text around it, is in no element of the page: what is typed there tells. */
async function cursorTo(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const left = (times: number): string[] => Array.from({ length: times }, () => 'ArrowLeft');

/** The script, as copying all of it gives it. */
async function script(page: Page): Promise<string> {
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+C');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  // The clipboard ends lines in its own way.
  return text.replace(/[^\S\n]+$/gm, '');
}

const WORDS = {
  en: { upper: 'In upper case.', table: 'table', fix: 'Change to url', hint: 'Did you mean url?' },
  zh: { upper: '转为大写。', table: '表', fix: '改为 url', hint: '是不是想写 url？' },
} as const;

for (const language of ['en', 'zh'] as const) {
  const words = WORDS[language];

  test(`what is typed is completed, by keyboard, in ${language}`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.open('count-per-user', language, language === 'zh' ? 'dark' : 'light');
    await playground.paste(`${TABLE}SELECT  FROM clicks`);
    await playground.focusEditor();
    await cursorTo(page, ['ControlOrMeta+End', ...left(' FROM clicks'.length)]);
    await page.keyboard.type('ur');
    const list = page.locator('.suggest-widget.visible');
    await expect(list.locator('.monaco-list-row.focused')).toContainText('url');
    await page.keyboard.press('Enter');
    // A reserved word is offered as a name in backticks.
    await page.keyboard.type(', us');
    await expect(list.locator('.monaco-list-row.focused')).toContainText('user');
    await page.keyboard.press('Enter');
    await page.keyboard.type(', UPP');
    await expect(list.locator('.monaco-list-row.focused')).toContainText('UPPER');
    await page.keyboard.press('Enter');
    await expect(page.locator('.parameter-hints-widget.visible')).toContainText(words.upper);
    await page.keyboard.type('url');
    await page.keyboard.press('Escape');
    expect(await script(page)).toBe(`${TABLE}SELECT url, \`user\`, UPPER(url) FROM clicks`);
    expect(playground.complaints).toEqual([]);
  });

  test(`a name says what it is and where it was made, in ${language}`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.open('count-per-user', language);
    await playground.paste(`${TABLE}SELECT url FROM clicks`);
    await playground.focusEditor();
    await cursorTo(page, ['ControlOrMeta+End', ...left(2), 'ControlOrMeta+K', 'ControlOrMeta+I']);
    const hover = page.locator('.monaco-hover:visible');
    await expect(hover).toContainText(words.table);
    await expect(hover).toContainText('TIMESTAMP(3)');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('F12');
    await expect(page.locator('.active-line-number')).toHaveText('1');
    await cursorTo(page, ['Home', 'Shift+End', 'ControlOrMeta+C']);
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe('CREATE TABLE clicks (');
    expect(playground.complaints).toEqual([]);
  });

  test(`a mistake is put right, and the script brought into layout, in ${language}`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.open('count-per-user', language, language === 'zh' ? 'dark' : 'light');
    await playground.paste(`${TABLE}select ulr from clicks; -- mine\nselect nothing from clicks`);
    await expect(page.locator('.squiggly-error')).toHaveCount(2);
    await playground.focusEditor();
    await cursorTo(page, ['ControlOrMeta+Home', 'F8']);
    await expect(page.locator('.marker-widget')).toContainText(words.hint);
    await page.keyboard.press('Escape');
    const actions = page.locator('.action-widget').first();
    await page.keyboard.press('ControlOrMeta+.');
    await expect(actions).toContainText(words.fix);
    await page.keyboard.press('Enter');
    await expect(page.locator('.squiggly-error')).toHaveCount(1);
    const inLayout = `${TABLE}select url\nfrom clicks; -- mine\n\nselect nothing\nfrom clicks`;
    await page.keyboard.press('Shift+Alt+F');
    // Any key that comes before the answer would take the wish back.
    await expect
      .poll(() => page.locator('[data-phase]').getAttribute('data-script-length'))
      .toBe(String(inLayout.length));
    expect(await script(page)).toBe(inLayout);
    expect(playground.complaints).toEqual([]);
  });
}

test('options and their values are offered, one after the other', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.paste('CREATE TABLE n (a INT) WITH ');
  await playground.focusEditor();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type("('");
  const list = page.locator('.suggest-widget.visible');
  await expect(list.locator('.monaco-list-row.focused')).toContainText('connector');
  await page.keyboard.press('Enter');
  await expect(list.locator('.monaco-list-row').first()).toContainText('scenario');
  await page.keyboard.type('pr');
  await expect(list.locator('.monaco-list-row.focused')).toContainText('print');
  await page.keyboard.press('Enter');
  expect(await script(page)).toBe("CREATE TABLE n (a INT) WITH ('connector' = 'print')");
  expect(playground.complaints).toEqual([]);
});

test('the statements are listed, and lead to their places', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('count-per-user');
  await playground.paste(`${TABLE}CREATE VIEW v AS SELECT url FROM clicks;\n\nSELECT * FROM v;`);
  await playground.focusEditor();
  await page.keyboard.press('ControlOrMeta+Shift+O');
  const outline = page.locator('.quick-input-widget');
  await expect(outline).toContainText('CREATE TABLE clicks');
  await expect(outline).toContainText('CREATE VIEW v');
  await page.keyboard.type('view');
  await page.keyboard.press('Enter');
  await expect(page.locator('.active-line-number')).toHaveText('7');
  await cursorTo(page, ['Home', 'Shift+End', 'ControlOrMeta+C']);
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe('CREATE VIEW v AS SELECT url FROM clicks;');
});
