import { compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import type { Rex } from '../plan/rex.ts';
import { generate } from '../runtime/generate.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';

/** A condition over a left and a right row; null for one that always holds. */
export type JoinTest = (left: Row, right: Row) => boolean;

/** Compiles what a join's keys leave of its condition. */
export function joinTest(residual: Rex | null, leftWidth: number, context: OperatorContext): JoinTest | null {
  if (residual === null) return null;
  if (!context.canGenerate) return compileCondition(residual, context, { leftArity: leftWidth });
  const builder = new SourceBuilder(context);
  const test = builder.condition(residual, (i) => (i < leftWidth ? `l[${i}]` : `r[${i - leftWidth}]`));
  return generate<JoinTest>(
    builder.names,
    `return function joinCondition(l, r) { ${builder.take()} return ${test}; };`,
    builder.values,
  );
}

/** Puts a left and a right row in one. */
export function rowJoiner(
  leftWidth: number,
  rightWidth: number,
  canGenerate: boolean,
): (left: Row, right: Row) => Row {
  if (!canGenerate) return (left, right) => [...left, ...right];
  const cells = [
    ...Array.from({ length: leftWidth }, (_, i) => `l[${i}]`),
    ...Array.from({ length: rightWidth }, (_, i) => `r[${i}]`),
  ];
  return generate<(left: Row, right: Row) => Row>(
    [],
    `return function joined(l, r) { return [${cells.join(', ')}]; };`,
    [],
  );
}

/** Whether a row has NULL in a key column that NULL matches nothing in. */
export function nullKeyTest(keys: readonly number[], filterNulls: readonly boolean[]): (row: Row) => boolean {
  const columns = keys.filter((_, i) => filterNulls[i]);
  if (columns.length === 0) return () => false;
  const first = columns[0]!;
  if (columns.length === 1) return (row) => row[first] === null;
  return (row) => columns.some((c) => row[c] === null);
}

export const nullRow = (width: number): Row => new Array<null>(width).fill(null);

/** Puts a timer among others, which stand by time and then by the order in which they were set. Most are set for later than all that wait. */
export function insertTimer<T extends { readonly atMs: number; readonly order: number }>(
  timers: T[],
  timer: T,
): void {
  let at = timers.length;
  while (at > 0) {
    const before = timers[at - 1]!;
    if (before.atMs < timer.atMs || (before.atMs === timer.atMs && before.order <= timer.order)) break;
    at--;
  }
  timers.splice(at, 0, timer);
}
