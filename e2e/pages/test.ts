import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, chromium } from '@playwright/test';

/**
 * Tests in one browser for each worker, which keeps what it has compiled from test to test, as a reader's does from visit to visit; opening the page costs
 * half of what it costs in a new one. Every test has a page of its own, little motion and the clipboard, and finds nothing of an earlier visit.
 */
export const test = base.extend<object, { readonly browserOfWorker: BrowserContext }>({
  browserOfWorker: [
    async ({ launchOptions }, use, { project }) => {
      const { baseURL, viewport } = project.use;
      const folder = mkdtempSync(join(tmpdir(), 'browser-'));
      const browser = await chromium.launchPersistentContext(folder, {
        ...launchOptions,
        ...(baseURL ? { baseURL } : {}),
        ...(viewport ? { viewport } : {}),
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await use(browser);
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  context: async ({ browserOfWorker }, provide) => {
    const before = browserOfWorker.pages();
    await provide(browserOfWorker);
    for (const page of browserOfWorker.pages()) if (!before.includes(page)) await page.close();
  },
  page: async ({ context, baseURL }, provide) => {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', {
      origin: new URL(baseURL!).origin,
      storageTypes: 'local_storage',
    });
    await session.detach();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await provide(page);
  },
});
