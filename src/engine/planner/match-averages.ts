import { call, literal, type Rex } from '../plan/rex.ts';
import {
  BIGINT,
  BOOLEAN,
  decimal,
  INTEGER,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../types/logical-type.ts';
import { apply } from './rex-build.ts';

// What Calcite's converter makes of averages in MATCH_RECOGNIZE: arithmetic over sums and counts, each step cast to the result's type.

/** `AVG(A.x)` */
export function patternAverage(arg: Rex, type: LogicalType): Rex {
  const sum = call('SUM', [arg], withNullable(arg.type, true));
  const isCast = type.root === 'DECIMAL' || !arg.type.nullable;
  const total = isCast ? call('CAST', [sum], withNullable(type, arg.type.nullable)) : sum;
  return inType(apply('/', [total, countOf(arg)]), withNullable(type, arg.type.nullable));
}

/** `STDDEV(A.x)` and its like, from squares and sums. */
export function patternDeviation(name: string, value: Rex, given: LogicalType): Rex {
  const isSure = !value.type.nullable;
  const type = withNullable(given, !isSure);
  const step = (rex: Rex): Rex =>
    isSure ? call('CAST', [rex], type) : inType(rex, withNullable(type, rex.type.nullable));
  const arg = step(value);
  const sumOf = (rex: Rex): Rex => step(call('SUM', [rex], withNullable(rex.type, true)));
  const count = countOf(arg);
  const sum = sumOf(arg);
  const spread = step(
    apply('-', [
      sumOf(step(apply('*', [arg, arg]))),
      step(apply('/', [step(apply('*', [sum, sum])), step(count)])),
    ]),
  );
  const isPopulation = name === 'STDDEV_POP' || name === 'VAR_POP';
  const variance = apply('/', [spread, isPopulation ? step(count) : oneLess(count)]);
  const result = (rex: Rex): Rex => inType(rex, withNullable(type, rex.type.nullable));
  if (!name.startsWith('STDDEV')) return result(variance);
  return result(apply('POWER', [result(variance), literal(5, notNull(decimal(2, 1)))]));
}

const countOf = (arg: Rex): Rex => call('COUNT', [arg], notNull(BIGINT));

/** NULL for a single value. */
function oneLess(count: Rex): Rex {
  const isOne = call('=', [count, literal(1, notNull(BIGINT))], notNull(BOOLEAN));
  const less = call('CAST', [apply('-', [count, literal(1, notNull(INTEGER))])], BIGINT);
  return call('CASE', [isOne, literal(null, BIGINT), less], BIGINT);
}

const inType = (rex: Rex, type: LogicalType): Rex =>
  sameType(withNullable(rex.type, true), withNullable(type, true)) ? rex : call('CAST', [rex], type);
