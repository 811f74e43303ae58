import { compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import type { Field } from '../plan/logical.ts';
import type { Calc, PhysicalNode } from '../plan/physical.ts';
import type { Rex } from '../plan/rex.ts';
import type { OperatorContext } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';

/**
 * How an operator reads the rows of an input. Where a Calc below only picks columns and drops rows, the operator keeps the rows as they are below it:
 * none is copied, and state shares them with everybody else who has them.
 */
export interface InputView {
  /** What the operator is to see. */
  readonly fields: readonly Field[];
  /** Where each of these columns stands in a row as it comes. */
  readonly columns: readonly number[];
  /** How wide a row comes. */
  readonly width: number;
  /** Whether the Calc lets a row pass; null for all. */
  readonly passes: ((row: Row) => boolean) | null;
  readonly hasCalc: boolean;
  /** A row as the operator is to see it. */
  readonly project: (row: Row) => Row;
  /** Rows as another operator of the same plan node kept them, as this one reads them; null where both keep them alike. */
  readonly reading: (wereBelowCalc: boolean) => ((row: Row) => Row) | null;
}

/** The Calc must be one of `picksColumns`. */
export function inputView(input: PhysicalNode, calc: Calc | null, context: OperatorContext): InputView {
  if (calc === null) {
    return {
      fields: input.fields,
      columns: input.fields.map((_, i) => i),
      width: input.fields.length,
      passes: null,
      hasCalc: false,
      project: (row) => row,
      reading: (wereBelowCalc) => (wereBelowCalc ? pick(columnsOf(calcBelow(input)!)) : null),
    };
  }
  const columns = columnsOf(calc);
  const width = calc.inputs[0]!.fields.length;
  return {
    fields: calc.fields,
    columns,
    width,
    passes: calc.condition ? conditionOf(calc.condition, context) : null,
    hasCalc: true,
    project: pick(columns),
    reading: (wereBelowCalc) => (wereBelowCalc ? null : putBack(columns, width)),
  };
}

const columnsOf = (calc: Calc): number[] => calc.exprs.map((e) => (e.kind === 'InputRef' ? e.index : -1));
const pick =
  (columns: readonly number[]) =>
  (row: Row): Row =>
    columns.map((c) => row[c]!);
/** A row that reads the same as if it had come to the Calc. */
const putBack =
  (columns: readonly number[], width: number) =>
  (row: Row): Row => {
    const out = new Array<Row[number]>(width).fill(null);
    columns.forEach((c, i) => {
      out[c] = row[i]!;
    });
    return out;
  };

/** The Calc, perhaps behind an exchange, that an input comes from. */
export function calcBelow(input: PhysicalNode): Calc | null {
  const below = input.kind === 'Exchange' ? input.inputs[0]! : input;
  return below.kind === 'Calc' ? below : null;
}

export const picksColumns = (calc: Calc): boolean => calc.exprs.every((e) => e.kind === 'InputRef');

/** A condition over one row: generated where it may be. */
export function conditionOf(rex: Rex, context: OperatorContext): (row: Row) => boolean {
  if (!context.code) return compileCondition(rex, context);
  const builder = new SourceBuilder(context);
  const test = builder.condition(rex, (i) => `r[${i}]`);
  return context.code.generate<(row: Row) => boolean>(
    builder.names,
    `return function condition(r) { ${builder.take()} return ${test}; };`,
    builder.values,
  );
}
