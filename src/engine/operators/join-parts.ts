import { compileClosure, compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import type { Calc } from '../plan/physical.ts';
import { type Rex, ref } from '../plan/rex.ts';
import { shiftRefs } from '../plan/rex-tools.ts';
import type { Port } from '../runtime/port.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import type { InputView } from './input-view.ts';
import { rowMaker } from './row-maker.ts';

/** A condition over a left and a right row; null for one that always holds. */
export type JoinTest = (left: Row, right: Row) => boolean;

/** Compiles what a join's keys leave of its condition. */
export function joinTest(
  residual: Rex | null,
  left: InputView,
  right: InputView,
  context: OperatorContext,
): JoinTest | null {
  if (residual === null) return null;
  const { leftArity, over } = acrossViews(left, right);
  const condition = shiftRefs(residual, over);
  if (!context.code) return compileCondition(condition, context, { leftArity });
  const builder = new SourceBuilder(context);
  const test = builder.condition(condition, cellOf(leftArity));
  return context.code.generate<JoinTest>(
    builder.names,
    `return function joinCondition(l, r) { ${builder.take()} return ${test}; };`,
    builder.values,
  );
}

/** Sends a left and a right row on as one. */
export type EmitPair = (kind: number, left: Row, right: Row) => void;

/** @param above A Calc over the joined rows whose work is done here, so that no row is built for it. */
export function pairEmitter(
  left: InputView,
  right: InputView,
  above: Calc | null,
  context: OperatorContext,
  next: Port,
): EmitPair {
  const { leftArity, over } = acrossViews(left, right);
  const fields = [...left.fields, ...right.fields];
  const exprs = (above?.exprs ?? fields.map((f, i) => ref(i, f.type))).map((e) => shiftRefs(e, over));
  const condition = above?.condition ? shiftRefs(above.condition, over) : null;
  const report = above ? context.reporter : null;
  const emit = next.row;
  if (context.code) {
    const builder = new SourceBuilder(context);
    const cell = cellOf(leftArity);
    let test = '';
    if (condition) {
      const passes = builder.condition(condition, cell);
      const told = report ? `${builder.constant(report, 'report')}.filtered(kind, l);` : '';
      test = `${builder.take()} if (!(${passes})) { ${told} return; }`;
    }
    const columns = exprs.map((e) => builder.emit(e, cell));
    const send = builder.constant(emit, 'emit');
    return context.code.generate<EmitPair>(
      builder.names,
      `return function pair(kind, l, r) { ${test} ${builder.take()} ${send}(kind, [${columns.join(', ')}]); };`,
      builder.values,
    );
  }
  const passes = condition && compileCondition(condition, context, { leftArity });
  const made = closedPair(exprs, left, right, above, context, leftArity);
  if (passes === null) return (kind, l, r) => emit(kind, made(l, r));
  return (kind, l, r) => {
    if (passes(l, r)) emit(kind, made(l, r));
    else report?.filtered(kind, l);
  };
}

function closedPair(
  exprs: readonly Rex[],
  left: InputView,
  right: InputView,
  above: Calc | null,
  context: OperatorContext,
  leftArity: number,
): (left: Row, right: Row) => Row {
  if (above === null && !left.hasCalc && !right.hasCalc) return (l, r) => [...l, ...r];
  return rowMaker<Row, Row>(
    exprs.map((e) => {
      if (e.kind !== 'InputRef') return compileClosure(e, context, { leftArity });
      const column = e.index;
      return column < leftArity ? (l) => l[column]! : (_, r) => r[column - leftArity]!;
    }),
  );
}

/** Columns of two views side by side, as they stand in the rows that come. */
const acrossViews = (
  left: InputView,
  right: InputView,
): { readonly leftArity: number; readonly over: (i: number) => number } => ({
  leftArity: left.width,
  over: (i) =>
    i < left.columns.length ? left.columns[i]! : left.width + right.columns[i - left.columns.length]!,
});

const cellOf =
  (leftArity: number) =>
  (i: number): string =>
    i < leftArity ? `l[${i}]` : `r[${i - leftArity}]`;

/** Whether a row has NULL in a key column that NULL matches nothing in. */
export function nullKeyTest(keys: readonly number[], filterNulls: readonly boolean[]): (row: Row) => boolean {
  const columns = keys.filter((_, i) => filterNulls[i]);
  if (columns.length === 0) return () => false;
  const first = columns[0]!;
  if (columns.length === 1) return (row) => row[first] === null;
  return (row) => columns.some((c) => row[c] === null);
}

export const nullRow = (width: number): Row => new Array<null>(width).fill(null);
