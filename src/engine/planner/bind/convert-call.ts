import { UNIT_MONTHS } from '../../plan/interval-literal.ts';
import { call, literal, type Rex, type RexCall } from '../../plan/rex.ts';
import { and, makeCast } from '../../plan/rex-build.ts';
import {
  BOOLEAN,
  decimal,
  INTEGER,
  intervalDay,
  intervalMonth,
  isInterval,
  notNull,
  withNullable,
} from '../../types/logical-type.ts';

type Convertlet = (made: RexCall) => Rex;

/** The form that the planner gives to a call its validator has taken (Calcite's `StandardConvertletTable`). */
export function convertCall(made: RexCall): Rex {
  return CONVERTLETS.get(made.operator)?.(made) ?? made;
}

const rename =
  (operator: string): Convertlet =>
  (made) => ({ ...made, operator });

/** An interval in front of a time is put behind it, but for a TIMESTAMP_LTZ. */
const plus: Convertlet = (made) => {
  const [left, right] = made.operands;
  return left &&
    right &&
    isInterval(left.type) &&
    !isInterval(made.type) &&
    made.type.root !== 'TIMESTAMP_LTZ'
    ? { ...made, operands: [right, left] }
    : made;
};

/** `(a - b) unit`: the unit is in the type. */
const minusDate: Convertlet = (made) => ({ ...made, operands: made.operands.slice(1) });

const squareRoot: Convertlet = (made) =>
  call('POWER', [...made.operands, literal(5, notNull(decimal(2, 1)))], made.type);

/** Units that TIMESTAMPDIFF counts in another one: which, and how many of which make how many of it. */
const COUNTED_IN: {
  readonly [unit: string]: {
    readonly base: 'SECOND' | 'MONTH';
    readonly times?: number;
    readonly by?: number;
  };
} = {
  MICROSECOND: { base: 'SECOND', times: 1_000_000 },
  MILLISECOND: { base: 'SECOND', times: 1000 },
  WEEK: { base: 'SECOND', by: 604_800 },
  QUARTER: { base: 'MONTH', by: 3 },
  CENTURY: { base: 'MONTH', by: 1200 },
  MILLENNIUM: { base: 'MONTH', by: 12_000 },
};

/** TIMESTAMPDIFF(unit, a, b) is the interval `b - a` read as a number. */
const timestampDiff: Convertlet = ({ operands: [symbol, from, to], type }) => {
  const unit = (symbol as { symbol?: string }).symbol ?? 'DAY';
  const { base = unit, times = 1, by = 1 } = COUNTED_IN[unit] ?? {};
  const isMonths = UNIT_MONTHS[base] !== undefined;
  const interval = withNullable((isMonths ? intervalMonth : intervalDay)(base), type.nullable);
  const count = makeCast(call('MINUS_DATE', [to!, from!], interval), type);
  if (times > 1) return call('*', [count, literal(times, notNull(INTEGER))], type);
  return by > 1 ? call('/INT', [count, literal(by, notNull(INTEGER))], type) : count;
};

/** Two periods overlap if neither ends before the other starts; a period may be written from its end. */
const overlaps: Convertlet = ({ operands }) => {
  const [first, second] = operands.map(endsOf);
  return and([compare('>=', first!.end, second!.start), compare('>=', second!.end, first!.start)]);
};

function endsOf(period: Rex): { readonly start: Rex; readonly end: Rex } {
  const [from, written] = (period as RexCall).operands as [Rex, Rex];
  const type = withNullable(from.type, from.type.nullable || written.type.nullable);
  const to = isInterval(written.type) ? call('+', [from, written], type) : written;
  const isInOrder = compare('<=', from, to);
  const either = withNullable(from.type, from.type.nullable || to.type.nullable);
  return {
    start: call('CASE', [isInOrder, from, to], either),
    end: call('CASE', [isInOrder, to, from], either),
  };
}

const compare = (operator: string, a: Rex, b: Rex): Rex =>
  call(operator, [a, b], withNullable(BOOLEAN, a.type.nullable || b.type.nullable));

const CONVERTLETS: ReadonlyMap<string, Convertlet> = new Map([
  ['IS UNKNOWN', rename('IS NULL')],
  ['IS NOT UNKNOWN', rename('IS NOT NULL')],
  ['+', plus],
  ['MINUS_DATE', minusDate],
  ['OVERLAPS', overlaps],
  ['SQRT', squareRoot],
  ['TIMESTAMPDIFF', timestampDiff],
]);
