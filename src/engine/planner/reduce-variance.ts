import type {
  AggregateCall,
  Field,
  LogicalAggregate,
  LogicalNode,
  LogicalWindowAggregate,
} from '../plan/logical.ts';
import { call, literal, type Rex, ref } from '../plan/rex.ts';
import { rexKey } from '../plan/rex-tools.ts';
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
import { callType, DEVIATIONS } from './aggregate-type.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';
import { apply, castTo } from './rex-build.ts';

/** STDDEV and VAR become sums of squares, sums and counts with arithmetic on top (Calcite's AggregateReduceFunctionsRule). */
export function reduceVariances(node: LogicalNode): LogicalNode {
  const rebuilt = mapInputs(node, reduceVariances);
  if (rebuilt.kind !== 'Aggregate' && rebuilt.kind !== 'WindowAggregate') return rebuilt;
  return rebuilt.calls.some((c) => DEVIATIONS.has(c.name)) ? reduce(rebuilt) : rebuilt;
}

function reduce(node: LogicalAggregate | LogicalWindowAggregate): LogicalNode {
  const inputs: Rex[] = node.input.fields.map((f, i) => ref(i, f.type));
  const inputFields: Field[] = [...node.input.fields];
  const calls: AggregateCall[] = [];
  const deviations = node.calls.filter((c) => DEVIATIONS.has(c.name));
  const squared = new Map<string, number>();
  const squareOf = (column: number, type: LogicalType): number => {
    const value = ofType(inputs[column]!, type);
    const square = apply('*', [value, value]);
    const known = squared.get(rexKey(square));
    if (known !== undefined) return known;
    squared.set(rexKey(square), inputs.length);
    inputFields.push({ name: `$f${inputs.length}`, type: square.type });
    inputs.push(square);
    return inputs.length - 1;
  };
  const add = (wanted: AggregateCall): Rex => {
    const same = (c: AggregateCall): boolean =>
      c.name === wanted.name &&
      c.filter === wanted.filter &&
      c.distinct === wanted.distinct &&
      c.args.join() === wanted.args.join();
    let at = calls.findIndex(same);
    if (at < 0) at = calls.push(wanted) - 1;
    return ref(node.groups.length + at, calls[at]!.type);
  };
  const hasGroups = node.groups.length > 0;
  const part = (of: AggregateCall, name: string, column: number): Rex => {
    const type = callType(name, [inputs[column]!.type], {
      hasGroups: hasGroups && of.filter < 0,
      star: false,
    });
    const isSure = name === 'COUNT' && !of.distinct && !inputs[column]!.type.nullable;
    return add({
      ...of,
      name,
      args: isSure ? [] : [column],
      type: 'message' in type ? of.type : type,
      alias: null,
    });
  };
  const width = node.groups.length;
  const ofCalls = node.calls.map((c, n): Rex => {
    const f = node.fields[width + n]!;
    const isAverage =
      c.name === 'AVG' &&
      deviations.some((d) => d.args[0] === c.args[0] && d.filter === c.filter && d.distinct === c.distinct);
    if (!isAverage && !DEVIATIONS.has(c.name))
      return add({ ...c, alias: c.alias ?? (/^\$f\d+$/.test(f.name) ? null : f.name) });
    const column = c.args[0]!;
    if (isAverage) return cast(apply('/', [part(c, 'SUM', column), part(c, 'COUNT', column)]), c);
    const squares = part(c, 'SUM', squareOf(column, c.type));
    const sum = ofType(part(c, 'SUM', column), c.type);
    const count = part(c, 'COUNT', column);
    const spread = apply('-', [squares, apply('/', [apply('*', [sum, sum]), count])]);
    const isPopulation = c.name === 'STDDEV_POP' || c.name === 'VAR_POP';
    const one = literal(1, notNull(INTEGER));
    const divisor = isPopulation
      ? count
      : call(
          'CASE',
          [
            call('=', [count, one], withNullable(BOOLEAN, count.type.nullable)),
            literal(null, BIGINT),
            apply('-', [count, one]),
          ],
          BIGINT,
        );
    const variance = apply('/', [spread, divisor]);
    return cast(
      c.name.startsWith('STDDEV') ? apply('POWER', [variance, literal(5, notNull(decimal(2, 1)))]) : variance,
      c,
    );
  });
  const input =
    inputs.length === node.input.fields.length
      ? node.input
      : mergeCalc({ kind: 'Calc', input: node.input, exprs: inputs, condition: null, fields: inputFields });
  // The bounds of a group window stand behind its calls.
  const bounds = node.fields.slice(width + node.calls.length);
  const fields = [
    ...node.fields.slice(0, width),
    ...calls.map((c, i) => ({ name: c.alias ?? `$f${width + i}`, type: c.type })),
    ...bounds,
  ];
  const exprs = [
    ...node.fields.slice(0, width).map((f, i) => ref(i, f.type)),
    ...ofCalls,
    ...bounds.map((f, i) => ref(width + calls.length + i, f.type)),
  ];
  return {
    kind: 'Calc',
    input: { ...node, input, calls, fields },
    exprs,
    condition: null,
    fields: node.fields,
  };
}

/** What a deviation is reckoned with: values of its own type. */
const ofType = (rex: Rex, type: LogicalType): Rex =>
  sameType(withNullable(rex.type, true), withNullable(type, true))
    ? rex
    : castTo(rex, withNullable(type, rex.type.nullable));

const cast = (rex: Rex, c: AggregateCall): Rex => {
  if (rex.type.nullable && !c.type.nullable) return call('CAST', [rex], c.type);
  return sameType(withNullable(rex.type, true), withNullable(c.type, true))
    ? rex
    : castTo(rex, withNullable(c.type, rex.type.nullable));
};
