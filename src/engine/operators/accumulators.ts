import { notYet } from '../base/refusal.ts';
import { compileClosure, compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import { operandsOf } from '../plan/logical.ts';
import type { PhysicalAggregate } from '../plan/physical.ts';
import { type Rex, ref } from '../plan/rex.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import { isApproximate, type Row, type Value } from '../types/logical-type.ts';
import { sameValue } from '../values/compare.ts';
import { type AggregateFunction, aggregateFunction } from './aggregate-functions.ts';
import { rowMaker } from './row-maker.ts';

/** The state of one group: how many rows it has, the states of its functions (in slots nobody but `Accumulators` knows), what was last sent. */
export interface Group {
  n: number;
  out: Row | null;
}

/** One key in one slice or window; `key` is a row its key columns can be read from. */
export interface Keyed {
  key: Row;
  /** Where the slice or window ends. */
  end: number;
}
/** One key's accumulators in one slice. */
export interface Pane extends Group, Keyed {}

/** All aggregate functions of one operator, folded together over one row at a time. */
export interface Accumulators {
  create(): Group;
  /** What `create` makes, with room for where it belongs: adding that afterwards would take an object of its own. */
  pane(key: Row, end: number): Pane;
  /** False if it is certain that nothing has changed. */
  add(group: Group, row: Row): boolean;
  retract(group: Group, row: Row): void;
  merge(group: Group, other: Group): void;
  /** The result row: key columns of `row`, then the values, then so many more as were asked for (a window's bounds). */
  result(group: Group, row: Row, more?: readonly Value[]): Row;
  /** Only the values. */
  values(group: Group): Value[];
  /** Whether two results hold the same values. */
  same(a: Row, b: Row): boolean;
  copy(group: Group): Group;
  copyPane(pane: Pane): Pane;
  /** No state is an object: merging a group into another takes nothing of it. */
  readonly isPlain: boolean;
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
    args: operandsOf<Rex>(call, column, (value) => value),
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
  return context.code
    ? generated(calls, keyColumns, context, more)
    : closures(calls, functionsOf(calls), keyColumns, context, more);
}

const functionsOf = (calls: readonly BoundCall[]): AggregateFunction[] =>
  calls.map(({ call, args }) => {
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

/** Whether every row changes the result: one of the calls counts all rows. */
export const alwaysChanges = (calls: readonly BoundCall[]): boolean =>
  calls.some(({ call, args, filter }) => call.name === 'COUNT' && args.length === 0 && filter === null);

/** Whether results may differ although Flink holds them for the same and sends nothing: 0.0 and -0.0 do. */
export const hidesChanges = (calls: readonly BoundCall[]): boolean =>
  calls.some(({ call }) => isApproximate(call.type));

// ---------------------------------------------------------------- without code generation

interface SlotGroup extends Group {
  readonly s: unknown[];
}

function closures(
  calls: readonly BoundCall[],
  functions: readonly AggregateFunction[],
  keyColumns: readonly number[],
  context: OperatorContext,
  more: number,
): Accumulators {
  // A result of NaN is another one each time, as in Flink's generated code.
  const isDouble = calls.map(({ call }) => isApproximate(call.type));
  const adding = functions.map((fn, i) => stepOf(calls[i]!, i, fn.add as Change, fn, context));
  const retracting = functions.map((fn, i) => stepOf(calls[i]!, i, fn.retract as Change, fn, context));
  const isPlain = functions.every((f) => f.isValue);
  const isUnsure = !isPlain || hidesChanges(calls);
  const add = (group: Group, row: Row): boolean => {
    const { s } = group as SlotGroup;
    let hasChanged = isUnsure;
    for (let i = 0; i < adding.length; i++) {
      const before = s[i];
      adding[i]!(s, row);
      if (s[i] !== before) hasChanged = true;
    }
    return hasChanged;
  };
  const retract = (group: Group, row: Row): void => {
    const { s } = group as SlotGroup;
    for (let i = 0; i < retracting.length; i++) retracting[i]!(s, row);
  };
  const values = (group: Group): Value[] =>
    functions.map((fn, i) => fn.value((group as SlotGroup).s[i] as never));
  const keys = keyColumns.length;
  const width = keys + functions.length;
  const fill = (out: Value[], group: Group, row: Row): Value[] => {
    const { s } = group as SlotGroup;
    for (let i = 0; i < keys; i++) out[i] = row[keyColumns[i]!]!;
    for (let i = 0; i < functions.length; i++) out[keys + i] = functions[i]!.value(s[i] as never);
    return out;
  };
  const made = rowMaker<readonly unknown[], Row>([
    ...keyColumns.map((column) => (_: readonly unknown[], row: Row) => row[column]!),
    ...functions.map((fn, i) =>
      fn.isValue
        ? (s: readonly unknown[]): Value => s[i] as Value
        : (s: readonly unknown[]): Value => fn.value(s[i] as never),
    ),
  ]);
  const copies = (group: Group): unknown[] =>
    (group as SlotGroup).s.map((s, i) => functions[i]!.copy(s as never));
  return {
    create: (): SlotGroup => ({ n: 0, out: null, s: functions.map((fn) => fn.create()) }),
    pane: (key, end): SlotGroup & Keyed => ({
      n: 0,
      out: null,
      s: functions.map((fn) => fn.create()),
      key,
      end,
    }),
    add,
    retract,
    merge: (group, other) => {
      const [a, b] = [(group as SlotGroup).s, (other as SlotGroup).s];
      functions.forEach((fn, i) => {
        a[i] = fn.merge(a[i] as never, b[i] as never);
      });
      group.n += other.n;
    },
    result:
      more === 0
        ? (group, row) => made((group as SlotGroup).s, row)
        : (group, row, bounds) => {
            const out = fill(new Array<Value>(width + more), group, row);
            for (let i = 0; i < more; i++) out[width + i] = bounds![i]!;
            return out;
          },
    values,
    same: (a, b) => {
      for (let i = keys; i < a.length; i++)
        if (a[i] !== b[i] && (isDouble[i - keys] || !sameValue(a[i]!, b[i]!))) return false;
      return true;
    },
    isPlain,
    copy: (group): SlotGroup => ({ n: group.n, out: group.out, s: copies(group) }),
    copyPane: (pane): SlotGroup & Keyed => ({
      n: pane.n,
      out: pane.out,
      s: copies(pane),
      key: pane.key,
      end: pane.end,
    }),
  };
}

type Step = (slots: unknown[], row: Row) => void;
type Change = (state: unknown, value: Value, ...more: Value[]) => unknown;

/** Adds a row to one call's slot, or takes it back. */
function stepOf(
  { args, filter }: BoundCall,
  slot: number,
  change: Change,
  { takesNull }: AggregateFunction,
  context: OperatorContext,
): Step {
  const read = args[0] ? compileClosure(args[0], context) : null;
  const more = args.slice(1).map((arg) => compileClosure(arg, context));
  const passes = filter ? compileCondition(filter, context) : null;
  const take = (s: unknown[], value: Value, row: Row): void => {
    if (value === null && takesNull !== true) return;
    s[slot] =
      more.length === 0
        ? change(s[slot], value)
        : change(s[slot], value, ...more.map((readMore) => readMore(row)));
  };
  const column = args[0]?.kind === 'InputRef' ? args[0].index : -1;
  const plain: Step =
    read === null
      ? (s) => {
          s[slot] = change(s[slot], 0);
        }
      : column >= 0 && more.length === 0 && takesNull !== true
        ? (s, row) => {
            const value = row[column] ?? null;
            if (value !== null) s[slot] = change(s[slot], value);
          }
        : (s, row) => take(s, read(row), row);
  if (passes === null) return plain;
  return (s, row) => {
    if (passes(row)) plain(s, row);
  };
}

// ---------------------------------------------------------------- generated

/** The parts of generated accumulators, over a group `g` and a row `r`. */
export interface AccumulatorSource {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  /** Where the state of each call stands, and what is there at first. */
  readonly slots: readonly string[];
  readonly initial: readonly string[];
  /** Statements. */
  readonly add: string;
  readonly retract: string;
  /** The result row of a group. */
  readonly result: string;
  /** Whether the results `a` and `b` hold the same values. */
  readonly same: string;
  /** The whole as an object. */
  readonly whole: string;
}

/** Whether a group's last result is all that its functions remember. */
export const remembersResult = (calls: readonly BoundCall[]): boolean =>
  functionsOf(calls).every((f) => f.isValue);

/**
 * @param more How many columns `result` appends.
 * @param slot Where the state of a call stands, if not in the group.
 */
export function accumulatorSource(
  calls: readonly BoundCall[],
  keyColumns: readonly number[],
  context: OperatorContext,
  more = 0,
  slot: (call: number) => string = (i) => `g.a${i}`,
): AccumulatorSource {
  const functions = functionsOf(calls);
  const builder = new SourceBuilder(context);
  const sameValueName = builder.constant(sameValue, 'sameValue');
  const fn = functions.map((f, i) => builder.constant(f, `f${i}`));
  const plus = functions.map((f, i) => builder.constant(f.add, `plus${i}`));
  const input = (i: number): string => `r[${i}]`;

  const step = (isAdd: boolean): string => {
    const lines = calls.map(({ args, filter }, i) => {
      const f = functions[i]!;
      const value = args[0] ? builder.emit(args[0], input) : '0';
      const further = args
        .slice(1)
        .map((arg) => `, ${builder.emit(arg, input)}`)
        .join('');
      const before = builder.take();
      const use = isAdd ? f.inline?.add : f.inline?.retract;
      const update = use
        ? use(slot(i), value).replaceAll('plus(', `${plus[i]}(`)
        : `${fn[i]}.${isAdd ? 'add' : 'retract'}(${slot(i)}, ${value}${further})`;
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
  const list = functions.map((f, i) => (f.inline ? f.inline.value(slot(i)) : `${fn[i]}.value(${slot(i)})`));
  const keys = keyColumns.map((k) => `r[${k}]`);
  const isSimple = functions.every((f) => f.isValue);
  const sameAt = (i: number): string => {
    const [a, b] = [`a[${keys.length + i}]`, `b[${keys.length + i}]`];
    if (isApproximate(calls[i]!.call.type)) return `${a} === ${b}`;
    return isSimple ? `(${a} === ${b} || ${sameValueName}(${a}, ${b}))` : `${sameValueName}(${a}, ${b})`;
  };
  const initial = functions.map((f, i) => (f.inline ? f.inline.create : `${fn[i]}.create()`));
  const created = `n: 0, out: null${initial.map((state, i) => `, a${i}: ${state}`).join('')}`;
  const copied = `n: g.n, out: g.out${functions.map((f, i) => `, a${i}: ${f.isValue ? slot(i) : `${fn[i]}.copy(${slot(i)})`}`).join('')}`;
  const add = step(true);
  const retract = step(false);
  const bounds = Array.from({ length: more }, (_, i) => `e[${i}]`);
  const result = `[${[...keys, ...list, ...bounds].join(', ')}]`;
  const same = functions.length === 0 ? 'true' : functions.map((_, i) => sameAt(i)).join(' && ');
  const whole = `{
      create() { return { ${created} }; },
      pane(key, end) { return { ${created}, key, end }; },
      add(g, r) { ${add} return true; },
      retract(g, r) { ${retract} },
      merge(g, o) { ${functions.map((_, i) => `${slot(i)} = ${fn[i]}.merge(${slot(i)}, o.a${i});`).join(' ')} g.n += o.n; },
      result(g, r, e) { return ${result}; },
      values(g) { return [${list.join(', ')}]; },
      same(a, b) { return ${same}; },
      isPlain: ${isSimple},
      copy(g) { return { ${copied} }; },
      copyPane(g) { return { ${copied}, key: g.key, end: g.end }; },
    }`;
  return {
    names: builder.names,
    values: builder.values,
    slots: functions.map((_, i) => slot(i)),
    initial,
    add,
    retract,
    result,
    same,
    whole,
  };
}

function generated(
  calls: readonly BoundCall[],
  keyColumns: readonly number[],
  context: OperatorContext,
  more: number,
): Accumulators {
  const { names, values, whole } = accumulatorSource(calls, keyColumns, context, more);
  return context.code!.generate<Accumulators>(names, `return ${whole};`, values);
}
