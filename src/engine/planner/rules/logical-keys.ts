import { splitJoinCondition } from '../../plan/join-keys.ts';
import { imageOf, joinedKeys, joinedSide, type Key, passedColumns, sorted } from '../../plan/keys.ts';
import type { LogicalNode } from '../../plan/logical.ts';

/** Upsert keys of a logical plan, by the rules of `upsertKeys`. */
export function logicalKeys(node: LogicalNode): readonly Key[] | null {
  switch (node.kind) {
    case 'Scan': {
      const key = node.table.primaryKey.map((name) => node.fields.findIndex((f) => f.name === name));
      return key.length > 0 && key.every((i) => i >= 0) ? [sorted(key)] : null;
    }
    case 'Calc': {
      const keys = logicalKeys(node.input);
      // A rank that can be only one number is passed on as that.
      const rank = node.input.kind === 'Rank' ? node.input.input.fields.length : -1;
      const late = node.exprs.flatMap((e, i) => (e.kind === 'Literal' && e.isLate ? [i] : []));
      const images = (keys ?? []).flatMap((key) =>
        imageOf(key, (i) => [...passedColumns(node.exprs, i), ...(i === rank ? late : [])]),
      );
      return images.length > 0 ? images : null;
    }
    case 'WatermarkAssigner':
      return logicalKeys(node.input);
    case 'Aggregate':
      return [node.groups.map((_, i) => i)];
    case 'Sort': {
      const keys = (logicalKeys(node.input) ?? []).filter((key) =>
        node.order.every((k) => key.includes(k.column)),
      );
      return keys.length > 0 ? keys : null;
    }
    case 'Rank': {
      const { start, end, endColumn } = node.range;
      if (!node.outputsRank && start === 1 && end === 1 && endColumn < 0) return [sorted(node.partition)];
      const keys = (logicalKeys(node.input) ?? []).filter((key) =>
        node.partition.every((p) => key.includes(p)),
      );
      const all = node.outputsRank ? [...keys, sorted([...node.partition, node.input.fields.length])] : keys;
      return all.length > 0 ? all : null;
    }
    case 'Join': {
      if (node.lookup || node.windowJoin) return null;
      const width = node.inputs[0].fields.length;
      const { leftKeys, rightKeys } = splitJoinCondition(node.condition, width);
      const [left, right] = node.inputs.map((input) => logicalKeys(input) ?? []);
      const keys = joinedKeys(
        node.joinType,
        width,
        joinedSide(left!, leftKeys, true),
        joinedSide(right!, rightKeys, true),
      );
      return keys.length > 0 ? keys : null;
    }
    default:
      return null;
  }
}
