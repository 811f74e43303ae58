import { expect } from '@playwright/test';
import { Playground } from './pages/playground.ts';
import { test } from './pages/test.ts';

test('time that passes after the last row fires what waits for the clock', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('processing-time-window');
  await playground.toEnd();
  expect(await playground.table()).toHaveLength(2);
  const end = page.getByRole('textbox', { name: 'End of the input, in seconds' });
  await expect(end).toHaveValue('2.6');
  // Without the time after the last row its window never closes.
  await end.fill('0');
  await end.press('Enter');
  await expect.poll(() => playground.table()).toHaveLength(1);
  await expect(end).toHaveValue('1.34');
  await page.getByRole('button', { name: 'Let a second pass', exact: true }).click();
  await expect.poll(() => playground.table()).toHaveLength(2);
  await expect(end).toHaveValue('2.34');
  await page.reload();
  await playground.hasRun();
  await expect(end).toHaveValue('2.34');
  expect(playground.complaints).toEqual([]);
});

test('a pause before a row moves it and all that follow', async ({ page }) => {
  const playground = new Playground(page);
  await playground.open('state-ttl');
  await playground.toEnd();
  const counted = await playground.table();
  await page.getByRole('button', { name: 'Let a second pass before event 2', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Arrival of event 2, in seconds' })).toHaveValue('1.3');
  await expect(page.getByRole('textbox', { name: 'Arrival of event 7, in seconds' })).toHaveValue('4.2');
  // The state of s-1 is forgotten once more: it is counted from 1 again.
  await expect.poll(() => playground.table()).not.toEqual(counted);
  expect(playground.complaints).toEqual([]);
});
