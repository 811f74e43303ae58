import { notYet, plainError } from '../../base/refusal.ts';
import { callType, DEVIATIONS } from '../../functions/aggregate-type.ts';
import { aggregateType } from '../../functions/aggregates.ts';
import { AGGREGATES, isRankFunction, OVER_FUNCTIONS, RANKS } from '../../functions/function-kinds.ts';
import { lookupFunction } from '../../functions/index.ts';
import { call, literal, type Rex, type RexBound, type RexOver } from '../../plan/rex.ts';
import { apply, castTo } from '../../plan/rex-build.ts';
import type * as Ast from '../../sql/ast.ts';
import {
  BIGINT,
  BOOLEAN,
  isInterval,
  isNumeric,
  isTimestamp,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { type StatementText, validationError } from '../plan-error.ts';
import { checkNullTreatment, withoutNulls } from './aggregate-syntax.ts';
import { hasWindow } from './ast-tools.ts';
import { deviation } from './averages.ts';
import type { Binder } from './binder.ts';
import { bindPercentile } from './percentile.ts';
import { unknownFunction } from './refuse-call.ts';

/** Named windows of a SELECT: `WINDOW w AS (…)`. */
export type NamedWindows = ReadonlyMap<string, Ast.WindowSpec>;

/** They say themselves which rows they read. */
const UNFRAMED: ReadonlySet<string> = new Set(['RANK', 'DENSE_RANK', 'ROW_NUMBER', 'LAG', 'LEAD']);

const UNBOUNDED: RexBound = { type: 'UNBOUNDED PRECEDING', offset: null };
/** Where a partition without an order ends. */
const WHOLE: RexBound = { type: 'UNBOUNDED FOLLOWING', offset: null };
const CURRENT: RexBound = { type: 'CURRENT ROW', offset: null };

const ORDERED: ReadonlySet<string> = new Set(['RANK', 'DENSE_RANK', 'PERCENT_RANK', 'CUME_DIST']);

/** `f(…) OVER (…)`. SUM and AVG become a count and a sum from zero, as Calcite's converter has it. */
export function bindOver(binder: Binder, node: Ast.WindowCall, windows: NamedWindows): Rex {
  const { source } = binder;
  const bind = (e: Ast.Expression): Rex => binder.typed(binder.bind(e), e.span);
  const spec = resolveWindow(node.window, windows, source);
  const name = node.call.name.toUpperCase();
  if (node.call.orderBy.length > 0) throw notYet('ORDER BY within an aggregate', node.span);
  if (spec.frame && UNFRAMED.has(name)) {
    const { span, unit } = spec.frame;
    throw validationError(
      source,
      { ...span, end: span.start + unit.length },
      'frame-of-rank',
      'ROW/RANGE not allowed with RANK, DENSE_RANK or ROW_NUMBER functions',
    );
  }
  const within: readonly (readonly [string, Ast.Expression])[] = [
    ...spec.partitionBy.map((e) => ['PARTITION BY', e] as const),
    ...spec.orderBy.map((item) => ['ORDER BY', item.expression] as const),
  ];
  for (const [clause, part] of within)
    if (hasWindow(part))
      throw validationError(
        source,
        part.span,
        'window-in-window',
        `${clause} expression should not contain OVER clause`,
      );
  if (ORDERED.has(name) && spec.orderBy.length === 0)
    throw validationError(
      source,
      node.window.span,
      'rank-without-order',
      'RANK or DENSE_RANK functions require ORDER BY clause in window specification',
    );
  const operands = node.call.args.map(bind);
  if (!AGGREGATES.has(name) && !OVER_FUNCTIONS.has(name) && !lookupFunction(name))
    throw unknownFunction(binder, name, operands, withoutNulls(node.call, source), node.call);
  const bare = node.call.args.find((_, i) => operands[i]!.type.root === 'NULL');
  if (bare) throw binder.error(bare.span, 'untyped-null', `Illegal use of 'NULL'`);
  checkNullTreatment(node.call, source);
  const common = {
    distinct: node.call.distinct && name !== 'MIN' && name !== 'MAX',
    ignoreNulls: node.call.nulls === 'IGNORE',
    partitionBy: spec.partitionBy.map(bind).filter((rex) => rex.kind !== 'Literal'),
    orderBy: spec.orderBy
      .map((item) => ({
        rex: bind(item.expression),
        descending: item.descending,
        nullsFirst: item.nulls === null ? !item.descending : item.nulls === 'FIRST',
      }))
      .filter(({ rex }) => rex.kind !== 'Literal'),
    ...frameOf(name, spec, bind),
  };
  if (!common.rows) checkRange(spec, common, source);
  const over = (aggregate: string, args: readonly Rex[], type: LogicalType): RexOver => ({
    kind: 'Over',
    aggregate,
    operands: args,
    type,
    ...common,
  });
  if (node.call.filter)
    throw validationError(
      source,
      node.call.span,
      'over-filter',
      'OVER must be applied to aggregate function',
    );
  if (isRankFunction(name)) return over(name, operands, RANKS[name]!);
  if (name === 'LAG' || name === 'LEAD')
    return over(
      name,
      operands,
      withNullable(operands[0]!.type, operands.length < 3 || operands[2]!.type.nullable),
    );
  if (name === 'PERCENTILE') {
    const { args, type } = bindPercentile(binder, node.call, operands);
    return over(name, args, type);
  }
  const type = callType(
    name,
    operands.map((o) => o.type),
    // Only bounds that are words promise that the row itself is in its frame.
    { hasGroups: common.lower.offset === null && common.upper.offset === null, star: node.call.star },
  );
  if ('message' in type)
    throw validationError(source, node.call.span, type.code, type.message, type.exception);
  if (name === 'COUNT') {
    const [arg] = operands;
    const countsRows = arg !== undefined && arg.kind !== 'Literal' && !arg.type.nullable && !common.distinct;
    return over(name, countsRows && operands.length === 1 ? [] : operands, type);
  }
  const sumFromZero = (arg: Rex, sumType: LogicalType): Rex =>
    call(
      'CASE',
      [
        call('>', [over('COUNT', [arg], notNull(BIGINT)), literal(0, notNull(BIGINT))], notNull(BOOLEAN)),
        over('$SUM0', [arg], notNull(sumType)),
        literal(null, withNullable(sumType, true)),
      ],
      withNullable(sumType, true),
    );
  if (DEVIATIONS.has(name))
    return deviation(name, operands[0]!, type, {
      sum: (arg) =>
        type.nullable ? sumFromZero(arg, sumOf(arg.type)) : over('SUM', [arg], notNull(sumOf(arg.type))),
      count: (arg) => over('COUNT', [arg], notNull(BIGINT)),
      oneLess: (less) => less,
    });
  if (name !== 'SUM' && name !== 'AVG') return over(name, operands, type);
  // What is never NULL has a sum wherever there is a row.
  if (name === 'SUM' && !type.nullable) return over(name, operands, type);
  const count = over('COUNT', operands, notNull(BIGINT));
  const sumType = name === 'AVG' ? sumOf(operands[0]!.type) : withNullable(type, true);
  const average = (sum: Rex, target: LogicalType): Rex => {
    const total = sameType(sum.type, target) ? sum : castTo(sum, target);
    const quotient = apply('/', [total, count]);
    return sameType(quotient.type, target) ? quotient : castTo(quotient, target);
  };
  if (name === 'AVG' && !type.nullable) return average(over('SUM', operands, notNull(sumType)), type);
  const sum = sumFromZero(operands[0]!, sumType);
  if (name === 'SUM') return sum;
  return average(sum, withNullable(type, true));
}

const sumOf = (arg: LogicalType): LogicalType => {
  const type = aggregateType('SUM', [arg], { hasGroups: false, star: false });
  return 'message' in type ? arg : withNullable(type, true);
};

function resolveWindow(
  window: Ast.WindowSpec | Ast.Identifier,
  windows: NamedWindows,
  source: StatementText,
): Ast.WindowSpec {
  const named = (id: Ast.Identifier): Ast.WindowSpec => {
    const found = windows.get(id.name);
    if (!found) throw validationError(source, id.span, 'unknown-window', `Window '${id.name}' not found`);
    return resolveWindow(found, windows, source);
  };
  if (!('partitionBy' in window)) return named(window);
  if (!window.base) return window;
  const base = named(window.base);
  return {
    ...window,
    base: null,
    partitionBy: window.partitionBy.length > 0 ? window.partitionBy : base.partitionBy,
    orderBy: window.orderBy.length > 0 ? window.orderBy : base.orderBy,
    frame: window.frame ?? base.frame,
  };
}

/** A frame as far as a distance goes in the order of rows: one column, of numbers or times, and a distance that can be taken from it. */
function checkRange(
  spec: Ast.WindowSpec,
  { lower, upper, orderBy }: Pick<RexOver, 'lower' | 'upper' | 'orderBy'>,
  source: StatementText,
): void {
  const bounds = [
    [lower, spec.frame?.lower],
    [upper, spec.frame?.upper],
  ] as const;
  for (const [bound, written] of bounds) {
    const [first, second] = orderBy;
    if (!bound.offset || !written?.offset || !first) continue;
    const { span } = written.offset;
    if (second)
      throw validationError(
        source,
        { start: spec.orderBy[0]!.span.start, end: spec.orderBy.at(-1)!.span.end },
        'range-of-several',
        'RANGE clause cannot be used with compound ORDER BY clause',
      );
    const { type } = first.rex;
    const isTime = isTimestamp(type) || type.root === 'DATE' || type.root === 'TIME';
    if (!isTime && !isNumeric(type))
      throw validationError(
        source,
        span,
        'range-without-distance',
        'Data type of ORDER BY prohibits use of RANGE clause',
      );
    if (isTime ? !isInterval(bound.offset.type) : !isNumeric(bound.offset.type))
      throw validationError(
        source,
        span,
        'range-mismatch',
        'Data Type mismatch between ORDER BY and RANGE clause',
      );
  }
}

/** What stands in Flink's way when a frame's end is to be a column. */
const columnAsBound = (offset: Ast.ColumnRef, type: string): Error =>
  plainError(
    'parse',
    'column-as-bound',
    'UnsupportedOperationException',
    `class org.apache.calcite.sql.SqlBasicCall: ${offset.parts.map((p) => `\`${p.name}\``).join('.')} ${type}`,
    offset.span,
  );

/** The frame a window has if none is written: by rows for ROW_NUMBER, all so far and peers else. */
function frameOf(
  name: string,
  spec: Ast.WindowSpec,
  bind: (e: Ast.Expression) => Rex,
): { rows: boolean; lower: RexBound; upper: RexBound } {
  if (name === 'ROW_NUMBER') return { rows: true, lower: UNBOUNDED, upper: CURRENT };
  if (isRankFunction(name) || name === 'LAG' || name === 'LEAD')
    return { rows: false, lower: UNBOUNDED, upper: CURRENT };
  if (!spec.frame) return { rows: false, lower: UNBOUNDED, upper: spec.orderBy.length > 0 ? CURRENT : WHOLE };
  const bound = ({ type, offset }: Ast.FrameBound): RexBound => {
    if (offset?.kind === 'ColumnRef') throw columnAsBound(offset, type);
    return { type, offset: offset ? bind(offset) : null };
  };
  return {
    rows: spec.frame.unit === 'ROWS',
    lower: bound(spec.frame.lower),
    upper: spec.frame.upper ? bound(spec.frame.upper) : CURRENT,
  };
}
