import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changelogTopic } from '../../conformance/duel/changelogs.ts';
import { type Difference, Duel } from '../../conformance/duel/duel.ts';
import { expressionTopic } from '../../conformance/duel/expressions.ts';
import { type Flink, startFlink } from '../../conformance/duel/flink.ts';
import { joinTopic } from '../../conformance/duel/joins.ts';
import type { Oddity } from '../../conformance/duel/known.ts';
import { mutationTopic } from '../../conformance/duel/mutations.ts';
import { shapeTopic } from '../../conformance/duel/shapes.ts';
import { timeTopic } from '../../conformance/duel/time.ts';
import type { Topic } from '../../conformance/duel/topic.ts';

/**
 * `npm run --silent duel -- --seed S --cases N [--about TOPIC]`: random cases, answered by our engine and a real Flink. Exit 0 without differences, 1 with,
 * 2 if Flink could not be asked. What differs is kept, shrunk, in `conformance/duel/found`, and marked as open until it is mended.
 */
const about = <Draft>(topic: Topic<Draft>) => ({
  name: topic.name,
  start: (flink: Flink, oddities: readonly Oddity[]) => new Duel(topic, flink, oddities),
});
const TOPICS = [
  about(expressionTopic),
  about(mutationTopic),
  about(changelogTopic),
  about(timeTopic),
  about(joinTopic),
  about(shapeTopic),
];
const options: { [name: string]: string } = { seed: '1', cases: '20', about: 'expressions' };
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i]?.replace(/^--/, '') ?? '';
  const value = process.argv[i + 1];
  if (!(name in options) || value === undefined) usage();
  else options[name] = value;
}
const topic = TOPICS.find(({ name }) => name === options['about']) ?? usage();
const [seed, cases] = [Number(options['seed']), Number(options['cases'])];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(cases) || cases < 1) usage();

function usage(): never {
  process.stderr.write(
    `usage: npm run --silent duel -- --seed S --cases N [--about ${TOPICS.map((t) => t.name).join(' | ')}]\n`,
  );
  process.exit(2);
}

const root = process.cwd();
const folder = join(root, 'conformance/duel/found');
const oddities = JSON.parse(readFileSync(join(root, 'docs/oddities.json'), 'utf8')) as Oddity[];

function tell({ case: given, truth, answer, known, isOfPlan }: Difference): void {
  if (isOfPlan) {
    const plans = [truth, answer].map(
      (of) =>
        of.plans?.at(-1)?.replace(/^[^]*== Optimized Physical Plan ==\n|\n== [^]*$/g, '') ??
        of.error?.chain.at(-1),
    );
    console.log(
      `OTHER PLAN ${given.id}\n  ${given.statements.join('\n  ')}\nflink\n${plans[0]}\nours\n${plans[1]}`,
    );
    return;
  }
  const what = (of: typeof truth): string =>
    of.error
      ? `${of.error.phase}: ${of.error.chain.at(-1)}`
      : `${JSON.stringify(of.schema)} ${JSON.stringify(of.steps.flat().map(({ row }) => row))}`;
  console.log(
    `${known ? `known (${known.explained})` : 'DIFFERS'} ${given.id}\n  ${given.statements.at(-1)}\n  flink ${what(truth)}\n  ours  ${what(answer)}`,
  );
  if (known) return;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${topic.name}-${seed}.jsonl`);
  const { schema, steps, watermarks, error } = truth;
  const line = JSON.stringify({
    ...given,
    flink: { id: given.id, schema, steps, watermarks, error },
    open: true,
    // The last watermark loses its digits in a JavaScript number.
  }).replaceAll(':9223372036854776000', ':9223372036854775807');
  if (!existsSync(file) || !readFileSync(file, 'utf8').includes(`"id":"${given.id}"`))
    appendFileSync(file, `${line}\n`);
}

let flink: Flink | null = null;
try {
  flink = startFlink(root);
  const report = await topic.start(flink, oddities).run(seed, cases, tell);
  const known = report.differences.filter((d) => d.known).length;
  const unexplained = report.differences.length - known;
  console.log(`${report.parts} parts, ${report.differences.length} of them differ`);
  if (report.unasked > 0) console.log(`${report.unasked} could not be asked`);
  console.log(`result ${unexplained}, plan ${report.plans}, known ${known}`);
  console.log(`${report.cases} cases, ${unexplained} differences`);
  process.exitCode = unexplained > 0 ? 1 : 0;
} catch (error) {
  console.error(`Flink could not be asked: ${(error as Error).message}`);
  process.exitCode = 2;
} finally {
  flink?.stop();
}
