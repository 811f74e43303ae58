import { countOfSeveral } from '../../plan/aggregate-methods.ts';
import { type AggregateCall, type Field, type LogicalJoin, type LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, type RexSubQuery, ref } from '../../plan/rex.ts';
import { and, castTo } from '../../plan/rex-build.ts';
import { collectRefs } from '../../plan/rex-tools.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  type LogicalType,
  notNull,
  withNullable,
} from '../../types/logical-type.ts';
import { isDistinct } from '../rules/aggregate-remove-rule.ts';
import { makeJoin } from '../rules/join-rules.ts';
import { isCorrelated } from './correlation.ts';
import { type Decorrelated, decorrelate } from './decorrelate.ts';
import { joinDecorrelated } from './lateral.ts';

/** What is asked of a test: whether it is TRUE, whether it is FALSE, or its value. */
export type Logic = 'TRUE' | 'FALSE' | 'VALUE';

const SURE = notNull(BOOLEAN);
const TRUE = literal(true, SURE);
const isNull = (rex: Rex): Rex => call('IS NULL', [rex], SURE);
const isNotNull = (rex: Rex): Rex => call('IS NOT NULL', [rex], SURE);

/** EXISTS as a value: an outer join with a column that is TRUE where the query has a row. */
export function existsJoin(left: LogicalNode, test: RexSubQuery): [LogicalNode, Rex] {
  const query = test.query as LogicalNode;
  const base = query.kind === 'Project' ? query.input : query;
  const width = left.fields.length;
  if (!isCorrelated(query)) {
    const flag: LogicalNode = {
      kind: 'Project',
      input: base,
      exprs: [TRUE],
      fields: [{ name: 'i', type: SURE }],
    };
    const any: LogicalNode = { kind: 'Aggregate', input: flag, groups: [0], calls: [], fields: flag.fields };
    return [makeJoin(left, any, 'left', TRUE), isNotNull(ref(width, BOOLEAN))];
  }
  const { rows, condition, flag } = distinctKeys(base, left);
  return [makeJoin(left, rows, 'left', condition), isNotNull(ref(width + flag, BOOLEAN))];
}

/** The distinct columns by which a query is tied to the one around it, and behind them a column that is TRUE. */
function distinctKeys(
  query: LogicalNode,
  left: LogicalNode,
): { readonly rows: LogicalNode; readonly condition: Rex; readonly flag: number } {
  const width = left.fields.length;
  const { node, keys } = decorrelate(query, left);
  const columns = [...new Set(keys.map((k) => k.column))];
  const rows = distinctWithFlag(
    columns.map((c) => ref(c, node.fields[c]!.type)),
    node,
    columns.map((c) => node.fields[c]!),
    `$f${columns.length}`,
  );
  const condition = and(
    keys.map(({ column, outer }) => {
      const inner = ref(width + columns.indexOf(column), node.fields[column]!.type);
      return call('=', [ref(outer.field, outer.type), inner], BOOLEAN);
    }),
  );
  return { rows, condition, flag: columns.length };
}

/** IN or EXISTS as a condition that must be TRUE: an inner join with the query's distinct rows, or with one row if it has any. */
export function innerJoin(left: LogicalNode, test: RexSubQuery): LogicalNode {
  const query = test.query as LogicalNode;
  if (test.operator === 'EXISTS') {
    const base = query.kind === 'Project' ? query.input : query;
    if (isCorrelated(query)) {
      const { rows, condition } = distinctKeys(base, left);
      return makeJoin(left, rows, 'inner', condition);
    }
    const flag: LogicalNode = {
      kind: 'Project',
      input: base,
      exprs: [TRUE],
      fields: [{ name: 'i', type: SURE }],
    };
    const any: LogicalNode = { kind: 'Aggregate', input: flag, groups: [0], calls: [], fields: flag.fields };
    return makeJoin(left, any, 'inner', TRUE);
  }
  const { node, at, keys } = decorrelate(query, left);
  const columns = [...new Set([...at, ...keys.map((k) => k.column)])];
  const fields = columns.map((c) => node.fields[c]!);
  const exprs = columns.map((c) => ref(c, node.fields[c]!.type));
  const input: LogicalNode = keys.length === 0 ? node : { kind: 'Project', input: node, exprs, fields };
  const groups = fields.map((_, i) => i);
  const rows: LogicalNode = { kind: 'Aggregate', input, groups, calls: [], fields };
  const width = left.fields.length;
  const tied = keys.map(({ column, outer }) => {
    const inner = ref(width + columns.indexOf(column), node.fields[column]!.type);
    return call('=', [ref(outer.field, outer.type), inner], BOOLEAN);
  });
  const members = test.operands.map((operand, i) => {
    const { type } = query.fields[i]!;
    const common = leastRestrictive([operand.type, type]) ?? operand.type;
    const value = castTo(operand, withNullable(common, operand.type.nullable));
    const column = castTo(ref(width + i, type), withNullable(common, type.nullable));
    return call('=', [value, column], withNullable(BOOLEAN, operand.type.nullable || type.nullable));
  });
  return makeJoin(left, rows, 'inner', and([...members, ...tied]));
}

/** What is compared: values of one side with columns of the other, in common types. */
const pairsOf = (test: RexSubQuery, { fields }: LogicalNode): readonly Pair[] =>
  test.operands.map((o, i) => {
    const { type } = fields[i]!;
    const common = leastRestrictive([o.type, type]) ?? o.type;
    return { value: castTo(o, withNullable(common, o.type.nullable)), type: common, nullable: type.nullable };
  });
interface Pair {
  readonly value: Rex;
  readonly type: LogicalType;
  readonly nullable: boolean;
}

/** IN as a value: the query's counts are joined for what is unknown, then its distinct rows. */
export function inJoin(left: LogicalNode, test: RexSubQuery, logic: Logic): [LogicalNode, Rex] {
  const query = test.query as LogicalNode;
  if (isCorrelated(query)) return tiedInJoin(left, test, logic);
  const pairs = pairsOf(test, query);
  const mayBeNull = pairs.some((p) => p.value.type.nullable || p.nullable);
  const asksNulls = logic !== 'TRUE';
  const columns = query.fields.map((f, i) => ref(i, f.type));
  const refuse = (join: LogicalJoin): LogicalJoin =>
    asksNulls && query.fields.filter((f) => f.type.nullable).length > 1
      ? { ...join, refusal: countOfSeveral() }
      : join;
  const counted = mayBeNull ? makeJoin(left, countsOf(query, asksNulls), 'inner', TRUE, refuse) : left;
  const [c, ck] = [left.fields.length, left.fields.length + 1].map((i) => ref(i, notNull(BIGINT))) as [
    Rex,
    Rex,
  ];
  const width = counted.fields.length;
  const rows = distinctWithFlag(columns, query, query.fields, 'i');
  const condition = and(
    pairs.map((p, i) => {
      const column = castTo(ref(width + i, query.fields[i]!.type), withNullable(p.type, p.nullable));
      return call('=', [p.value, column], withNullable(BOOLEAN, p.value.type.nullable || p.nullable));
    }),
  );
  const joined = makeJoin(counted, rows, 'left', condition);
  const found = isNotNull(ref(width + query.fields.length, BOOLEAN));
  if (!mayBeNull) return [joined, found];
  const zero = literal(0, notNull(INTEGER));
  const isEmpty = call('=', [c, zero], SURE);
  const notEmpty = call('<>', [c, zero], SURE);
  const known = pairs.filter((p) => p.value.type.nullable).map((p) => isNotNull(p.value));
  if (logic === 'TRUE') return [joined, and([notEmpty, found, ...known])];
  const complete = asksNulls ? [call('>=', [ck, c], SURE)] : [];
  const missing = isNull(ref(width + query.fields.length, BOOLEAN));
  if (logic === 'FALSE') {
    const isOutside = call('OR', [isEmpty, and([missing, ...complete, ...known])], SURE);
    return [joined, call('NOT', [isOutside], SURE)];
  }
  const unknown = literal(null, BOOLEAN);
  const unsure = pairs
    .filter((p) => p.value.type.nullable)
    .map((p) => and([isNull(p.value), unknown, notEmpty]));
  const undecided = asksNulls ? [and([call('<', [ck, c], SURE), unknown, notEmpty, ...known, missing])] : [];
  return [joined, call('OR', [...unsure, and([found, notEmpty, ...known]), ...undecided], BOOLEAN)];
}

/** The same of a query that is tied to the row: it is counted for each value it is tied by, and there may be none. */
function tiedInJoin(left: LogicalNode, test: RexSubQuery, logic: Logic): [LogicalNode, Rex] {
  const query = test.query as LogicalNode;
  const pairs = pairsOf(test, query);
  const nullable = pairs.filter((p) => p.value.type.nullable);
  const mayBeNull = nullable.length > 0 || pairs.some((p) => p.nullable);
  const width = left.fields.length;
  const counts = { ...decorrelate(countsOf(query, true), left), counts: new Set<number>() };
  const counted = mayBeNull ? joinDecorrelated(left, 2, counts, 'left', TRUE) : left;
  const { node, at, keys, flag } = tiedRows(query, left);
  const from = counted.fields.length;
  const conditions = [
    ...pairs.map((p, i) => {
      const column = castTo(ref(from + at[i]!, query.fields[i]!.type), withNullable(p.type, p.nullable));
      return call('=', [p.value, column], withNullable(BOOLEAN, p.value.type.nullable || p.nullable));
    }),
    ...keys.map(({ column, outer }) => {
      const inner = ref(from + column, node.fields[column]!.type);
      return call('=', [ref(outer.field, outer.type), inner], BOOLEAN);
    }),
  ];
  const first = (rex: Rex): number => Math.min(...collectRefs(rex));
  const joined = makeJoin(counted, node, 'left', and(conditions.sort((a, b) => first(a) - first(b))));
  const found = isNotNull(ref(from + flag, BOOLEAN));
  if (!mayBeNull) return [joined, found];
  const [c, ck] = [ref(width, BIGINT), ref(width + 1, BIGINT)];
  const isEmpty = call('=', [c, literal(0, notNull(INTEGER))], BOOLEAN);
  const isUnknown = nullable.map((p) => isNull(p.value));
  const hasNull = call('<', [ck, c], BOOLEAN);
  const isNotTrue = (parts: readonly Rex[]): Rex =>
    call('IS NOT TRUE', [parts.length === 1 ? parts[0]! : call('OR', parts, BOOLEAN)], SURE);
  if (logic === 'TRUE') {
    return [joined, and([isNotTrue([isEmpty, ...isUnknown]), found])];
  }
  if (logic === 'FALSE') {
    const isOutside = call('OR', [isEmpty, isNotTrue([...isUnknown, found, hasNull])], BOOLEAN);
    return [joined, call('NOT', [isOutside], BOOLEAN)];
  }
  const unknown = literal(null, BOOLEAN);
  const notEmpty = isNotTrue([isEmpty]);
  const known = nullable.map((p) => isNotNull(p.value));
  const missing = isNull(ref(from + flag, BOOLEAN));
  const terms = [
    ...isUnknown.map((unsure) => and([unsure, unknown, notEmpty])),
    and([found, notEmpty, ...known]),
    and([call('IS TRUE', [hasNull], SURE), unknown, notEmpty, ...known, missing]),
  ];
  return [joined, call('OR', terms, BOOLEAN)];
}

/** The distinct rows of a query with what ties them, and a column that is TRUE. */
function tiedRows(query: LogicalNode, left: LogicalNode): Decorrelated & { readonly flag: number } {
  const columns = query.fields.map((f, i) => ref(i, f.type));
  if (isDistinct(query)) {
    const fields = [...query.fields, { name: 'i', type: SURE }];
    const shown: LogicalNode = { kind: 'Project', input: query, exprs: [...columns, TRUE], fields };
    return { ...decorrelate(shown, left), flag: columns.length };
  }
  const present = columns.filter((c) => c.type.nullable).map(isNotNull);
  const known: LogicalNode =
    present.length > 0
      ? { kind: 'Filter', input: query, condition: and(present), fields: query.fields }
      : query;
  const below = decorrelate(known, left);
  const kept = [...new Set([...below.at, ...below.keys.map((k) => k.column)])];
  const rows = distinctWithFlag(
    kept.map((c) => ref(c, below.node.fields[c]!.type)),
    below.node,
    kept.map((c) => below.node.fields[c]!),
    `$f${kept.length}`,
  );
  return {
    ...below,
    node: rows,
    at: below.at.map((c) => kept.indexOf(c)),
    keys: below.keys.map((k) => ({ ...k, column: kept.indexOf(k.column) })),
    flag: kept.length,
  };
}

/** Distinct values of some columns, and behind them a column that is TRUE. */
function distinctWithFlag(
  columns: readonly Rex[],
  input: LogicalNode,
  fields: readonly Field[],
  flag: string,
): LogicalNode {
  const shown: LogicalNode = { kind: 'Project', input, exprs: columns, fields };
  const distinct: LogicalNode = {
    kind: 'Aggregate',
    input: shown,
    groups: fields.map((_, i) => i),
    calls: [],
    fields,
  };
  return {
    kind: 'Project',
    input: distinct,
    exprs: [...fields.map((f, i) => ref(i, f.type)), TRUE],
    fields: [...fields, { name: flag, type: SURE }],
  };
}

/** How many rows a query has (`c`), and how many without NULL (`ck`), which goes when nobody asks for it, late. */
function countsOf(query: LogicalNode, withNulls: boolean): LogicalNode {
  const count = (args: readonly number[], alias: string): AggregateCall => ({
    name: 'COUNT',
    args,
    distinct: false,
    filter: -1,
    ignoreNulls: false,
    type: notNull(BIGINT),
    alias,
  });
  const nullable = query.fields.flatMap((f, i) => (f.type.nullable ? [i] : []));
  const calls = [
    count([], 'c'),
    ...(nullable.length > 0
      ? [
          count(
            nullable.map((_, i) => i),
            'ck',
          ),
        ]
      : []),
  ];
  const fields = calls.map((c): Field => ({ name: c.alias!, type: c.type }));
  const isNarrow = nullable.length > 0 && nullable.length < query.fields.length;
  const input: LogicalNode = isNarrow
    ? {
        kind: 'Project',
        input: query,
        exprs: nullable.map((i) => ref(i, query.fields[i]!.type)),
        fields: nullable.map((i) => query.fields[i]!),
      }
    : nullable.length === 0 && query.kind === 'Project'
      ? query.input
      : query;
  const counts: LogicalNode = { kind: 'Aggregate', input, groups: [], calls, fields };
  if (!withNulls || nullable.length > 0) return counts;
  // A column without NULLs is counted once.
  const c = ref(0, fields[0]!.type);
  return {
    kind: 'Project',
    input: counts,
    exprs: [c, c],
    fields: [...fields, { ...fields[0]!, name: 'ck' }],
  };
}
