import { type OverGroup, operandsOf } from '../plan/logical.ts';
import { overRuns } from '../plan/over-runs.ts';
import type { BatchOver, PhysicalAggregate } from '../plan/physical.ts';
import type { RexBound } from '../plan/rex.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import { INSERT, MAX_WATERMARK, type Port } from '../runtime/port.ts';
import type { OperatorContext, StreamOperator } from '../runtime/stream-operator.ts';
import type { LogicalType, Row, Value } from '../types/logical-type.ts';
import { asDouble } from '../values/decimal.ts';
import { RunError } from '../values/run-error.ts';
import { accumulators, bindCalls } from './accumulators.ts';
import { rowTable } from './inspect.ts';
import { lowerBound, type RowOrder, rowOrder, upperBound } from './row-order.ts';

/** The values of one function for all rows of a sorted partition. */
type Compute = (rows: readonly Row[], frameOf: (at: number) => readonly [number, number]) => readonly Value[];

/** OVER in batch mode: every window is computed once its partition is whole. */
export function createBatchOver(node: BatchOver, context: OperatorContext, next: Port): StreamOperator {
  const fields = node.inputs[0]!.fields;
  let rows: Row[] = [];
  const appenders = node.groups.map((group) =>
    appenderOf(
      group,
      fields.map((f) => f.type),
      context,
    ),
  );
  const hasBrokenCode = node.groups.some(
    ({ rows: byRows, lower, upper, order }) =>
      !byRows &&
      (lower.offset !== null || upper.offset !== null) &&
      order[0] !== undefined &&
      fields[order[0].column]!.type.root === 'TIMESTAMP',
  );
  const send = (): void => {
    // Flink's own code for distances between timestamps cannot be compiled.
    if (hasBrokenCode)
      throw new RunError(
        'CompileException: Line 45, Column 55: Cannot cast "org.apache.flink.table.data.TimestampData" to "java.lang.Long"',
      );
    let made: readonly Row[] = rows;
    for (const append of appenders) made = append(made);
    rows = [];
    for (const row of made) next.row(INSERT, row);
  };
  return {
    ports: [
      {
        row: (_, row) => void rows.push(row),
        watermark: (ms) => {
          if (ms >= MAX_WATERMARK) send();
          next.watermark(ms);
        },
        idle: next.idle,
      },
    ],
    size: () => rows.length,
    snapshot: () => [...rows],
    restore: (state) => {
      rows = [...(state as Row[])];
    },
    inspect: () => ({
      tables: [rowTable('rows', rows, fields, context.zone)],
      timersMs: [],
    }),
  };
}

/** Appends the functions of one window to every row; the columns of the input stay where they are. */
function appenderOf(
  group: OverGroup,
  types: readonly LogicalType[],
  context: OperatorContext,
): (rows: readonly Row[]) => readonly Row[] {
  const { partition, order, calls } = group;
  const compare = rowOrder(
    order,
    order.map((k) => types[k.column]!),
    context.code,
  );
  const comparePartitions = rowOrder(
    partition.map((column) => ({ column, descending: false, nullsFirst: true })),
    partition.map((p) => types[p]!),
    context.code,
  );
  const makeStore = keyedStore<Row[]>(
    partition,
    partition.map((p) => types[p]!),
    context.code,
  );
  const runs = overRuns(calls).map((run) => ({
    run,
    functions: run.map((c) => computeOf({ ...c, needsRetraction: false }, compare, types, context)),
  }));
  return (rows) => {
    const store = makeStore();
    for (const row of rows) {
      const known = store.get(row);
      if (known) known.push(row);
      else store.set(row, [row]);
    }
    const out: Row[] = [];
    const partitions: Row[][] = [];
    store.forEach((rows) => void partitions.push(rows));
    partitions.sort((a, b) => comparePartitions(a[0]!, b[0]!));
    for (const unsorted of partitions) {
      const sorted = order.length > 0 ? [...unsorted].sort(compare) : unsorted;
      const columns = runs.flatMap(({ run, functions }) => {
        const isRunning = RUNNING.has(run[0]!.name);
        const frameOf = frames(isRunning ? { ...group, rows: true } : group, sorted, compare, types);
        return functions.map((compute) => compute(sorted, frameOf));
      });
      sorted.forEach((row, i) => void out.push([...row, ...columns.map((column) => column[i]!)]));
    }
    return out;
  };
}

/** Where one of these comes first, those after it are worked out row by row too, whatever frame they have; as in Flink. */
const RUNNING: ReadonlySet<string> = new Set(['RANK', 'DENSE_RANK', 'PERCENT_RANK', 'ROW_NUMBER', 'NTILE']);

/** First and last place of every row's frame; an empty one ends before it begins. */
function frames(
  { rows: byRows, lower, upper, order }: OverGroup,
  rows: readonly Row[],
  compare: RowOrder,
  types: readonly LogicalType[],
): (at: number) => readonly [number, number] {
  const last = rows.length - 1;
  const offset = (bound: RexBound): number =>
    bound.offset?.kind === 'Literal' ? asDouble(bound.offset.value, bound.offset.type) : 0;
  const sign = (bound: RexBound): number => (bound.type === 'PRECEDING' ? -1 : 1);
  const place = (bound: RexBound, at: number, isLower: boolean): number => {
    switch (bound.type) {
      case 'UNBOUNDED PRECEDING':
        return 0;
      case 'UNBOUNDED FOLLOWING':
        return last;
      case 'CURRENT ROW':
        if (byRows) return at;
        return isLower ? lowerBound(rows, rows[at]!, compare) : upperBound(rows, rows[at]!, compare) - 1;
      default:
        if (byRows) return at + sign(bound) * offset(bound);
        return rangePlace(rows, at, sign(bound) * offset(bound), isLower);
    }
  };
  const key = order[0];
  const keyType = key === undefined ? undefined : types[key.column];
  const rangePlace = (all: readonly Row[], at: number, distance: number, isLower: boolean): number => {
    const value = all[at]![key!.column];
    const isPeer = (row: Row): boolean => {
      const other = row[key!.column];
      if (value === null || other === null) return value === other;
      const ahead = (asDouble(other!, keyType!) - asDouble(value!, keyType!)) * (key!.descending ? -1 : 1);
      return isLower ? ahead >= distance : ahead <= distance;
    };
    if (!isLower) return all.findLastIndex(isPeer);
    const first = all.findIndex(isPeer);
    return first < 0 ? all.length : first;
  };
  return (at) => [Math.max(0, place(lower, at, true)), Math.min(last, place(upper, at, false))];
}

function computeOf(
  call: PhysicalAggregate,
  compare: RowOrder,
  types: readonly LogicalType[],
  context: OperatorContext,
): Compute {
  const firstPeer = (rows: readonly Row[], at: number): number => lowerBound(rows, rows[at]!, compare);
  const each =
    (value: (rows: readonly Row[], at: number) => Value): Compute =>
    (rows) =>
      rows.map((_, at) => value(rows, at));
  /** Its arguments as a row has them. */
  const operands = operandsOf<(row: Row) => Value>(
    call,
    (column) => (row) => row[column]!,
    ({ value }) =>
      () =>
        value,
  );
  switch (call.name) {
    case 'ROW_NUMBER':
      return each((_, at) => at + 1);
    case 'RANK':
      return each((rows, at) => firstPeer(rows, at) + 1);
    case 'DENSE_RANK':
      return (rows) => {
        let rank = 0;
        return rows.map((_, at) => (firstPeer(rows, at) === at ? ++rank : rank));
      };
    case 'PERCENT_RANK':
      return each((rows, at) => (rows.length < 2 ? 0 : firstPeer(rows, at) / (rows.length - 1)));
    case 'CUME_DIST':
      return (rows, frameOf) => rows.map((_, at) => (frameOf(at)[1] + 1) / rows.length);
    case 'LEAD':
    case 'LAG': {
      const sign = call.name === 'LEAD' ? 1 : -1;
      const [value, offset, missing] = operands;
      return each((rows, at) => {
        const steps = offset ? Number(offset(rows[at]!)) : 1;
        const row = rows[at + sign * steps];
        return row ? value!(row) : (missing?.(rows[at]!) ?? null);
      });
    }
    case 'NTILE':
      return (rows, frameOf) =>
        rows.map((_, row) => {
          const at = frameOf(row)[1];
          const buckets = Number(operands[0]!(rows[at]!));
          const size = Math.floor(rows.length / buckets);
          const larger = (rows.length % buckets) * (size + 1);
          return at < larger
            ? Math.floor(at / (size + 1)) + 1
            : (rows.length % buckets) + Math.floor((at - larger) / size) + 1;
        });
    default:
      return aggregated(call, types, context);
  }
}

/** An ordinary aggregate over every row's frame. */
function aggregated(
  call: PhysicalAggregate,
  types: readonly LogicalType[],
  context: OperatorContext,
): Compute {
  const fields = types.map((type) => ({ type }));
  const acc = accumulators(bindCalls([call], fields, null), [], context);
  return (rows, frameOf) => {
    let known: readonly [number, number] | null = null;
    let value: Value = null;
    return rows.map((_, at) => {
      const frame = frameOf(at);
      if (known?.[0] !== frame[0] || known[1] !== frame[1]) {
        const group = acc.create();
        for (let i = frame[0]; i <= frame[1]; i++) acc.add(group, rows[i]!);
        value = acc.values(group)[0]!;
        known = frame;
      }
      return value;
    });
  };
}
