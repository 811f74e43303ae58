import type { LogicalCalc, LogicalNode, LogicalWindowTable } from '../../plan/logical.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { isTimestamp, timestamp, timestampLtz, withNullable } from '../../types/logical-type.ts';

const ROWTIME_PRECISION = 3;

/** In batch mode a window lies over any timestamp: what is no time attribute is taken for one. */
export function asRowtime(time: Rex): Rex {
  const { type } = time;
  if (!isTimestamp(type) || type.kind !== 'REGULAR') return time;
  const make = type.root === 'TIMESTAMP' ? timestamp : timestampLtz;
  return call('CAST', [time], withNullable(make(ROWTIME_PRECISION, 'ROWTIME'), type.nullable));
}

/** A window table function of a batch plan over a column that is no time attribute, which Flink asks for in streaming mode only. */
export function overAnyTimestamp(
  n: LogicalWindowTable,
  withAttribute: (table: LogicalWindowTable) => LogicalNode,
): LogicalNode {
  const { input } = n;
  const width = input.fields.length;
  const columns: readonly Rex[] = input.fields.map((f, i) => ref(i, f.type));
  const own = columns[n.window.time]!;
  const time = asRowtime(own);
  if (isTimestamp(own.type) && own.type.precision === ROWTIME_PRECISION)
    return withAttribute({ ...n, input: projected(input, columns.with(n.window.time, time)) });
  // A timestamp of another precision stays what it is, and the window's last instant has its precision.
  const made = withAttribute({
    ...n,
    input: projected(input, [...columns, time]),
    window: { ...n.window, time: width },
    fields: [...input.fields, { name: '$time', type: time.type }, ...n.fields.slice(width)],
  });
  const [start, end, last] = [1, 2, 3].map((i) => ref(width + i, made.fields[width + i]!.type));
  const exprs = [...columns, start!, end!, call('CAST', [last!], withNullable(own.type, false))];
  return { ...projected(made, exprs), fields: n.fields.map((f, i) => ({ ...f, type: exprs[i]!.type })) };
}

const projected = (input: LogicalNode, exprs: readonly Rex[]): LogicalCalc => ({
  kind: 'Calc',
  input,
  exprs,
  condition: null,
  fields: exprs.map((e, i) => ({ name: input.fields[i]?.name ?? '$time', type: e.type })),
});
