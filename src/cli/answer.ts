import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { answerCase, type Case } from '../engine/script/answer-case.ts';

/**
 * `npm run --silent answer -- --in CASES.jsonl --out ANSWERS.jsonl`: one answer for each line, in order, flushed as it goes; exit 0 however bad the cases.
 * `--closures` answers without generated code.
 */
const options = { in: '', out: '', canGenerate: true };
for (let i = 2; i < process.argv.length; i++) {
  const arg = process.argv[i];
  if (arg === '--in') options.in = process.argv[++i] ?? '';
  else if (arg === '--out') options.out = process.argv[++i] ?? '';
  else if (arg === '--closures') options.canGenerate = false;
}
if (!options.in || !options.out) {
  process.stderr.write(
    'usage: npm run --silent answer -- --in CASES.jsonl --out ANSWERS.jsonl [--closures]\n',
  );
  process.exit(2);
}
const from = (path: string): string =>
  process.env['INIT_CWD'] && !path.startsWith('/') ? `${process.env['INIT_CWD']}/${path}` : path;

/** A case takes at most this long. */
const LIMIT_MS = 1000;

/** Numbers with more digits than a JavaScript number holds are read as text, which every column takes too. */
function exactNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token[0] !== '"' && token.replace(/\D/g, '').length > 15 ? `"${token}"` : token,
  );
}

function answer(line: string): object {
  let given: Case;
  try {
    given = JSON.parse(exactNumbers(line)) as Case;
    if (
      typeof given.id !== 'string' ||
      !Array.isArray(given.statements) ||
      !given.statements.every((s) => typeof s === 'string')
    )
      throw new Error('a case has an id and a list of statements');
    if (given.timeline !== undefined && !Array.isArray(given.timeline))
      throw new Error('a timeline is a list');
  } catch (error) {
    return { id: null, error: { phase: 'case', chain: [`Not a case: ${(error as Error).message}`] } };
  }
  const started = performance.now();
  try {
    const made = answerCase(given, { canGenerate: options.canGenerate });
    const ms = performance.now() - started;
    if (ms > LIMIT_MS)
      return {
        id: given.id,
        plans: made.plans,
        advice: made.advice,
        steps: [],
        watermarks: [],
        error: {
          phase: 'limit',
          chain: [`The case took ${Math.round(ms)} ms; at most ${LIMIT_MS} ms are allowed.`],
        },
        ms,
      };
    return { ...made, ms: Math.round(ms * 100) / 100 };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      id: given.id,
      plans: [],
      advice: [],
      steps: [],
      watermarks: [],
      error: {
        phase: 'internal',
        chain: [message],
        ...(process.env['DEBUG'] ? { stack: (error as Error).stack } : {}),
      },
      ms: performance.now() - started,
    };
  }
}

const out = openSync(from(options.out), 'w');
const lines = createInterface({ input: createReadStream(from(options.in)), crlfDelay: Infinity });
for await (const line of lines) writeSync(out, `${JSON.stringify(answer(line))}\n`);
closeSync(out);
