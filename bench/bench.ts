import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { coldStart, measureCold } from './cold.ts';
import { checkCorpus, measureCorpus } from './corpus.ts';
import { measure, VARIANTS, type Variant } from './measure.ts';
import { havePeers, measurePeers, PEERS_FOLDER } from './peers.ts';
import { WORKLOADS } from './workloads.ts';

/**
 * `npm run --silent bench [-- --json FILE] [--events 1e4,1e5,1e6] [--rounds N] [--only W2,W3]`
 *
 * Engine and loop take turns in one process over the same events; every workload and way to run it has a process of its own, so that none runs on what
 * the machine has learned of another.
 */
const args = process.argv.slice(2);
const option = (name: string, fallback: string): string =>
  args.includes(name) ? (args[args.indexOf(name) + 1] ?? fallback) : fallback;
const events = option('--events', '');
const SIZES = [1e4, 1e5, 1e6];
/** Few rounds of many events are as good as many of few. */
const LARGE = 1e6;
/** Traces are for long runs: short ones are kept whole. */
const LEAST_TRACED = 1e5;
/** Peers are timed up to here: they would take minutes for more. */
const MOST_FOR_PEERS = 1e5;
const rounds = Number(option('--rounds', '5'));
/** Megabytes that a heap may grow to before it is collected as a whole, events and all: a run that keeps a little more than another would pay for them. */
const ROOM = '--initial-heap-size=4000';

if (args[0] === '--cold') process.stdout.write(String(coldStart(args[1]!)));
else if (args[0] === '--corpus') process.stdout.write(JSON.stringify(checkCorpus()));
else if (args[0] === '--one') await measureOne(args[1]!, args[2]!);
else measureAll();

async function measureOne(name: string, variant: string): Promise<void> {
  const workload = WORKLOADS.find((w) => w.name === name)!;
  const sizes = events ? events.split(',').map(Number) : (workload.sizes ?? SIZES);
  for (const count of sizes) {
    if (variant === 'traced' && count < LEAST_TRACED) continue;
    const result = measure(
      workload,
      variant as Variant,
      count,
      count >= LARGE ? Math.min(rounds, 3) : rounds,
    );
    const hasPeers = variant === 'compiled' && count <= MOST_FOR_PEERS && havePeers();
    const peers = hasPeers ? await measurePeers(workload, count) : {};
    console.log(JSON.stringify(Object.keys(peers).length > 0 ? { ...result, peers } : result));
  }
}

function measureAll(): void {
  if (!havePeers())
    console.error(`Other libraries are timed too once they are installed: npm ci --prefix ${PEERS_FOLDER}`);
  const only = option('--only', '');
  const isWanted = (name: string): boolean => only === '' || only.split(',').includes(name);
  const results: unknown[] = [];
  const report = (result: unknown): void => {
    results.push(result);
    console.log(JSON.stringify(result));
  };
  if (isWanted('cold')) for (const result of measureCold(rounds)) report(result);
  if (isWanted('corpus')) for (const result of measureCorpus(rounds)) report(result);
  for (const { name, sizes } of WORKLOADS.filter((w) => isWanted(w.name)))
    for (const variant of sizes ? (['compiled'] as const) : VARIANTS) {
      const child = spawnSync(process.execPath, [ROOM, process.argv[1]!, '--one', name, variant, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (child.status !== 0) process.exitCode = 1;
      for (const line of child.stdout.split('\n')) if (line !== '') report(JSON.parse(line));
    }
  const file = option('--json', '');
  if (file) writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}
