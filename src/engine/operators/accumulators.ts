import { compileClosure } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import type { PhysicalAggregate } from '../plan/physical.ts';
import { type Rex, ref } from '../plan/rex.ts';
import { notYet } from '../planner/plan-error.ts';
import { generate } from '../runtime/generate.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { Row, Value } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { type AggregateFunction, aggregateFunction } from './aggregate-functions.ts';

/** The state of one group: how many rows it has, the states of its functions (in slots nobody but `Accumulators` knows), what was last sent. */
export interface Group {
  n: number;
  out: Row | null;
}

/** All aggregate functions of one operator, folded together over one row at a time. */
export interface Accumulators {
  create(): Group;
  add(group: Group, row: Row): void;
  retract(group: Group, row: Row): void;
  merge(group: Group, other: Group): void;
  /** The result row: key columns of `row`, then the values, then up to three more (a window's bounds). */
  result(group: Group, row: Row, ...more: Value[]): Row;
  /** Only the values. */
  values(group: Group): Value[];
  /** Whether two results hold the same values. */
  same(a: Row, b: Row): boolean;
  copy(group: Group): Group;
}

/** An aggregate call with its arguments as expressions over the operator's input row. */
export interface BoundCall {
  readonly call: PhysicalAggregate;
  readonly args: readonly Rex[];
  readonly filter: Rex | null;
}

/** Calls over columns, seen through a Calc that is computed on the way (`exprs`; null for none). */
export function bindCalls(
  calls: readonly PhysicalAggregate[],
  fields: readonly { readonly type: Rex['type'] }[],
  exprs: readonly Rex[] | null,
): BoundCall[] {
  const column = (i: number): Rex => exprs?.[i] ?? ref(i, fields[i]!.type);
  return calls.map((call) => ({
    call,
    args: call.args.map(column),
    filter: call.filter < 0 ? null : column(call.filter),
  }));
}

/** @param more How many more columns `result` appends. */
export function accumulators(
  calls: readonly BoundCall[],
  keyColumns: readonly number[],
  context: OperatorContext,
  more = 0,
): Accumulators {
  const functions = calls.map(({ call, args }) => {
    const fn = aggregateFunction(
      call,
      args.map((a) => a.type),
    );
    if (!fn)
      throw notYet(
        `the aggregate ${call.name}${call.needsRetraction ? ' over an input that takes rows back' : ''}`,
        null,
      );
    return fn;
  });
  return context.canGenerate
    ? generated(calls, functions, keyColumns, context, more)
    : closures(calls, functions, keyColumns, context);
}

// ---------------------------------------------------------------- without code generation

interface SlotGroup extends Group {
  readonly s: unknown[];
}

function closures(
  calls: readonly BoundCall[],
  functions: readonly AggregateFunction[],
  keyColumns: readonly number[],
  context: OperatorContext,
): Accumulators {
  const readers = calls.map(({ args }) => (args[0] ? compileClosure(args[0], context) : null));
  const seconds = calls.map(({ args }) => (args[1] ? compileClosure(args[1], context) : null));
  const filters = calls.map(({ filter }) => (filter ? compileClosure(filter, context) : null));
  const step = (group: Group, row: Row, isAdd: boolean): void => {
    const { s } = group as SlotGroup;
    for (let i = 0; i < functions.length; i++) {
      const filter = filters[i];
      if (filter && filter(row) !== true) continue;
      const read = readers[i];
      const value = read ? read(row) : 0;
      if (value === null && functions[i]!.takesNull !== true) continue;
      const fn = functions[i]!;
      const second = seconds[i]?.(row);
      s[i] = isAdd ? fn.add(s[i] as never, value, second) : fn.retract(s[i] as never, value, second);
    }
  };
  const values = (group: Group): Value[] =>
    functions.map((fn, i) => fn.value((group as SlotGroup).s[i] as never));
  const keys = keyColumns.length;
  return {
    create: (): SlotGroup => ({ n: 0, out: null, s: functions.map((fn) => fn.create()) }),
    add: (group, row) => step(group, row, true),
    retract: (group, row) => step(group, row, false),
    merge: (group, other) => {
      const [a, b] = [(group as SlotGroup).s, (other as SlotGroup).s];
      functions.forEach((fn, i) => {
        a[i] = fn.merge(a[i] as never, b[i] as never);
      });
      group.n += other.n;
    },
    result: (group, row, ...more) => {
      const out: Value[] = [];
      for (let i = 0; i < keys; i++) out.push(row[keyColumns[i]!]!);
      for (let i = 0; i < functions.length; i++)
        out.push(functions[i]!.value((group as SlotGroup).s[i] as never));
      for (let i = 0; i < more.length; i++) out.push(more[i]!);
      return out;
    },
    values,
    same: (a, b) => {
      for (let i = keys; i < a.length; i++) if (!sameValue(a[i]!, b[i]!)) return false;
      return true;
    },
    copy: (group): SlotGroup => ({
      n: group.n,
      out: group.out,
      s: (group as SlotGroup).s.map((s, i) => functions[i]!.copy(s as never)),
    }),
  };
}

// ---------------------------------------------------------------- generated

function generated(
  calls: readonly BoundCall[],
  functions: readonly AggregateFunction[],
  keyColumns: readonly number[],
  context: OperatorContext,
  more: number,
): Accumulators {
  const builder = new SourceBuilder(context);
  const fn = functions.map((f, i) => builder.constant(f, `f${i}`));
  const plus = functions.map((f, i) => builder.constant(f.add, `plus${i}`));
  const slot = (i: number): string => `g.a${i}`;
  const input = (i: number): string => `r[${i}]`;

  const step = (isAdd: boolean): string => {
    const lines = calls.map(({ args, filter }, i) => {
      const f = functions[i]!;
      const value = args[0] ? builder.emit(args[0], input) : '0';
      const second = args[1] ? `, ${builder.emit(args[1], input)}` : '';
      const before = builder.take();
      const use = isAdd ? f.inline?.add : f.inline?.retract;
      const update = use
        ? use(slot(i), value).replaceAll('plus(', `${plus[i]}(`)
        : `${fn[i]}.${isAdd ? 'add' : 'retract'}(${slot(i)}, ${value}${second})`;
      const mayBeNull = args[0]?.type.nullable === true && f.takesNull !== true;
      const guarded = mayBeNull
        ? `if (${value} !== null) { ${slot(i)} = ${update}; }`
        : `${slot(i)} = ${update};`;
      if (!filter) return `${before} ${guarded}`;
      const test = builder.condition(filter, input);
      return `${builder.take()} if (${test}) { ${before} ${guarded} }`;
    });
    return `let t; ${lines.join('\n')}`;
  };
  const value = (i: number): string =>
    functions[i]!.inline ? functions[i]!.inline!.value(slot(i)) : `${fn[i]}.value(${slot(i)})`;
  const list = functions.map((_, i) => value(i));
  const keys = keyColumns.map((k) => `r[${k}]`);
  const extra = Array.from({ length: more }, (_, i) => `e${i}`);
  const same = functions.map((_, i) => `sameValue(a[${keys.length + i}], b[${keys.length + i}])`);
  const addBody = step(true);
  const retractBody = step(false);
  const isSimple = functions.every((f) => f.isValue);
  const source = `
    return {
      create() { return { n: 0, out: null${functions.map((f, i) => `, a${i}: ${f.inline ? f.inline.create : `${fn[i]}.create()`}`).join('')} }; },
      add(g, r) { ${addBody} },
      retract(g, r) { ${retractBody} },
      merge(g, o) { ${functions.map((_, i) => `${slot(i)} = ${fn[i]}.merge(${slot(i)}, o.a${i});`).join(' ')} g.n += o.n; },
      result(${['g', 'r', ...extra].join(', ')}) { return [${[...keys, ...list, ...extra].join(', ')}]; },
      values(g) { return [${list.join(', ')}]; },
      same(a, b) { return ${functions.length === 0 ? 'true' : isSimple ? functions.map((_, i) => `(a[${keys.length + i}] === b[${keys.length + i}] || ${same[i]})`).join(' && ') : same.join(' && ')}; },
      copy(g) { return { n: g.n, out: g.out${functions.map((f, i) => `, a${i}: ${f.isValue ? slot(i) : `${fn[i]}.copy(${slot(i)})`}`).join('')} }; },
    };`;
  return generate<Accumulators>(['sameValue', ...builder.names], source, [sameValue, ...builder.values]);
}
