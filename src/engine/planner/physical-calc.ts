import type { Calc, ChangelogNormalize, PhysicalNode } from '../plan/physical.ts';
import { call, type Rex, ref } from '../plan/rex.ts';
import { collectRefs, shiftRefs } from '../plan/rex-tools.ts';
import { BOOLEAN, withNullable } from '../types/logical-type.ts';
import { conjuncts } from './logical-tools.ts';
import { exchange } from './physical-tools.ts';

/** Merges a Calc into one right below it. */
export function mergePhysicalCalc(calc: Calc): PhysicalNode {
  const below = calc.inputs[0]!;
  if (below.kind !== 'Calc') return calc;
  const inline = (rex: Rex): Rex => replaceRefs(rex, below.exprs);
  const conditions = [below.condition, calc.condition && inline(calc.condition)].filter((c) => c !== null);
  const condition =
    conditions.length === 0
      ? null
      : conditions.length === 1
        ? conditions[0]!
        : call('AND', conditions.flatMap(conjuncts), withNullable(BOOLEAN, true));
  return { ...calc, inputs: below.inputs, exprs: calc.exprs.map(inline), condition };
}

function replaceRefs(rex: Rex, exprs: readonly Rex[]): Rex {
  if (rex.kind === 'InputRef') return exprs[rex.index]!;
  return rex.kind === 'Call' ? { ...rex, operands: rex.operands.map((o) => replaceRefs(o, exprs)) } : rex;
}

/** Flink's PushCalcPastChangelogNormalize: conditions on the key go below, others into it; columns nobody needs are dropped below. */
export function pushIntoNormalize(calc: Calc, normalize: ChangelogNormalize): PhysicalNode {
  const keys = new Set(normalize.key);
  const parts = calc.condition ? conjuncts(calc.condition) : [];
  const onKey = parts.filter((c) => [...collectRefs(c)].every((i) => keys.has(i)));
  const others = parts.filter((c) => !onKey.includes(c));
  const used = new Set(normalize.key);
  for (const e of calc.exprs) collectRefs(e, used);
  for (const c of others) collectRefs(c, used);
  const kept = [...used].sort((a, b) => a - b);
  const conjunction = (conditions: readonly Rex[]): Rex | null =>
    conditions.length === 0
      ? null
      : conditions.length === 1
        ? conditions[0]!
        : call('AND', conditions, withNullable(BOOLEAN, true));
  const source = normalize.inputs[0]!.inputs[0]!;
  const needsBelow = kept.length < normalize.fields.length || onKey.length > 0;
  const at = (i: number): number => kept.indexOf(i);
  const fields = kept.map((i) => normalize.fields[i]!);
  const below: PhysicalNode = needsBelow
    ? {
        kind: 'Calc',
        inputs: [source],
        fields,
        mode: 0,
        exprs: kept.map((i) => ref(i, source.fields[i]!.type)),
        condition: conjunction(onKey),
      }
    : source;
  const key = normalize.key.map(at);
  const condition = conjunction(others.map((c) => shiftRefs(c, at)));
  const upper: PhysicalNode = { ...normalize, inputs: [exchange(below, key)], fields, key, condition };
  const exprs = calc.exprs.map((e) => shiftRefs(e, at));
  if (exprs.length === fields.length && exprs.every((e, i) => e.kind === 'InputRef' && e.index === i))
    return upper;
  return { ...calc, inputs: [upper], exprs, condition: null };
}
