import { notYet } from '../../base/refusal.ts';
import type { AggregateCall, Field, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, type RexSubQuery, ref } from '../../plan/rex.ts';
import { and, castTo } from '../../plan/rex-build.ts';
import { NEGATED } from '../../plan/rex-tools.ts';
import { leastRestrictive } from '../../types/least-restrictive.ts';
import { BIGINT, BOOLEAN, INTEGER, isNumeric, notNull, withNullable } from '../../types/logical-type.ts';
import { makeJoin } from '../rules/join-rules.ts';
import { isCorrelated } from './correlation.ts';
import { decorrelate } from './decorrelate.ts';
import { joinDecorrelated } from './lateral.ts';

const LONG = notNull(BIGINT);
const TRUE = literal(true, notNull(BOOLEAN));
const compare = (operator: string, a: Rex, b: Rex): Rex =>
  call(operator, [a, b], withNullable(BOOLEAN, a.type.nullable || b.type.nullable));
const number = (value: number): Rex => literal(value, notNull(INTEGER));
const or = (operands: readonly Rex[]): Rex => call('OR', operands, BOOLEAN);

/**
 * `x > SOME (query)` and `x > ALL (query)`: joined with the one row of the query's least or greatest value and its counts, as Calcite's SubQueryRemoveRule does.
 * Gives the joined input and what stands for the test. `isCondition`: only TRUE matters.
 */
export function quantifiedJoin(
  left: LogicalNode,
  test: RexSubQuery,
  isCondition: boolean,
): [LogicalNode, Rex] {
  const [operator = '', quantifier] = test.operator.split(' ');
  const query = test.query as LogicalNode;
  const isAll = quantifier === 'ALL';
  const isDistinct = operator === '=' || operator === '<>';
  const [asked, field] = [test.operands[0]!, query.fields[0]!];
  // Numbers of any kind are less or greater as they are.
  const common =
    !isDistinct && isNumeric(asked.type) && isNumeric(field.type)
      ? null
      : leastRestrictive([asked.type, field.type]);
  const asCommon = (rex: Rex): Rex => (common ? castTo(rex, withNullable(common, rex.type.nullable)) : rex);
  const x = asCommon(asked);
  if (isCorrelated(query)) {
    if (isDistinct || (!isAll && !isCondition)) throw notYet(`a correlated ${test.operator}`, null);
    return tiedJoin(left, query, { operator, isAll, isCondition, x, asCommon });
  }
  if (isDistinct && !isCondition) throw notYet(`${test.operator} as a value`, null);
  // `x > ALL` is the negation of `x <= SOME`, which looks at the greatest value.
  const some = isAll ? NEGATED[operator]! : operator;
  const isLess = some === '<' || some === '<=' || isDistinct;
  const counts = countedExtreme(query, isLess ? 'MAX' : 'MIN', isDistinct);
  const width = left.fields.length;
  const column = (i: number): Rex => ref(width + i, counts.fields[i]!.type);
  const [m, c, d] = isDistinct
    ? [column(2), column(0), column(1)]
    : [column(0), column(1), counts.fields[2] ? column(2) : column(1)];
  const compared = (op: string): Rex => compare(op, x, asCommon(m));
  const isEmpty = compare('=', c, number(0));
  const joined = makeJoin(left, isDistinct && isAll ? singleOrNone(counts) : counts, 'inner', TRUE);
  if (isDistinct) {
    if (isAll)
      return [joined, or([isEmpty, and([compare('=', d, number(1)), compared('='), compare('=', d, c)])])];
    const several = and([
      or([compare('=', d, c), compare('>', d, number(1))]),
      compare('<>', d, number(1)),
      call('IS NOT NULL', [x], notNull(BOOLEAN)),
    ]);
    const one = or([and([compare('<>', d, c), compare('<=', d, number(1))]), compare('=', d, number(1))]);
    return [joined, and([compare('<>', c, number(0)), or([and([one, compared('<>')]), several])])];
  }
  if (isCondition && !isAll) return [joined, and([compare('<>', c, number(0)), compared(operator)])];
  const hasNull = d === c ? [] : [compare('>', c, d)];
  if (isCondition) {
    const none = call('IS NOT TRUE', [or([compared(some), ...hasNull])], notNull(BOOLEAN));
    return [joined, or([isEmpty, and([compared(operator), ...(hasNull.length > 0 ? [none] : [])])])];
  }
  const value = call(
    'CASE',
    [
      isEmpty,
      literal(false, notNull(BOOLEAN)),
      call('IS TRUE', [compared(some)], notNull(BOOLEAN)),
      TRUE,
      ...hasNull.flatMap((h) => [h, literal(null, BOOLEAN)]),
      compared(some),
    ],
    BOOLEAN,
  );
  return [joined, isAll ? call('NOT', [value], BOOLEAN) : value];
}

/** The same of a query that is tied to the row: it is looked at for each value it is tied by, and there may be none. */
function tiedJoin(
  left: LogicalNode,
  query: LogicalNode,
  asked: {
    readonly operator: string;
    readonly isAll: boolean;
    readonly isCondition: boolean;
    readonly x: Rex;
    /** Brings what is compared to one type. */
    readonly asCommon: (rex: Rex) => Rex;
  },
): [LogicalNode, Rex] {
  const { operator, isAll, isCondition, x, asCommon } = asked;
  const some = isAll ? NEGATED[operator]! : operator;
  const counts = countedExtreme(query, some === '<' || some === '<=' ? 'MAX' : 'MIN', false);
  const column = (i: number): Rex => ref(i, counts.fields[i]!.type);
  const d = counts.fields[2] ? 2 : 1;
  const shown: LogicalNode = {
    kind: 'Project',
    input: counts,
    exprs: [column(0), column(1), column(d), TRUE],
    fields: [
      counts.fields[0]!,
      counts.fields[1]!,
      { ...counts.fields[d]!, name: 'd' },
      { name: 'trueLiteral', type: TRUE.type },
    ],
  };
  const tied = { ...decorrelate(shown, left), counts: new Set<number>() };
  const joined = joinDecorrelated(left, 4, tied, 'left', literal(true, TRUE.type));
  const width = left.fields.length;
  const [m, c, nonNull, flag] = shown.fields.map((f, i) => ref(width + i, withNullable(f.type, true))) as [
    Rex,
    Rex,
    Rex,
    Rex,
  ];
  const compared = (op: string): Rex => compare(op, x, asCommon(m));
  if (!isAll) return [joined, and([compare('<>', c, number(0)), compared(operator)])];
  const isMissing = call('IS NULL', [flag], notNull(BOOLEAN));
  const isEmpty = [isMissing, compare('=', c, number(0))];
  const is = (word: string, rex: Rex): Rex => call(`IS ${word}`, [rex], notNull(BOOLEAN));
  const notEmpty = is('NOT TRUE', or(isEmpty));
  const hasNull = compare('>', c, nonNull);
  if (isCondition)
    return [
      joined,
      or([...isEmpty, and([compared(operator), notEmpty, is('NOT TRUE', or([compared(some), hasNull]))])]),
    ];
  const notSome = is('NOT TRUE', compared(some));
  const unknown = and([is('TRUE', hasNull), literal(null, BOOLEAN), notEmpty, notSome]);
  const all = and([compared(operator), notEmpty, notSome, is('NOT TRUE', hasNull)]);
  return [joined, or([is('TRUE', or(isEmpty)), unknown, all])];
}

/** One row: the query's extreme value `m`, how many rows it has (`c`), and how many are not NULL (`d`); of its distinct values where asked for. */
function countedExtreme(query: LogicalNode, extreme: 'MAX' | 'MIN', isDistinct: boolean): LogicalNode {
  const type = query.fields[0]!.type;
  const aggregate = (name: string, args: readonly number[], alias: string): AggregateCall => ({
    name,
    args,
    distinct: false,
    filter: -1,
    ignoreNulls: false,
    type: name === 'COUNT' ? LONG : withNullable(type, true),
    alias,
  });
  const m = aggregate(extreme, [0], 'm');
  const c = aggregate('COUNT', [], 'c');
  const d = aggregate('COUNT', [0], 'd');
  const input: LogicalNode = isDistinct
    ? { kind: 'Aggregate', input: query, groups: [0], calls: [], fields: query.fields }
    : query;
  const calls = isDistinct ? [c, d, m] : type.nullable ? [m, c, d] : [m, c];
  const fields = calls.map((call_): Field => ({ name: call_.alias!, type: call_.type }));
  return { kind: 'Aggregate', input, groups: [], calls, fields };
}

/** The counts of a query that may equal a value in all its rows: of no row, or of one distinct value. */
function singleOrNone(counts: LogicalNode): LogicalNode {
  const [c, d] = [ref(0, LONG), ref(1, LONG)];
  const condition = or([compare('=', number(0), c), and([compare('=', number(1), d), compare('=', c, d)])]);
  return { kind: 'Filter', input: counts, condition, fields: counts.fields };
}
