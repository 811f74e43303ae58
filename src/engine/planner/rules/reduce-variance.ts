import { callType, DEVIATIONS } from '../../functions/aggregate-type.ts';
import {
  type AggregateCall,
  type Field,
  inputsOf,
  type LogicalAggregate,
  type LogicalNode,
  type LogicalWindowAggregate,
} from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { apply, castTo } from '../../plan/rex-build.ts';
import { rexKey } from '../../plan/rex-tools.ts';
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
import { allColumns, askedOf, type Columns } from './aggregate-remove-rule.ts';
import { callOver, filterOf, mapInputs, mergeCalc } from './logical-tools.ts';
import { inOrderBelow } from './prune-columns.ts';
import { averageOf, groupColumnOf, nullForNone } from './reduce-averages.ts';

/**
 * STDDEV and VAR become sums of squares, sums and counts with arithmetic on top, and so do the sums and averages beside them (Calcite's
 * AggregateReduceFunctionsRule). Calls that nobody asks for are gone
 * by then, and an aggregate above has taken the columns in the order they have (PruneAggregateCallRule, FlinkAggregateProjectMergeRule).
 */
export function reduceVariances(given: LogicalNode, asked: Columns = allColumns(given)): LogicalNode {
  const node = given.kind === 'Aggregate' && readsDeviations(given) ? inOrderBelow(given) : given;
  if (node !== given && node.kind !== 'Aggregate') return reduceVariances(node, asked);
  const wanted = inputsOf(node).map((input, i) => askedOf(node, asked, input, i));
  let at = 0;
  const rebuilt = mapInputs(node, (input) => reduceVariances(input, wanted[at++]));
  if (rebuilt.kind !== 'Aggregate' && rebuilt.kind !== 'WindowAggregate') return rebuilt;
  const isAsked = (call: number): boolean =>
    rebuilt.kind === 'WindowAggregate' || asked.has(rebuilt.groups.length + call);
  return rebuilt.calls.some((c, i) => DEVIATIONS.has(c.name) && isAsked(i))
    ? reduce(rebuilt, isAsked)
    : rebuilt;
}

const hasDeviations = (node: LogicalNode): boolean =>
  node.kind === 'Aggregate' && node.calls.some((c) => DEVIATIONS.has(c.name));
const readsDeviations = ({ input }: LogicalAggregate): boolean =>
  input.kind === 'Calc' && hasDeviations(input.input);

function reduce(
  node: LogicalAggregate | LogicalWindowAggregate,
  isAsked: (call: number) => boolean,
): LogicalNode {
  const inputs: Rex[] = node.input.fields.map((f, i) => ref(i, f.type));
  const inputFields: Field[] = [...node.input.fields];
  const unread = columnsBelow(node) - inputs.length;
  const calls: AggregateCall[] = [];
  const squared = new Map<string, number>();
  const squareOf = (column: number, type: LogicalType): number => {
    const value = ofType(inputs[column]!, type);
    const square = apply('*', [value, value]);
    const known = squared.get(rexKey(square));
    if (known !== undefined) return known;
    squared.set(rexKey(square), inputs.length);
    // A column that is only counted is gone, and those behind it have kept their names.
    let place = inputs.length + unread;
    while (inputFields.some(({ name }) => name === `$f${place}`)) place++;
    inputFields.push({ name: `$f${place}`, type: square.type });
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
    if (!isAsked(n)) return literal(null, withNullable(c.type, true));
    const ofGroup = groupColumnOf(c, node);
    if (ofGroup) return ofGroup;
    const f = node.fields[width + n]!;
    const own = c.alias ?? (/^\$f\d+$/.test(f.name) ? null : f.name);
    const column = c.args[0]!;
    if (c.name === 'AVG') return averageOf(part(c, 'SUM', column), part(c, 'COUNT', column), c.type);
    if (c.name === 'SUM') {
      const sum = add({ ...c, name: '$SUM0', type: notNull(c.type), alias: own });
      return c.type.nullable ? nullForNone(sum, part(c, 'COUNT', column), c.type) : sum;
    }
    if (!DEVIATIONS.has(c.name)) return add({ ...c, alias: own });
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
  const reduced = { ...node, input, calls, fields };
  return {
    kind: 'Calc',
    input: reduced.kind === 'Aggregate' ? withoutUnreadColumns(reduced) : reduced,
    exprs,
    condition: null,
    fields: node.fields,
  };
}

/** How many columns what an aggregate reads has once a projection that only picks some behind a filter is merged into it. */
function columnsBelow({ kind, input }: LogicalAggregate | LogicalWindowAggregate): number {
  const isPicked =
    kind === 'Aggregate' && input.kind === 'Calc' && input.exprs.every((e) => e.kind === 'InputRef');
  return isPicked && input.condition ? filterOf(input).fields.length : input.fields.length;
}

/** An aggregate is made over those columns alone that it reads (RelBuilder's pruneInputOfAggregate). */
function withoutUnreadColumns(node: LogicalAggregate): LogicalAggregate {
  const { input, groups, calls } = node;
  const read = new Set([...groups, ...calls.flatMap((c) => (c.filter < 0 ? c.args : [...c.args, c.filter]))]);
  const kept = [...input.fields.keys()].filter((i) => read.has(i));
  if (input.kind !== 'Calc' || kept.length === input.fields.length) return node;
  const at = (column: number): number => kept.indexOf(column);
  return {
    ...node,
    input: {
      ...input,
      exprs: kept.map((i) => input.exprs[i]!),
      fields: kept.map((i) => input.fields[i]!),
    },
    groups: groups.map(at),
    calls: calls.map((c) => callOver(c, at)),
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
