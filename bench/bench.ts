import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { coldStart, measureCold } from './cold.ts';
import { measure, type Result } from './measure.ts';
import { WORKLOADS } from './workloads.ts';

/**
 * `npm run --silent bench [-- --json FILE] [--events 1e4,1e5,1e6] [--rounds N] [--only W2,W3]`
 *
 * Engine and loop take turns in one process over the same events; every workload has a process of its own, so that none runs on what the machine has
 * learned of another.
 */
const args = process.argv.slice(2);
const option = (name: string, fallback: string): string =>
  args.includes(name) ? (args[args.indexOf(name) + 1] ?? fallback) : fallback;
const sizes = option('--events', '1e4,1e5,1e6').split(',').map(Number);
const rounds = Number(option('--rounds', '7'));

if (args[0] === '--cold') process.stdout.write(String(coldStart(args[1]!)));
else if (args[0] === '--one') measureOne(args[1]!);
else measureAll();

function measureOne(name: string): void {
  const workload = WORKLOADS.find((w) => w.name === name)!;
  for (const count of sizes)
    for (const result of measure(workload, count, rounds)) console.log(JSON.stringify(result));
}

function measureAll(): void {
  const only = option('--only', '');
  const isWanted = (name: string): boolean => only === '' || only.split(',').includes(name);
  const lines: string[] = [];
  const report = (line: string): void => {
    lines.push(line);
    console.log(line);
  };
  if (isWanted('cold')) for (const result of measureCold(rounds)) report(JSON.stringify(result));
  for (const { name } of WORKLOADS.filter((w) => isWanted(w.name))) {
    const child = spawnSync(process.execPath, [process.argv[1]!, '--one', name, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.status !== 0) process.exitCode = 1;
    for (const line of child.stdout.split('\n')) if (line !== '') report(line);
  }
  const file = option('--json', '');
  const results = lines.map((line) => JSON.parse(line) as Result);
  if (file) writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}
