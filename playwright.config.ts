import { defineConfig, devices } from '@playwright/test';

const target = process.env['E2E_TARGET'] ?? 'preview';
const port = Number(process.env['E2E_PORT'] ?? (target === 'dev' ? 5173 : 4173));
const desktop = { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } };
const server = target === 'dev' ? 'vite' : 'vite preview';

/** The browser tests run on the built page (`vite preview`); `E2E_TARGET=dev` takes the development server instead. */
export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  // What fails once and then passes is told as flaky at the end of the run.
  retries: 1,
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    // Recording every action takes a quarter of the time: only where asked for.
    trace: process.env['E2E_TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  // What is timed runs first and alone.
  projects: [
    { name: 'speed', testMatch: 'speed.spec.ts', use: desktop },
    { name: 'page', testIgnore: 'speed.spec.ts', use: desktop, dependencies: ['speed'] },
  ],
  webServer: {
    command: `npx ${server} --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
