import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { SqlError } from '../src/engine/base/diagnostic.ts';
import { Session } from '../src/engine/planner/statements/session.ts';
import { parseScript } from '../src/engine/sql/read-sql.ts';
import { alone, median, type Result } from './measure.ts';

const CORPUS = 'conformance/corpus/flink-sql-statements.sql';
/** After so many rounds the machine has compiled what it will. */
const WARM_UP = 100;
const TIMED = 50;

interface Check {
  readonly statements: number;
  readonly ms: number;
}

/** All statements of the corpus parsed and validated, one after the other; nothing is planned. Most name tables that are not there. */
function check(text: string): Check {
  const started = performance.now();
  const session = new Session([]);
  const { parts } = parseScript(text);
  for (const { statement, span } of parts)
    try {
      if (statement)
        session.execute(statement, { text: text.slice(span.start, span.end), offset: span.start });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  return { statements: parts.length, ms: performance.now() - started };
}

/** In a process of its own: the first time, and the median once the code is compiled. */
export function checkCorpus(): readonly [cold: Check, warm: Check] {
  const text = readFileSync(CORPUS, 'utf8');
  const cold = check(text);
  for (let i = 0; i < WARM_UP; i++) check(text);
  return [cold, { ...cold, ms: median(Array.from({ length: TIMED }, () => check(text).ms)) }];
}

/** Lines of the report: an event is a statement. */
export function measureCorpus(rounds: number): (Result & { readonly from: 'cold' | 'warm' })[] {
  const runs = Array.from({ length: rounds }, () => {
    const { stdout } = spawnSync(process.execPath, [process.argv[1]!, '--corpus'], { encoding: 'utf8' });
    return JSON.parse(stdout) as ReturnType<typeof checkCorpus>;
  });
  return (['cold', 'warm'] as const).map((from, place) => {
    const ns = runs.map((run) => (run[place]!.ms * 1e6) / run[place]!.statements);
    return alone('corpus', from, runs[0]![place]!.statements, ns);
  });
}
