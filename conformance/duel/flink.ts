import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Case } from '../../src/engine/script/answer-case.ts';
import { exactNumbers } from '../suite/cases.ts';
import type { Recorded } from '../suite/compare.ts';

/** A real Flink that stays up: asked case by case, in order. */
export interface Flink {
  /** Rejects once Flink is gone. */
  ask(given: Case): Promise<Recorded>;
  stop(): void;
}

/** Whether an answer says only that a busy machine did not get to run the case. */
export function wasNotAsked({ error }: Recorded): boolean {
  return (
    error?.chain.some((message) =>
      /NoResourceAvailable|did not start\.|did not end\.|No barrier came through|TimeoutException/.test(
        message,
      ),
    ) === true
  );
}

/** Starts the project's recorder, which reads cases line by line. */
export function startFlink(root: string): Flink {
  const recorder = spawn(process.execPath, [join(root, 'conformance/recorder/record.mjs'), '--lines'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve: (answer: Recorded) => void; reject: (why: Error) => void }[] = [];
  let gone: Error | null = null;
  const end = (why: Error): void => {
    gone ??= why;
    for (const { reject } of waiting.splice(0)) reject(gone);
  };
  createInterface({ input: recorder.stdout, crlfDelay: Infinity }).on('line', (line) => {
    if (line.startsWith('{')) waiting.shift()?.resolve(JSON.parse(exactNumbers(line)) as Recorded);
  });
  recorder.on('error', end);
  recorder.on('exit', (code) => end(new Error(`Flink stopped with code ${code}.`)));
  recorder.stdin.on('error', end);
  return {
    ask: (given) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        waiting.push({ resolve, reject });
        recorder.stdin.write(`${JSON.stringify(given)}\n`);
      }),
    stop: () => recorder.stdin.end(),
  };
}
