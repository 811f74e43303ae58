import { physicalLine } from '../../plan/explain.ts';
import { sorted } from '../../plan/keys.ts';
import type { Calc, ChangelogNormalize, PhysicalNode } from '../../plan/physical.ts';
import { type Rex, ref } from '../../plan/rex.ts';
import { and } from '../../plan/rex-build.ts';
import { collectRefs, passesAll, rexKey, shiftRefs } from '../../plan/rex-tools.ts';
import { normalConjuncts } from '../simplify/normal-form.ts';
import { simplifyCondition } from '../simplify/simplify-condition.ts';
import { belowNormalize } from './calc.ts';
import { exchange } from './physical-tools.ts';

interface Filtered {
  readonly normalize: ChangelogNormalize;
  readonly conditions: readonly Rex[];
}

const conditionsOf = (calc: Calc): readonly Rex[] => (calc.condition ? normalConjuncts(calc.condition) : []);
const isOverNormalize = (node: PhysicalNode): node is Calc & { readonly inputs: [ChangelogNormalize] } =>
  node.kind === 'Calc' && node.inputs[0]!.kind === 'ChangelogNormalize';

/**
 * Filters and projections go into the nodes that complete the changes of an upsert source, and below them (PushCalcPastChangelogNormalizeRule). Where a source
 * is read more than once only the conditions that all its readers ask for go, so that they may share the node (FlinkMarkChangelogNormalizeProgram). Watermarks go
 * below in the same walk.
 */
export function pushCalcsIntoNormalize<Root extends PhysicalNode>(root: Root): Root {
  const bySource = new Map<string, Filtered[]>();
  const gather = (node: PhysicalNode): void => {
    if (isOverNormalize(node)) {
      const normalize = node.inputs[0];
      const source = sourceOf(normalize);
      bySource.set(source, [...(bySource.get(source) ?? []), { normalize, conditions: conditionsOf(node) }]);
    } else node.inputs.forEach(gather);
  };
  gather(root);
  const common = new Map<ChangelogNormalize, readonly Rex[]>();
  for (const readers of bySource.values()) {
    if (readers.length < 2) continue;
    const shared = commonConditions(readers);
    for (const { normalize } of readers) common.set(normalize, shared);
  }
  const pushed = (calc: Calc & { readonly inputs: [ChangelogNormalize] }): PhysicalNode => {
    const normalize = calc.inputs[0];
    const all = conditionsOf(calc);
    const shared = common.get(normalize);
    if (!shared) return push(calc, normalize, all, []);
    if (shared.length === 0) return calc;
    const keys = new Set(shared.map(rexKey));
    const rest = all.filter((c) => !keys.has(rexKey(c)));
    return push(calc, normalize, shared, rest);
  };
  const rewrite = (node: PhysicalNode): PhysicalNode => {
    if (node.kind === 'ChangelogNormalize') return node;
    const rebuilt = withNames({ ...node, inputs: node.inputs.map(rewrite) });
    const made = rebuilt.kind === 'WatermarkAssigner' ? belowNormalize(rebuilt) : rebuilt;
    // What is shared as it is stays so with the watermarks below it.
    const [before, after] = [normalizeOf(rebuilt), normalizeOf(made)];
    if (before && after && common.get(before)?.length === 0) common.set(after, []);
    return isOverNormalize(made) ? pushed(made) : made;
  };
  return { ...root, inputs: root.inputs.map(rewrite) };
}

/** A projection that only renames is gone with its names: what an exchange passes on is called as below it. */
function withNames<Node extends PhysicalNode>(node: Node): Node {
  return node.kind === 'Exchange' ? { ...node, fields: node.inputs[0]!.fields } : node;
}

/** The node that completes changes right below what computes columns or assigns watermarks. */
function normalizeOf(node: PhysicalNode): ChangelogNormalize | null {
  if (node.kind === 'ChangelogNormalize') return node;
  return node.kind === 'Calc' || node.kind === 'WatermarkAssigner' ? normalizeOf(node.inputs[0]!) : null;
}

function sourceOf(node: PhysicalNode): string {
  return node.inputs.length === 0 ? physicalLine(node) : sourceOf(node.inputs[0]!);
}

function commonConditions(readers: readonly Filtered[]): readonly Rex[] {
  const [first, ...others] = [...readers].sort((a, b) => a.conditions.length - b.conditions.length);
  const keys = others.map(({ conditions }) => new Set(conditions.map(rexKey)));
  return first!.conditions.filter((c) => keys.every((of) => of.has(rexKey(c))));
}

/** Conditions on the key go below, others into the node; columns that nobody needs are dropped below; `rest` stays above. */
function push(
  calc: Calc,
  normalize: ChangelogNormalize,
  conditions: readonly Rex[],
  rest: readonly Rex[],
): PhysicalNode {
  const keys = new Set(normalize.key);
  const isOnKey = (c: Rex): boolean => [...collectRefs(c)].every((i) => keys.has(i));
  const onKey = conditions.filter(isOnKey);
  const others = conditions.filter((c) => !isOnKey(c));
  const used = new Set(normalize.key);
  for (const e of calc.exprs) collectRefs(e, used);
  if (calc.condition) collectRefs(calc.condition, used);
  const kept = normalize.fields.map((_, i) => i).filter((i) => used.has(i));
  const at = (i: number): number => kept.indexOf(i);
  const fields = kept.map((i) => normalize.fields[i]!);
  const source = normalize.inputs[0]!.inputs[0]!;
  const isCut = kept.length < normalize.fields.length || onKey.length > 0;
  const below: PhysicalNode = isCut
    ? {
        kind: 'Calc',
        inputs: [source],
        fields,
        mode: 0,
        exprs: kept.map((i) => ref(i, source.fields[i]!.type)),
        condition: onKey.length > 0 ? simplifyCondition(and(onKey)) : null,
      }
    : source;
  const exprs = calc.exprs.map((e) => shiftRefs(e, at));
  const above = rest.length > 0 ? simplifyCondition(and(rest.map((c) => shiftRefs(c, at)))) : null;
  const isTrivial = above === null && passesAll(exprs, fields.length);
  const inside = others.length > 0 ? and(others.map((c) => shiftRefs(c, at))) : null;
  // What goes in while columns are cut off is simplified only when the rule comes again, to a projection that stays.
  const isSimplified = !isCut || (!isTrivial && rest.length === 0);
  // A node made anew has its key in the order of the columns.
  const key = isCut ? sorted(normalize.key.map(at)) : normalize.key;
  const upper: PhysicalNode = {
    ...normalize,
    inputs: [exchange(below, key)],
    fields,
    key,
    condition: inside && isSimplified ? simplifyCondition(inside) : inside,
  };
  return isTrivial ? upper : { ...calc, inputs: [upper], exprs, condition: above };
}
