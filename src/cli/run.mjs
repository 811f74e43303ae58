// Runs a command of this folder under plain Node: bundles its TypeScript into .build (only when a source is newer) and imports the result.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [name, ...args] = process.argv.slice(2);
const commands = {
  answer: 'src/cli/answer.ts',
  score: 'src/cli/score.ts',
  bench: 'bench/bench.ts',
  duel: 'src/cli/duel.ts',
};
const entry = commands[name];
if (!entry || !existsSync(join(root, entry))) {
  console.error(`usage: run.mjs ${Object.keys(commands).join(' | ')} [arguments]`);
  process.exit(2);
}

const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(0, ...readdirSync(path).map((file) => newest(join(path, file))))
    : statSync(path).mtimeMs;
const bundle = join(root, '.build', name, 'main.mjs');
const sources = ['src/engine', 'src/cli', 'src/content', 'bench', 'conformance/suite', 'conformance/duel']
  .map((folder) => join(root, folder))
  .filter(existsSync);
if (!existsSync(bundle) || statSync(bundle).mtimeMs < Math.max(...sources.map(newest))) {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(root, entry),
      outDir: dirname(bundle),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
  });
}
process.argv = [process.argv[0], bundle, ...args];
await import(pathToFileURL(bundle).href);
