import { compileClosure, compileCondition } from '../compile/closure.ts';
import type { Correlate } from '../plan/physical.ts';
import type { Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
import { nullRow } from './join-parts.ts';

/** UNNEST: sends every row once with each element of its collection, with the row's own kind; a left one without elements with NULLs. */
export function createCorrelate(node: Correlate, context: OperatorContext, next: Port): StreamOperator {
  const collection = compileClosure(node.collection, context);
  const test = node.condition && compileCondition(node.condition, context);
  const width = node.inputs[0]!.fields.length;
  const padding = nullRow(node.fields.length - width);
  const elements = elementsOf(node.collection.type);
  const arity = padding.length - (node.ordinality ? 1 : 0);
  return {
    ports: [
      {
        row: (kind, row) => {
          const value = collection(row);
          let found = false;
          let position = 0;
          if (value !== null)
            for (const element of elements(value)) {
              position++;
              if (element === null && !node.ordinality) continue;
              if (element === null && arity !== 1) throw missingRow(node.fields.length, width + 2);
              const columns = element ?? [null];
              const made = node.ordinality ? [...columns, position] : columns;
              if (test && !test(made)) continue;
              found = true;
              next.row(kind, [...row, ...made]);
            }
          if (!found && node.joinType === 'left') next.row(kind, [...row, ...padding]);
        },
        watermark: next.watermark,
        idle: next.idle,
      },
    ],
    ...STATELESS,
  };
}

/** How a value of the type is taken apart; null for an element that is a NULL row. */
function elementsOf(type: LogicalType): (value: Value) => Iterable<Row | null> {
  if (type.root === 'MAP') return (value) => value as unknown as Iterable<Row>;
  if (type.root !== 'ARRAY' && type.root !== 'MULTISET') return () => [];
  const isRow = type.element.root === 'ROW';
  const columns = (element: Value): Row | null => (isRow ? (element as Row | null) : [element]);
  if (type.root === 'ARRAY') return (value) => (value as readonly Value[]).map(columns);
  return function* (value) {
    for (const [element, count] of value as ReadonlyMap<Value, number>)
      for (let i = 0; i < count; i++) yield columns(element);
  };
}

/** Flink numbers a NULL row as if it had one column. */
const missingRow = (expected: number, given: number): RunError =>
  new RunError(`IllegalArgumentException: Row arity: ${given}, but serializer arity: ${expected}`);
