// Asks a real Apache Flink (2.2.1, one JVM, parallelism 1, UTC) what it answers.
//   npm run record -- CASES.jsonl TRUTH.jsonl     asks twice and keeps the answers that came out the same both times
//   npm run record -- --ask CASES.jsonl ANSWERS.jsonl     asks once
//   npm run record -- --lines     answers cases from standard input, line by line, on standard output
// A case is a JSON object a line, {id, config?, statements, timeline: [{table, partition?, kind?, row} | {table, partition, closes: true} | {pause: ms}]}.
// Needs Java 17 and Maven; builds itself into a cache folder on first use (about a minute). Not part of `npm test`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const isOnce = args[0] === '--ask';
const isByLine = args[0] === '--lines';
const from = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);
const [cases, truth] = (isOnce ? args.slice(1) : args).map(from);
if (!truth && !isByLine) {
  console.error('usage: npm run record -- [--ask] CASES.jsonl TRUTH.jsonl | --lines');
  process.exit(2);
}

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((f) => join(folder, f))
    .filter((f) => statSync(f).isFile())
    .sort();

/** Builds the recorder once for each state of its sources; gives its class path. */
export function classPath() {
  const hash = createHash('sha256');
  for (const file of [join(here, 'pom.xml'), ...filesOf(join(here, 'src'))]) hash.update(readFileSync(file));
  const home = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'tidemark-recorder',
    hash.digest('hex').slice(0, 12),
  );
  const done = join(home, 'classpath');
  if (!existsSync(done)) {
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    cpSync(join(here, 'pom.xml'), join(home, 'pom.xml'));
    cpSync(join(here, 'src'), join(home, 'src'), { recursive: true });
    const built = spawnSync(
      'mvn',
      ['-q', '-B', '-DskipTests', 'package', 'dependency:build-classpath', '-Dmdep.outputFile=deps'],
      { cwd: home, stdio: ['ignore', 2, 2] },
    );
    if (built.status !== 0) throw new Error('The recorder could not be built: it needs Java 17 and Maven.');
    writeFileSync(
      done,
      `${join(home, 'target', 'classes')}:${readFileSync(join(home, 'deps'), 'utf8').trim()}`,
    );
  }
  return readFileSync(done, 'utf8');
}

const OPENED = [
  'java.lang',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'java.lang.reflect',
  'java.lang.invoke',
  'java.math',
  'java.net',
  'java.io',
  'java.nio',
  'java.text',
  'java.time',
  'sun.nio.ch',
];

/** Runs the recorder's Java program until it ends. */
function runJava(args, stdio) {
  const opens = OPENED.map((p) => `--add-opens=java.base/${p}=ALL-UNNAMED`);
  const made = spawnSync(
    'java',
    ['-Xmx2g', '-XX:+UseSerialGC', ...opens, '-cp', classPath(), 'oracle.Oracle', ...args],
    { stdio },
  );
  if (made.status !== 0) throw new Error(`The recorder stopped with code ${made.status}.`);
}

const ask = (input, output) => runJava(['--in', input, '--out', output], ['ignore', 'ignore', 2]);

/** What differs from run to run without meaning anything: object hashes, generated numbers, the order among sinks. */
function steady(line) {
  const answer = JSON.parse(line);
  for (const step of answer.steps) step.sort((x, y) => (x.sink < y.sink ? -1 : x.sink > y.sink ? 1 : 0));
  answer.watermarks = answer.watermarks.map((turn) =>
    Object.entries(turn).sort(([x], [y]) => (x < y ? -1 : 1)),
  );
  return JSON.stringify(answer)
    .replace(/@[0-9a-f]{5,8}\b/g, '@')
    .replace(/\$\d+\b/g, '$');
}

if (isByLine) {
  runJava([], ['inherit', 'inherit', 2]);
} else if (isOnce) {
  ask(cases, truth);
} else {
  const work = mkdtempSync(join(tmpdir(), 'record-'));
  const answers = ['first', 'second'].map((name) => {
    const file = join(work, name);
    ask(cases, file);
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  });
  rmSync(work, { recursive: true });
  const [first, second] = answers;
  const kept = first.filter((line, i) => steady(line) === steady(second[i]));
  writeFileSync(truth, `${kept.join('\n')}\n`);
  const moving = first
    .filter((line, i) => steady(line) !== steady(second[i]))
    .map((line) => JSON.parse(line).id);
  console.error(
    `${kept.length} recorded, ${moving.length} not steady${moving.length > 0 ? `: ${moving.join(' ')}` : ''}`,
  );
}
