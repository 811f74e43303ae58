import { call, literal, type Rex } from '../../plan/rex.ts';
import { apply, castTo } from '../../plan/rex-build.ts';
import {
  BIGINT,
  BOOLEAN,
  decimal,
  INTEGER,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';

// What Calcite's converter makes of averages in MATCH_RECOGNIZE, and of deviations over windows too: arithmetic over sums and counts, each step cast to the
// result's type.

/** `AVG(A.x)` */
export function patternAverage(arg: Rex, type: LogicalType): Rex {
  const sum = call('SUM', [arg], withNullable(arg.type, true));
  const isCast = type.root === 'DECIMAL' || !arg.type.nullable;
  const total = isCast ? call('CAST', [sum], withNullable(type, arg.type.nullable)) : sum;
  return inType(apply('/', [total, countOf(arg)]), withNullable(type, arg.type.nullable));
}

/** `STDDEV(A.x)` and its like, from squares and sums. */
export const patternDeviation = (name: string, value: Rex, type: LogicalType): Rex =>
  deviation(name, value, type, {
    sum: (rex) => call('SUM', [rex], rex.type),
    count: countOf,
    oneLess: (less) => call('CAST', [less], BIGINT),
  });

/** The same over a window: `parts` makes its sums and counts. */
export function deviation(
  name: string,
  value: Rex,
  type: LogicalType,
  parts: {
    readonly sum: (rex: Rex) => Rex;
    readonly count: (rex: Rex) => Rex;
    readonly oneLess: (less: Rex) => Rex;
  },
): Rex {
  const step = (rex: Rex): Rex =>
    sameType(rex.type, type) ? rex : cast(rex, withNullable(type, rex.type.nullable));
  const arg = step(value);
  const sumOf = (rex: Rex): Rex => step(parts.sum(rex));
  const count = parts.count(arg);
  const sum = sumOf(arg);
  const spread = step(
    apply('-', [
      sumOf(step(apply('*', [arg, arg]))),
      step(apply('/', [step(apply('*', [sum, sum])), step(count)])),
    ]),
  );
  const isPopulation = name === 'STDDEV_POP' || name === 'VAR_POP';
  const variance = apply('/', [spread, isPopulation ? step(count) : oneLess(count, parts.oneLess)]);
  const result = (rex: Rex): Rex => inType(rex, withNullable(type, rex.type.nullable));
  const made = name.startsWith('STDDEV')
    ? result(apply('POWER', [result(variance), literal(5, notNull(decimal(2, 1)))]))
    : result(variance);
  return made.type.nullable && !type.nullable ? call('CAST', [made], type) : made;
}

/** A literal is one of the other type. */
const cast = (rex: Rex, type: LogicalType): Rex =>
  rex.kind === 'Literal' ? castTo(rex, type) : call('CAST', [rex], type);

const countOf = (arg: Rex): Rex => call('COUNT', [arg], notNull(BIGINT));

/** NULL for a single value. */
function oneLess(count: Rex, made: (less: Rex) => Rex): Rex {
  const isOne = call('=', [count, literal(1, notNull(BIGINT))], notNull(BOOLEAN));
  const less = apply('-', [count, literal(1, notNull(INTEGER))]);
  return call('CASE', [isOne, literal(null, BIGINT), made(less)], BIGINT);
}

const inType = (rex: Rex, type: LogicalType): Rex =>
  sameType(withNullable(rex.type, true), withNullable(type, true)) ? rex : call('CAST', [rex], type);
