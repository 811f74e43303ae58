import type { Inputs } from '../job/inputs.ts';
import type { PhysicalNode } from '../plan/physical.ts';
import { isRowtime, type Row } from '../types/logical-type.ts';

/**
 * Event time of the first `count` inputs, in epoch milliseconds: the value in the rowtime column of its source. NaN where that is NULL, computed from others or
 * where there is none.
 */
export function eventTimesMs(order: readonly PhysicalNode[], inputs: Inputs, count: number): Float64Array {
  const times = new Float64Array(count).fill(Number.NaN);
  const readers = new Map<string, (row: Row) => number | null>();
  for (const node of order) {
    const found = rowtimeReader(node);
    if (found) readers.set(found.table, found.read);
  }
  for (let i = 0; i < inputs.count; i++) {
    const read = readers.get(inputs.originOf(i).table);
    if (read) times[i] = read(inputs.rows[i]!) ?? Number.NaN;
  }
  return times;
}

/** How the event time of a table's rows is read, where its rowtime is a stored column. */
function rowtimeReader(node: PhysicalNode): { table: string; read: (row: Row) => number | null } | null {
  if (node.kind === 'TableSourceScan' && node.watermark) {
    const { rowtime } = node.watermark;
    return { table: node.table.path.join('.'), read: (row) => row[rowtime] as number | null };
  }
  if (node.kind !== 'WatermarkAssigner' || !isRowtime(node.fields[node.rowtime]!.type)) return null;
  let below = node.inputs[0]!;
  let column = node.rowtime;
  while (below.kind === 'DropUpdateBefore') below = below.inputs[0]!;
  if (below.kind === 'TableSourceScan')
    return { table: below.table.path.join('.'), read: (row) => row[column] as number | null };
  if (below.kind === 'Calc' && below.inputs[0]!.kind === 'TableSourceScan') {
    const e = below.exprs[column]!;
    const { table } = below.inputs[0];
    if (e.kind === 'InputRef') {
      column = e.index;
      return { table: table.path.join('.'), read: (row) => row[column] as number | null };
    }
  }
  return null;
}
