import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { evaluateCase } from './testing/evaluate-case.ts';
test('x', () => {
  const ans = new Map(readFileSync('/tmp/values-q-answers.jsonl','utf8').trim().split('\n').map((l) => JSON.parse(l)).map((a: any) => [a.id, a.answer ?? a]));
  let same = 0; const out: string[] = [];
  for (const l of readFileSync('/tmp/values-q-cases.jsonl','utf8').trim().split('\n')) {
    const c = JSON.parse(l); if (!c.id.startsWith('q/')) continue;
    const a: any = ans.get(c.id);
    const truth = a.error ? a.error.chain.at(-1) : 'OK ' + a.schema?.[0]?.type;
    let ours = '';
    try { const r = evaluateCase({ ...c, timeline: [{ row: {} }] }, 'closure'); ours = !r ? 'PARSE' : r[0].rex ? 'OK ' + r[0].type : String(r[0].values[0]).slice(1); } catch (e: any) { ours = 'THROWS ' + e.message; }
    const phase = a.error?.phase;
    if (ours === truth) same++; else out.push(`${c.statements[1].slice(7, -7)}\n     F(${phase}) ${truth.slice(0, 330)}\n     O ${ours.slice(0, 330)}`);
  }
  console.log(out.join('\n')); console.log('same', same);
});
