import type { LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { collectRefs, conjuncts } from '../../plan/rex-tools.ts';
import { BOOLEAN, notNull, withNullable } from '../../types/logical-type.ts';
import { areUnique } from '../rules/aggregate-remove-rule.ts';
import { makeJoin } from '../rules/join-rules.ts';
import { decorrelated, isCorrelated, mentionsOuter } from './correlation.ts';

/**
 * A scalar sub-query that looks one row up by a key: joined as it stands, for it cannot give a second value (RelDecorrelator's
 * RemoveCorrelationForScalarProjectRule). Null for any other.
 */
export function valueByKey(left: LogicalNode, query: LogicalNode): LogicalNode | null {
  if (query.kind !== 'Project' || query.input.kind !== 'Filter') return null;
  const { input, condition } = query.input;
  if (isCorrelated(input) || !mentionsOuter(condition)) return null;
  const parts = conjuncts(condition).map((part) => ({ part, key: keyIn(part) }));
  const keys = parts.flatMap(({ key }) => (key === null ? [] : [key]));
  if (parts.some(({ part, key }) => key === null && mentionsOuter(part)) || !areUnique(input, keys))
    return null;
  const width = left.fields.length;
  const join = makeJoin(left, input, 'left', decorrelated(condition, width));
  const isMissing = call(
    'IS NULL',
    [ref(width + keys[0]!, join.fields[width + keys[0]!]!.type)],
    notNull(BOOLEAN),
  );
  const value = nullWhere(isMissing, query.exprs[0]!, width);
  return {
    kind: 'Project',
    input: join,
    exprs: [...left.fields.map((f, i) => ref(i, f.type)), value],
    fields: [...left.fields, { name: query.fields[0]!.name, type: value.type }],
  };
}

/** The column that a condition says to equal something that reads no column. */
function keyIn(condition: Rex): number | null {
  if (condition.kind !== 'Call' || condition.operator !== '=') return null;
  const [a, b] = condition.operands as [Rex, Rex];
  if (b.kind === 'InputRef' && collectRefs(a).size === 0) return b.index;
  return a.kind === 'InputRef' && collectRefs(b).size === 0 ? a.index : null;
}

/** What is computed of a row that may be missing; all but its columns would have a value without it. */
function nullWhere(isMissing: Rex, rex: Rex, width: number): Rex {
  if (rex.kind === 'InputRef') return ref(rex.index + width, withNullable(rex.type, true));
  if (rex.kind === 'Literal' && rex.value === null) return rex;
  const type = withNullable(rex.type, true);
  const given: Rex =
    rex.kind === 'Call'
      ? { ...rex, operands: rex.operands.map((o) => nullWhere(isMissing, o, width)) }
      : decorrelated(rex, width);
  return call('CASE', [isMissing, literal(null, type), given], type);
}
