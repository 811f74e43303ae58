import { aggregateType } from '../../functions/aggregates.ts';
import type { AggregateCall, LogicalAggregate, LogicalCalc, LogicalNode } from '../../plan/logical.ts';
import { call, literal, type Rex, ref } from '../../plan/rex.ts';
import { castTo } from '../../plan/rex-build.ts';
import { collectRefs, conjuncts } from '../../plan/rex-tools.ts';
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  isInteger,
  type LogicalType,
  notNull,
  withNullable,
} from '../../types/logical-type.ts';
import { mapInputs, mergeCalc } from './logical-tools.ts';

/** Sums and averages split into a sum that is 0 for no rows and a count, where that leaves fewer calls (AggregateReduceFunctionsRule, and its cost). */
export function reduceAggregates(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, reduceAggregates);
  if (n.kind !== 'Aggregate') return n;
  const made = reduced(n);
  return made && made.calls < n.calls.length ? made.node : n;
}

/** Where a filter asks what gives a column of its group, it is worth as much to have the column itself: the filter goes below then. */
export function reduceWhereAsked(node: LogicalNode): LogicalNode {
  const n = mapInputs(node, reduceWhereAsked);
  if (n.kind !== 'Calc' || !n.condition || n.input.kind !== 'Aggregate') return n;
  const { input } = n;
  const width = input.groups.length;
  const passesOn = (column: number): boolean =>
    column >= width && isOfGroup(input.calls[column - width]!, input);
  const isAsked = conjuncts(n.condition).some((part) => {
    const columns = [...collectRefs(part)];
    return columns.some(passesOn) && columns.every((column) => column < width || passesOn(column));
  });
  const made = isAsked ? reduced(input, true) : null;
  return made ? mergeCalc({ ...n, input: made.node }) : n;
}

/**
 * An aggregate with fewer kinds of calls, and how many those are; null where nothing is to be split.
 * @param isOnce The sum of an average stays one: it could be split in its turn.
 */
function reduced(
  n: LogicalAggregate,
  isOnce = false,
): { readonly node: LogicalCalc; readonly calls: number } | null {
  const isReducible =
    n.calls.some((c) => c.name === 'AVG' || c.name === '$SUM0') ||
    (n.calls.some((c) => c.name === 'SUM') && n.calls.some((c) => isOfGroup(c, n)));
  if (!isReducible) return null;
  const made = new Reduced(n, isOnce);
  const exprs = [
    ...n.groups.map((_, i) => ref(i, n.fields[i]!.type)),
    ...n.calls.map((c, i) => made.value(c, given(n.fields[n.groups.length + i]!.name))),
  ];
  const fields = [
    ...n.fields.slice(0, n.groups.length),
    ...made.calls.map(({ name, made: { type } }, i) => ({ name: name ?? `$f${n.groups.length + i}`, type })),
  ];
  const node: LogicalCalc = {
    kind: 'Calc',
    input: { ...n, calls: made.calls.map((c) => c.made), fields },
    exprs,
    condition: null,
    fields: n.fields,
  };
  return { node, calls: made.calls.length };
}

/** What gives the column by which the rows are grouped back. */
const isOfGroup = (c: AggregateCall, { groups, sets }: Grouped): boolean =>
  !sets && c.filter < 0 && c.args.length === 1 && groups.includes(c.args[0]!) && PASSES_ON.has(c.name);
type Grouped = Pick<LogicalAggregate, 'groups' | 'sets' | 'fields'>;

/** The column of its group that a call gives; null where it gives none. */
export function groupColumnOf(c: AggregateCall, of: Grouped): Rex | null {
  if (!isOfGroup(c, of)) return null;
  const group = of.groups.lastIndexOf(c.args[0]!);
  return castTo(ref(group, of.fields[group]!.type), c.type);
}
const PASSES_ON: ReadonlySet<string> = new Set(['AVG', 'MAX', 'MIN', 'FIRST_VALUE', 'LAST_VALUE']);

/** A name that somebody gave. */
const given = (name: string): string | null => (/^\$f\d+$/.test(name) ? null : name);

/** AVG from its sum and its count. */
export function averageOf(sum: Rex, count: Rex, type: LogicalType): Rex {
  if (isInteger(type) && type.root !== 'BIGINT')
    return call('CAST', [call('/', [sum, count], withNullable(BIGINT, type.nullable))], type);
  return call('/', [castTo(sum, withNullable(type, sum.type.nullable)), count], type);
}

/** SUM from what is 0 for no rows, and their count. */
export function nullForNone(sum: Rex, count: Rex, type: LogicalType): Rex {
  const isEmpty = call('=', [count, literal(0, notNull(INTEGER))], notNull(BOOLEAN));
  return call('CASE', [isEmpty, literal(null, type), sum], type);
}

/** The calls that are left, each called what the first who asked for it called it. */
class Reduced {
  readonly calls: { readonly made: AggregateCall; readonly name: string | null }[] = [];
  readonly #of: LogicalAggregate;
  readonly #isOnce: boolean;

  constructor(of: LogicalAggregate, isOnce: boolean) {
    this.#of = of;
    this.#isOnce = isOnce;
  }

  /** What a call comes to over the new ones. */
  value(c: AggregateCall, name: string | null): Rex {
    const column = groupColumnOf(c, this.#of);
    if (column) return column;
    if (c.args.length !== 1 || (c.name !== 'SUM' && c.name !== 'AVG')) return this.#add(c, name);
    if (c.name === 'SUM') return this.#sum(c, name);
    const summed: AggregateCall = { ...c, name: 'SUM', type: this.#sumType(c) };
    const sum = this.#isOnce ? this.#add(summed, null) : this.#sum(summed, null);
    return averageOf(sum, this.#count(c), c.type);
  }

  #sum(c: AggregateCall, name: string | null): Rex {
    const sum = this.#add({ ...c, name: '$SUM0', type: notNull(c.type) }, name);
    return c.type.nullable ? nullForNone(sum, this.#count(c), c.type) : sum;
  }

  #sumType({ args, type }: AggregateCall): LogicalType {
    const sum = aggregateType('SUM', [this.#of.input.fields[args[0]!]!.type], {
      hasGroups: true,
      star: false,
    });
    return withNullable('message' in sum ? type : sum, type.nullable);
  }

  #count(c: AggregateCall): Rex {
    const isSure = !c.distinct && !this.#of.input.fields[c.args[0]!]!.type.nullable;
    return this.#add({ ...c, name: 'COUNT', args: isSure ? [] : c.args, type: notNull(BIGINT) }, null);
  }

  #add(made: AggregateCall, name: string | null): Rex {
    const key = keyOf(made);
    let at = this.calls.findIndex((c) => keyOf(c.made) === key);
    if (at < 0) at = this.calls.push({ made: { ...made, alias: name }, name }) - 1;
    return ref(this.#of.groups.length + at, this.calls[at]!.made.type);
  }
}

const keyOf = (c: AggregateCall): string =>
  [c.name, c.args.join(), c.distinct, c.filter, c.ignoreNulls].join(' ');
