import type { LogicalType } from '../types/logical-type.ts';
import type { PhysicalNode } from './physical.ts';
import { selectivityOf } from './selectivity.ts';

/** Rows of a table nobody has counted. */
const UNKNOWN_ROWS = 1e8;

/** How much Flink's batch planner thinks a result weighs: it knows nothing of the tables and guesses by kind of condition. */
export function sizeOf(node: PhysicalNode): number {
  return rowsOf(node) * node.fields.reduce((sum, f) => sum + widthOf(f.type), bitsWidth(node.fields.length));
}

/** Bytes for the NULLs of a row. */
const bitsWidth = (columns: number): number => Math.floor((columns + 63 + 8) / 64) * 8;

function rowsOf(node: PhysicalNode): number {
  const [first] = node.inputs;
  if (!first) return node.kind === 'Values' ? node.rows.length : UNKNOWN_ROWS;
  switch (node.kind) {
    case 'Calc':
      return rowsOf(first) * (node.condition ? selectivityOf(node.condition) : 1);
    case 'GroupAggregate':
      return node.groups.length === 0 ? 1 : rowsOf(first) * (1 - Math.exp(-0.1 * node.groups.length));
    case 'Limit':
    case 'SortLimit':
      return Math.min(rowsOf(first), node.range.end - node.range.start + 1);
    case 'Union':
      return node.inputs.reduce((sum, input) => sum + rowsOf(input), 0);
    default:
      return rowsOf(first);
  }
}

/** Bytes of a value in a row: eight, and what does not fit into them. */
function widthOf(type: LogicalType): number {
  switch (type.root) {
    case 'CHAR':
      return 9;
    case 'VARCHAR':
      return 20;
    case 'DECIMAL':
      return type.precision <= 18 ? 8 : 20;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3 ? 8 : 20;
    case 'BINARY':
    case 'VARBINARY':
    case 'VARIANT':
      return 24;
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return 8 + looseWidth(type);
    default:
      return 8;
  }
}

/** Bytes that a value is thought to take by itself; a collection has sixteen elements. */
function looseWidth(type: LogicalType): number {
  switch (type.root) {
    case 'ROW':
      return type.fields.reduce((sum, f) => sum + looseWidth(f.type), 0);
    case 'ARRAY':
      return 16 * looseWidth(type.element);
    case 'MAP':
      return 16 * (looseWidth(type.key) + looseWidth(type.value));
    case 'MULTISET':
      return 16 * (looseWidth(type.element) + 4);
    case 'BOOLEAN':
    case 'TINYINT':
    case 'CHAR':
      return 1;
    case 'SMALLINT':
      return 2;
    case 'INTEGER':
    case 'FLOAT':
    case 'INTERVAL_DAY':
      return 4;
    case 'BIGINT':
    case 'DOUBLE':
    case 'INTERVAL_MONTH':
      return 8;
    case 'BINARY':
    case 'VARBINARY':
    case 'VARIANT':
      return 16;
    default:
      return 12;
  }
}
