import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { build } from 'vite';
import { countPerUser } from '../src/content/scenarios/count-per-user.ts';
import { lateRow } from '../src/content/scenarios/late-row.ts';
import { temporalJoin } from '../src/content/scenarios/temporal-join.ts';
import type { InputEvent } from '../src/engine/engine-api.ts';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

test.describe.configure({ mode: 'serial' });

const ENTRY_KB_MAX = 190;
const PARSER_KB_MAX = 25;
const EDITOR_KB_MAX = 920;

function clicks(count: number, everyMs: number) {
  return Array.from({ length: count }, (_, place) => ({
    table: 'clicks',
    atMs: place * everyMs,
    row: { user: `user ${place % 20}`, cTime: '2020-04-15 12:00:00', url: './home' },
  }));
}

test('the entry stays small', () => {
  const html = readFileSync('dist/index.html', 'utf8');
  const scripts = [...html.matchAll(/"\.\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
  const size = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(`dist/${path}`)).length, 0) / 1000;
  const editor = readdirSync('dist/assets').filter((name) => /^monaco-editor.*\.js$/.test(name));
  console.log(`entry ${size.toFixed(1)} kB gzip`);
  expect(size).toBeLessThanOrEqual(ENTRY_KB_MAX);
  expect(editor).toHaveLength(1);
  const editorSize = gzipSync(readFileSync(`dist/assets/${editor[0]}`)).length / 1000;
  console.log(`editor, loaded after the first paint: ${editorSize.toFixed(0)} kB gzip`);
  expect(editorSize).toBeLessThanOrEqual(EDITOR_KB_MAX);
});

test('the parser alone stays small', async () => {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      rolldownOptions: { input: 'src/engine/sql/parse.ts', preserveEntrySignatures: 'strict' },
    },
  });
  const [bundle] = [made].flat();
  const code =
    bundle && 'output' in bundle
      ? bundle.output.map((part) => ('code' in part ? part.code : '')).join('')
      : '';
  const size = gzipSync(code).length / 1000;
  console.log(`parser ${size.toFixed(1)} kB gzip`);
  expect(size).toBeGreaterThan(5);
  expect(size).toBeLessThanOrEqual(PARSER_KB_MAX);
});

/** How long each of 100 steps takes until it is painted, in milliseconds, the quickest first. */
function timesOfSteps(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    const list: number[] = [];
    for (let step = 0; step < 100; step++) {
      const start = performance.now();
      dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
      await painted();
      list.push(performance.now() - start);
    }
    return list.toSorted((a, b) => a - b);
  });
}

const ofTimes = (times: readonly number[]): string =>
  `median ${times[50]?.toFixed(1)} ms, p95 ${times[95]?.toFixed(1)} ms`;

test('a step is painted quickly, with 100 events', async ({ page }) => {
  const playground = new Playground(page);
  await playground.prepare(countPerUser.id, countPerUser.sql, clicks(100, 200), countPerUser.startMs);
  await playground.open(countPerUser.id);
  await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
  await playground.toStart();
  const times = await timesOfSteps(page);
  expect((await playground.position()).step).toBe(100);
  console.log(`step to painted: ${ofTimes(times)}`);
});

/** Frames a second while the playhead is dragged to the end and back. */
function framesOfScrub(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const slider = document.querySelector<HTMLInputElement>('input[type="range"]');
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    if (!slider || !setter) return 0;
    const max = Number(slider.max);
    const start = performance.now();
    let drawn = 0;
    for (;;) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const share = (now - start) / 3000;
      if (share >= 1) break;
      drawn++;
      setter.call(slider, String(Math.round((0.5 - 0.5 * Math.cos(share * Math.PI * 2)) * max)));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      slider.dispatchEvent(new Event('change', { bubbles: true }));
    }
    return drawn / 3;
  });
}

for (const [name, count] of [
  ['10,000 events', 10_000],
  ['20,000 events, fetched in windows', 20_000],
] as const) {
  test(`scrubbing over ${name} is smooth`, async ({ page }) => {
    const playground = new Playground(page);
    await playground.prepare(countPerUser.id, countPerUser.sql, clicks(count, 10), countPerUser.startMs);
    await playground.open(countPerUser.id);
    await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
    await playground.toStart();
    const frames = await framesOfScrub(page);
    console.log(`scrub over ${name}: ${frames.toFixed(1)} frames a second`);
    await playground.toEnd();
    // The panes come to rest a moment after the playhead.
    await expect.poll(async () => (await playground.table()).length).toBe(20);
  });
}

/** A click each second, a little out of order: ten fall into each window. */
function windowedClicks(count: number): InputEvent[] {
  return Array.from({ length: count }, (_, place) => {
    const ts = new Date(lateRow.startMs + (place + ((place * 7) % 5) - 2) * 1000);
    return {
      table: 'clicks',
      atMs: place * 1000,
      row: { user: `user ${place % 20}`, ts: ts.toISOString().slice(0, 19).replace('T', ' ') },
    };
  });
}

test('10,000 events in 1,000 windows are scrubbed smoothly and stepped quickly', async ({ page }) => {
  const playground = new Playground(page);
  await playground.prepare(lateRow.id, lateRow.sql, windowedClicks(10_000), lateRow.startMs);
  await playground.open(lateRow.id);
  await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
  await playground.toStart();
  console.log(`step among 1,000 windows to painted: ${ofTimes(await timesOfSteps(page))}`);
  const frames = await framesOfScrub(page);
  console.log(`scrub over 10,000 events in 1,000 windows: ${frames.toFixed(1)} frames a second`);
  await playground.toEnd();
  expect((await playground.position()).step).toBeGreaterThan(10_000);
  // The rows on the canvas lie in the lanes.
  const tops = await page
    .locator('canvas[class*="dense"], canvas[class*="dense"] + svg')
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().top));
  expect(tops).toEqual([tops[0], tops[0]]);
  await expect.poll(async () => (await playground.table()).length).toBeGreaterThan(0);
});

/** 100 versions of each of 50 currencies, a minute apart, and a row that asks after each minute. */
function manyVersions(): InputEvent[] {
  const time = (minute: number) =>
    new Date(Date.UTC(2020, 3, 15) + minute * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  return Array.from({ length: 100 }, (_, minute) => [
    ...Array.from({ length: 50 }, (_row, key) => ({
      table: 'currency_rates',
      atMs: minute * 1000,
      kind: minute === 0 ? ('+I' as const) : ('+U' as const),
      row: {
        currency: `C${key}`,
        conversion_rate: `${1 + ((minute * 7 + key) % 90) / 100}`,
        update_time: time(minute),
      },
    })),
    {
      table: 'orders',
      atMs: minute * 1000,
      row: { order_id: `o_${minute}`, price: '1.00', currency: `C${minute % 50}`, order_time: time(minute) },
    },
  ]).flat();
}

test('scrubbing over ribbons of 50 keys and 5,000 versions is smooth', async ({ page }) => {
  const playground = new Playground(page);
  await playground.prepare(temporalJoin.id, temporalJoin.sql, manyVersions(), Date.UTC(2020, 3, 15));
  await playground.open(temporalJoin.id);
  await page.waitForFunction(() => performance.getEntriesByName('editor-ready').length > 0);
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.locator('[data-ribbon]').first()).toBeVisible();
  await playground.focusPlayer();
  await playground.toStart();
  const frames = await framesOfScrub(page);
  console.log(`scrub over ribbons, 50 keys, 5,000 versions: ${frames.toFixed(1)} frames a second`);
  await playground.toEnd();
  await expect(page.locator('[data-lane="C0"] td').nth(1)).toHaveText(/^1\.\d\d$/);
});
