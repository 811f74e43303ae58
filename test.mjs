// `npm test`: unit tests, then the browser tests against a production build. Ends with a line `N passed, N failed`; exits with 0 only if none failed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
/** The same beside others. */
const start = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
const bin = (name) => join(root, 'node_modules', '.bin', name);
const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

let passed = 0;
let failed = 0;
/** Counts a stage; one that broke before it could count anything is one failure. */
function count(stage, status, good, bad) {
  passed += good;
  failed += bad;
  if (status !== 0 && bad === 0) {
    console.error(`${stage}: stopped with code ${status}`);
    failed++;
  }
}

/** A Chromium to test with: a named one, Playwright's own, the system's; else one is fetched. Null with a sentence said if none can be had. */
async function findChromium() {
  const { chromium } = await import('@playwright/test');
  const known = () => [process.env.CHROMIUM_PATH, chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));
  const found = known();
  if (found) return found;
  console.log('No Chromium found; fetching one.');
  if (run(bin('playwright'), ['install', 'chromium']) === 0 && known()) return known();
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync('apt-get', ['--version']).status === 0) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    if (run('apt-get', ['update'], quiet) === 0) run('apt-get', ['install', '-y', 'chromium', 'fonts-noto-cjk'], quiet);
    if (known()) return known();
  }
  console.error('The browser tests need Chromium. Install it (as root: apt-get update && apt-get install -y chromium), or set CHROMIUM_PATH to one.');
  return null;
}

const [types, engineTypes, built] = await Promise.all([
  start(bin('tsc'), ['--noEmit']),
  start(bin('tsc'), ['--noEmit', '-p', 'src/engine/tsconfig.json']),
  start(bin('vite'), ['build', '--logLevel', 'warn']),
]);
const areTyped = types === 0 && engineTypes === 0;
count('types', areTyped ? 0 : 1, areTyped ? 1 : 0, areTyped ? 0 : 1);
count('build', built, built === 0 ? 1 : 0, built === 0 ? 0 : 1);

const unitFile = join(results, 'unit.json');
const unit = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitFile}`]);
const units = readJson(unitFile);
count('unit tests', unit, units?.numPassedTests ?? 0, units?.numFailedTests ?? 0);

const chromium = built === 0 ? await findChromium() : null;
if (built === 0 && !chromium) failed++;
if (chromium) {
  const browserFile = join(results, 'browser.json');
  const browser = run(bin('playwright'), ['test', '--reporter=list,json'], { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: browserFile });
  const stats = readJson(browserFile)?.stats;
  count('browser tests', browser, (stats?.expected ?? 0) + (stats?.flaky ?? 0), stats?.unexpected ?? 0);
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
