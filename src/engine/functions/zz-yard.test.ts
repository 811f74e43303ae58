import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { evaluateCase } from './testing/evaluate-case.ts';
const lines = (f: string) => readFileSync(f, 'utf8').trim().split('\n').map((l) => JSON.parse(l));
const dir = process.env.YARD ?? '/work/shared/conformance/values';
const only = process.env.ONLY;
test('yard', () => {
  const truth = new Map(lines(dir + '.truth.jsonl').map((t: any) => [t.id, t.answer ?? t]));
  let ok = 0, bad = 0; const out: string[] = [];
  for (const c of lines(dir + '.jsonl')) {
    if (only && !c.id.includes(only)) continue;
    const t: any = truth.get(c.id);
    for (const mode of ['closure', 'generated', 'folded'] as const) {
      let a;
      try { a = evaluateCase(c, mode); } catch (e: any) { bad++; out.push(`${c.id} ${mode} THROWS ${e.message} ${(e.cause?.stack ?? '').split('\n').slice(0,3).join(' | ')}`); continue; }
      if (!a) { if (mode === 'closure') out.push(`${c.id} skipped`); continue; }
      const rows = (t.steps ?? []).flatMap((s: any) => s).map((x: any) => x.row);
      const schema = t.schema ?? [];
      if (t.error && !rows.length && !schema.length) { if (mode==='closure') out.push(`${c.id} ERR truth=${JSON.stringify(t.error.chain.at(-1))} ours=${JSON.stringify(a.flatMap((x) => x.values.filter((v) => v?.startsWith('!'))).slice(0,1))}`); continue; }
      const offset = (schema.length) - a.length;
      a.forEach((item, i) => {
        if (schema.length === a.length && item.type !== schema[i].type) { bad++; if (mode === 'closure') out.push(`${c.id} TYPE ${item.sql}: ours ${item.type} truth ${schema[i].type} ${item.rex ? '' : item.values[0]}`); }
        item.values.forEach((v, r) => {
          const w = rows[r]?.[i + (schema.length && schema.length !== a.length && offset > 0 ? offset : 0)];
          if (w === undefined) { if (t.error) { const last = t.error.chain.at(-1); if (a.some((x) => x.values[r] === '!' + last)) ok++; else if (i === 0) out.push(`${c.id} row ${r} should fail: ${last}; ours ${JSON.stringify(a.map((x) => x.values[r]))}`); } return; }
          if (v === w) ok++; else { bad++; if (item.rex || mode === 'closure') out.push(`${c.id} ${mode} row ${r} ${item.sql}: ours ${JSON.stringify(v)} truth ${JSON.stringify(w)}`); }
        });
      });
    }
  }
  console.log(out.join('\n'), '\nok', ok, 'bad', bad);
});
