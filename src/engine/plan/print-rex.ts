import {
  isApproximate,
  isInterval,
  isTimestamp,
  type LogicalType,
  notNull,
  sameType,
  type Value,
  withNullable,
} from '../types/logical-type.ts';
import { printPlanType } from '../types/print-type.ts';
import { powerOf10, printDecimal } from '../values/decimal.ts';
import type { Int64 } from '../values/int64.ts';
import { bigDecimalText } from '../values/json.ts';
import type { SortKey } from './logical.ts';
import { exactScientific, printBareLiteral, printExecLiteral, printPlanLiteral } from './print-literal.ts';
import {
  MAY_MISS,
  type Rex,
  type RexBound,
  type RexCall,
  type RexLiteral,
  type RexOver,
  type RexSubQuery,
  type Sarg,
} from './rex.ts';
import { EXTRACTED, isExtract, NEGATED, withProducts } from './rex-tools.ts';

/** How expressions are written: `+(a, 1)` in physical plans, `(a + 1)` in execution plans (`exec-prefix`: `+(a, 1)` there too), `+($0, 1)` in the syntax tree. */
export type Style = 'prefix' | 'infix' | 'ast' | 'exec-prefix';

const isExecStyle = (style: Style): boolean => style === 'infix' || style === 'exec-prefix';

const INFIX: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '/INT',
  '%',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  'IS DISTINCT FROM',
]);
const POSTFIX: ReadonlySet<string> = new Set([
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS UNKNOWN',
  'IS NOT UNKNOWN',
]);

/** An expression over columns of these names, as plans print it. `query` prints what a sub-query asks. */
export function printRex(
  rex: Rex,
  names: readonly string[],
  style: Style,
  query: (rex: RexSubQuery) => string = () => '…',
): string {
  const print = (r: Rex): string => printRex(r, names, style, query);
  const isExec = isExecStyle(style);
  switch (rex.kind) {
    case 'InputRef':
      return style === 'ast' ? `$${rex.index}` : (names[rex.index] ?? `$${rex.index}`);
    case 'Literal':
      return printLiteral(rex, style);
    case 'PatternRef':
      return `${rex.variable}.${style === 'ast' ? `$${rex.index}` : names[rex.index]}`;
    case 'Correlation':
      return `$cor${rex.id}.${rex.name}`;
    case 'SubQuery':
      return printSubQuery(rex, [...rex.operands.map(print), query(rex)].join(', '));
    case 'Over':
      return printOver(rex, print);
    case 'Call': {
      const { operator, operands } = rex;
      if (operator === MAY_MISS) return print(operands[0]!);
      const sign = operator === 'MINUS_DATE' ? '-' : operator;
      if (operator === 'CAST' || operator === 'TRY_CAST' || operator === 'REINTERPRET') {
        if (style === 'ast')
          return `${operator}(${print(operands[0]!)})${operator === 'CAST' ? `:${printPlanType(rex.type)}` : ''}`;
        return `${operator}(${print(operands[0]!)} AS ${printPlanType(rex.type, isExec ? 'short' : 'full')})`;
      }
      const unit = EXTRACTED[operator];
      if (style === 'ast' && operands.length === 0 && BARE.has(operator)) return operator;
      if (unit && isExtract(rex))
        return `EXTRACT(${isExec ? unit : `FLAG(${unit})`}, ${print(operands[0]!)})`;
      if (operator === 'DOT') return `${print(operands[0]!)}.${(operands[1] as { symbol?: string }).symbol}`;
      if (operator === 'SEARCH') {
        const set = operands[1]!;
        const sarg = set.kind === 'Literal' && set.sarg ? printSarg(set.sarg, set.type, isExec) : '';
        return `SEARCH(${print(operands[0]!)}, ${sarg})`;
      }
      if (style === 'infix') {
        if (operands.length === 1 && POSTFIX.has(operator)) return `${print(operands[0]!)} ${operator}`;
        if (operands.length >= 2 && INFIX.has(sign)) return `(${operands.map(print).join(` ${sign} `)})`;
      }
      if (style === 'ast') return `${sign}(${printOperands(rex, print).join(', ')})`;
      return `${sign}(${operands.map(print).join(', ')})`;
    }
  }
}

/** Operators beside one of whose operands a literal of the same type needs no type in the syntax tree. */
const SIMPLE: ReadonlySet<string> = new Set([
  '+',
  '-',
  'MINUS_DATE',
  '*',
  '/',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
]);
/** Functions that the syntax tree shows without parentheses. */
const BARE: ReadonlySet<string> = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
]);

/** A call's operands in the syntax tree, where types go without saying. */
function printOperands({ operator, operands }: RexCall, print: (rex: Rex) => string): string[] {
  const isTypeless = (rex: Rex): boolean => rex.kind === 'Literal' && bareText(rex, print) === print(rex);
  return operands.map((operand, i) => {
    if (operand.kind !== 'Literal') return print(operand);
    if (operator === 'AND' || operator === 'OR') return bareText(operand, print);
    const other = operands[1 - i];
    const isSimple =
      SIMPLE.has(operator) &&
      other !== undefined &&
      (other.kind !== 'Literal' || isTypeless(other)) &&
      sameType(withNullable(operand.type, true), withNullable(other.type, true));
    return isSimple ? bareText(operand, print) : print(operand);
  });
}

/** A literal without its type. */
function bareText(literal: RexLiteral, print: (rex: Rex) => string): string {
  if (literal.symbol !== undefined || literal.sarg) return print(literal);
  if (literal.value === null) return 'null';
  const text = print(literal);
  const type = isInterval(literal.type)
    ? `:INTERVAL ${literal.type.unit}`
    : `:${printPlanType(withNullable(literal.type, true))}`;
  return text.endsWith(type) ? text.slice(0, -type.length) : text;
}

/** ALL is shown as SOME that is not. */
function printSubQuery({ operator }: RexSubQuery, asked: string): string {
  const [comparison = '', quantifier] = operator.split(' ');
  if (quantifier === 'ALL') return `NOT(${NEGATED[comparison]} SOME(${asked}))`;
  return `${operator}(${asked})`;
}

function printOver(over: RexOver, print: (rex: Rex) => string): string {
  const order = over.orderBy.map(
    (s) => `${print(s.rex)}${s.descending ? ' DESC' : ''} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  const bound = (b: RexBound): string => (b.offset ? `${print(withProducts(b.offset))} ${b.type}` : b.type);
  const isUpToRow = over.upper.type === 'CURRENT ROW' && over.lower.type.endsWith('PRECEDING');
  const frame = isUpToRow ? bound(over.lower) : `BETWEEN ${bound(over.lower)} AND ${bound(over.upper)}`;
  const isDefault =
    (order.length === 0 && !over.rows) ||
    (over.lower.type === 'UNBOUNDED PRECEDING' &&
      over.upper.type === 'CURRENT ROW' &&
      (!over.rows || over.aggregate === 'ROW_NUMBER'));
  const parts = [
    ...(over.partitionBy.length > 0 ? [`PARTITION BY ${over.partitionBy.map(print).join(', ')}`] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(isDefault ? [] : [`${over.rows ? 'ROWS' : 'RANGE'} ${frame}`]),
  ];
  return `${over.aggregate}(${over.distinct ? 'DISTINCT ' : ''}${over.operands.map(print).join(', ')}) OVER (${parts.join(' ')})`;
}

function printLiteral(rex: Extract<Rex, { kind: 'Literal' }>, style: Style): string {
  const isExec = isExecStyle(style);
  if (rex.symbol !== undefined) return isExec ? rex.symbol : `FLAG(${rex.symbol})`;
  if (rex.sarg) return printSarg(rex.sarg, rex.type, isExec);
  const text = isExec ? printExecLiteral(rex.value, rex.type) : printPlanLiteral(rex.value, rex.type);
  if (rex.isComputed === true) {
    const [, ...type] = text.split(':');
    return [exactScientific(Number(rex.value)), ...type].join(':');
  }
  if (rex.written) {
    const [, ...type] = text.split(':');
    return [printLiteral(rex.written, style).replace(/:.*/, ''), ...type].join(':');
  }
  return withScale(text, rex.value, rex.type, rex.shownScale);
}

/** The text of a number with as many digits behind the point as it was written with. */
function withScale(text: string, value: Value, literalType: LogicalType, scale: number | undefined): string {
  if (scale === undefined) return text;
  const [, ...type] = text.split(':');
  if (isApproximate(literalType)) return [bigDecimalText(fixed(Number(value), scale)), ...type].join(':');
  if (literalType.root !== 'DECIMAL' || scale >= literalType.scale) return text;
  const hidden = literalType.scale - scale + (scale === 0 ? 1 : 0);
  return [bigDecimalText(printDecimal(value as Int64, literalType.scale).slice(0, -hidden)), ...type].join(
    ':',
  );
}

/** The digits that tell a number from all others, and zeros behind them. */
function fixed(value: number, scale: number): string {
  const [mantissa = '', exponent] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const zeros = scale + Number(exponent) - digits.replace('-', '').length + 1;
  return zeros < 0 ? value.toFixed(scale) : printDecimal(BigInt(digits) * powerOf10(zeros), scale);
}

/** Types whose values a Sarg shows with their type. */
const TYPED_IN_SARG: ReadonlySet<string> = new Set([
  'CHAR',
  'VARCHAR',
  'TINYINT',
  'SMALLINT',
  'BIGINT',
  'DECIMAL',
  'FLOAT',
  'DOUBLE',
]);

/** Execution plans show a Sarg's values bare, text with its character set. */
function printSarg(sarg: Sarg, given: LogicalType, isBare: boolean): string {
  const type = notNull(given);
  const value = (v: Value): string =>
    withScale(plain(v), v, type, isBare || !isApproximate(type) ? sarg.shown?.get(v) : undefined);
  const plain = (v: Value): string => {
    if (isBare && isApproximate(type)) return bigDecimalText(Number(v).toExponential());
    if (isBare) return printBareLiteral(v, type);
    return type.root === 'BIGINT' && v !== null ? `${v}L:BIGINT` : printPlanLiteral(v, type);
  };
  const parts = sarg.ranges.map((r) => {
    if (r.lower !== null && r.lower === r.upper) return value(r.lower);
    const low = r.lower === null ? '(-∞' : `${r.lowerOpen ? '(' : '['}${value(r.lower)}`;
    const high = r.upper === null ? '+∞)' : `${value(r.upper)}${r.upperOpen ? ')' : ']'}`;
    return `${low}..${high}`;
  });
  const nulls = sarg.nullAs === 'UNKNOWN' ? '' : `; NULL AS ${sarg.nullAs}`;
  const isTyped =
    !isBare &&
    parts.length > 0 &&
    (TYPED_IN_SARG.has(type.root) || (isTimestamp(type) && type.precision > 0));
  const suffix = isTyped ? `:${printPlanType(withNullable(type, true))}` : '';
  return `Sarg[${parts.join(', ')}${nulls}]${suffix}`;
}

/** `a ASC, b DESC`, as ORDER BY prints in plans. */
export const orderText = (order: readonly SortKey[], names: readonly string[]): string =>
  order.map((k) => `${names[k.column]} ${k.descending ? 'DESC' : 'ASC'}`).join(', ');

/** Tuples show values without their types, which stand in front. */
export const printTupleValue = (rex: Rex, style: Style): string =>
  rex.kind === 'Literal' && rex.value !== null
    ? printBareLiteral(rex.value, rex.type)
    : printRex(rex, [], style);
