import { splitJoinCondition } from '../../plan/join-keys.ts';
import { containsKey } from '../../plan/keys.ts';
import type { LogicalAggregate, LogicalJoin, LogicalNode } from '../../plan/logical.ts';
import { type InputRef, type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, shiftRefs } from '../../plan/rex-tools.ts';
import { tellsKeys, uniqueKeys } from './aggregate-remove-rule.ts';
import { byColumns, callOver, mapInputs, mergeCalc } from './logical-tools.ts';

/**
 * An outer join goes away if nobody reads its inner side and that side cannot multiply rows: because it has at most one match
 * (Calcite's ProjectJoinRemoveRule), or because only distinct values are asked for (AggregateJoinRemoveRule).
 */
export function removeUnreadJoins(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, removeUnreadJoins);
  if (n.kind === 'Calc' && !n.condition && n.input.kind === 'Join') {
    const kept = withoutInnerSide(n.input, readBy(n.exprs), true);
    if (!kept) return n;
    const exprs = n.exprs.map((e) => shiftRefs(e, (i) => i - kept.from));
    return removeUnreadJoins(mergeCalc({ ...n, input: kept.input, exprs }));
  }
  if (n.kind === 'Aggregate' && n.calls.every((c) => c.distinct)) return aggregateAlone(n);
  return n;
}

function aggregateAlone(n: LogicalAggregate): LogicalNode {
  const columns = [...n.groups, ...n.calls.flatMap((c) => (c.filter < 0 ? c.args : [...c.args, c.filter]))];
  const below = n.input;
  const isProjected = below.kind === 'Calc' && !below.condition;
  const join = isProjected ? below.input : below;
  if (join.kind !== 'Join') return n;
  const given = isProjected ? below.exprs : join.fields.map((f, i) => ref(i, f.type));
  const read = columns.map((i) => given[i]!);
  if (read.some((e) => e.kind !== 'InputRef')) return n;
  const kept = withoutInnerSide(join, readBy(read), false);
  if (!kept) return n;
  const used = [...new Set([...readBy(read), ...readByVersions(join)])]
    .map((i) => i - kept.from)
    .filter((i) => i >= 0 && i < kept.input.fields.length)
    .sort((x, y) => x - y);
  const at = (i: number): number => used.indexOf((given[i] as InputRef).index - kept.from);
  const { fields } = kept.input;
  return byColumns({
    ...n,
    input: mergeCalc({
      kind: 'Calc',
      input: kept.input,
      exprs: used.map((i) => ref(i, fields[i]!.type)),
      condition: null,
      fields: used.map((i) => fields[i]!),
    }),
    groups: n.groups.map(at),
    calls: n.calls.map((c) => callOver(c, at)),
  });
}

/** What a join with versions of rows reads is still there below once it has gone. */
function readByVersions({ condition, asOf, lookup }: LogicalJoin): Iterable<number> {
  return asOf === null && !lookup ? [] : collectRefs(condition);
}

const readBy = (exprs: readonly Rex[]): ReadonlySet<number> => {
  const used = new Set<number>();
  for (const e of exprs) collectRefs(e, used);
  return used;
};

/** The side of an outer join that all its rows come from, and where its columns began; null if the other side matters. */
export function withoutInnerSide(
  join: LogicalJoin,
  read: ReadonlySet<number>,
  mustBeUnique: boolean,
): { readonly input: LogicalNode; readonly from: number } | null {
  if (join.joinType !== 'left' && join.joinType !== 'right') return null;
  if (join.refusal || join.windowJoin) return null;
  const isLeft = join.joinType === 'left';
  const width = join.inputs[0].fields.length;
  if ([...read].some((i) => i >= width === isLeft)) return null;
  if (mustBeUnique) {
    const { leftKeys, rightKeys } = splitJoinCondition(join.condition, width);
    const [inner, keys] = isLeft ? [join.inputs[1], rightKeys] : [join.inputs[0], leftKeys];
    if (join.asOf !== null || join.lookup || !tellsKeys(inner)) return null;
    if (!uniqueKeys(inner).some((key) => containsKey(keys, key))) return null;
  }
  return isLeft ? { input: join.inputs[0], from: 0 } : { input: join.inputs[1], from: width };
}
