import type { Config } from '../catalog/config.ts';
import type { Sink } from '../plan/physical.ts';
import { sinkKey } from '../planner/changelog/infer-changelog.ts';
import { keyedStore } from '../runtime/keyed-store.ts';
import type { Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import { isRowtime, type Row } from '../types/logical-type.ts';
import { RunError } from '../values/run-error.ts';
import { printRow, stateTable } from './inspect.ts';
import { sameIn } from './row-order.ts';

/** The end of a plan: constraints first, then (where planned) the upsert materialiser, then whoever collects the result. */
export function createSink(
  node: Sink,
  config: Config,
  context: OperatorContext,
  collector: Port,
): StreamOperator {
  const materializer = node.upsertMaterialize ? upsertMaterializer(node, context, collector) : null;
  const next = materializer ? materializer.row : collector.row;
  const row = needRowtime(node, enforceNotNull(node, config, enforceLength(node, config, next), context));
  return {
    ports: [
      row === collector.row ? collector : { row, watermark: collector.watermark, idle: collector.idle },
    ],
    ...STATELESS,
    ...(materializer
      ? {
          snapshot: materializer.snapshot,
          restore: materializer.restore,
          inspect: materializer.inspect,
          size: materializer.size,
        }
      : {}),
  };
}

/** Whether rows come out as they go in, none less, unless the job fails. */
export const handsOnAll = (node: Sink, config: Config): boolean =>
  !node.upsertMaterialize &&
  config.string('table.exec.sink.not-null-enforcer', 'ERROR').toUpperCase() === 'ERROR' &&
  config.string('table.exec.sink.type-length-enforcer', 'IGNORE').toUpperCase() === 'IGNORE';

/** A row that carries its event time must have one. */
function needRowtime(node: Sink, next: Port['row']): Port['row'] {
  const time = node.inputs[0]!.fields.findIndex((f) => isRowtime(f.type));
  // The rowtime of a union with a plain column is not read (measured).
  if (node.inputs[0]!.kind === 'Union' || time < 0 || !node.inputs[0]!.fields[time]!.type.nullable)
    return next;
  return (kind, row) => {
    if (row[time] === null)
      throw new RunError(
        'NullPointerException: Cannot invoke "org.apache.flink.table.data.TimestampData.getMillisecond()" because the return value of "org.apache.flink.table.data.RowData.getTimestamp(int, int)" is null',
      );
    next(kind, row);
  };
}

/** NOT NULL columns take no NULL: the job fails, or the change is dropped in silence. */
function enforceNotNull(
  node: Sink,
  config: Config,
  next: Port['row'],
  context: OperatorContext,
): Port['row'] {
  const columns = node.table
    ? node.table.columns.filter((c) => c.kind !== 'computed' && !c.isVirtual)
    : node.fields;
  const checked = columns.flatMap((c, i) => (c.type.nullable ? [] : [{ name: c.name, i }]));
  if (checked.length === 0) return next;
  const drops = config.string('table.exec.sink.not-null-enforcer', 'ERROR').toUpperCase() === 'DROP';
  const refuse = (kind: number, row: Row): void => {
    if (drops) {
      context.reporter?.ignored(kind, row);
      return;
    }
    const { name } = checked.find(({ i }) => row[i] === null)!;
    throw new RunError(
      `EnforcerException: Column '${name}' is NOT NULL, however, a null value is being written into it. You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.`,
    );
  };
  const columnsChecked = checked.map(({ i }) => i);
  const first = columnsChecked[0]!;
  if (checked.length === 1)
    return (kind, row) => {
      if (row[first] === null) refuse(kind, row);
      else next(kind, row);
    };
  return (kind, row) => {
    for (let n = 0; n < columnsChecked.length; n++)
      if (row[columnsChecked[n]!] === null) {
        refuse(kind, row);
        return;
      }
    next(kind, row);
  };
}

/** CHAR, VARCHAR, BINARY and VARBINARY columns take no longer values: they are cut (and CHAR and BINARY filled up), or the job fails. */
function enforceLength(node: Sink, config: Config, next: Port['row']): Port['row'] {
  const mode = config.string('table.exec.sink.type-length-enforcer', 'IGNORE').toUpperCase();
  if (mode === 'IGNORE' || !node.table) return next;
  const checked = node.table.columns
    .filter((c) => c.kind !== 'computed' && !c.isVirtual)
    .flatMap((c, i) => {
      const { type } = c;
      const isBounded =
        (type.root === 'CHAR' ||
          type.root === 'VARCHAR' ||
          type.root === 'BINARY' ||
          type.root === 'VARBINARY') &&
        type.length < 2147483647;
      return isBounded
        ? [
            {
              name: c.name,
              i,
              type,
              isFixed: type.root === 'CHAR' || type.root === 'BINARY',
              isText: type.root === 'CHAR' || type.root === 'VARCHAR',
            },
          ]
        : [];
    });
  if (checked.length === 0) return next;
  return (kind, row) => {
    const out = [...row];
    for (const { name, i, type, isFixed, isText } of checked) {
      const value = row[i]!;
      if (value === null) {
        if (isText)
          throw new RunError(
            'NullPointerException: Cannot invoke "org.apache.flink.table.data.binary.BinaryStringData.numChars()" because "stringData" is null',
          );
        continue;
      }
      const units = isText ? Array.from(value as string) : [...(value as Uint8Array)];
      if (units.length === type.length || (!isFixed && units.length < type.length)) continue;
      if (mode === 'ERROR') {
        const what = isText ? 'a string of length' : 'a byte array of length';
        throw new RunError(
          `EnforcerException: Column '${name}' is ${type.root}(${type.length}), however, ${what} ${units.length} is being written into it. You can set job configuration 'table.exec.sink.type-length-enforcer' to control this behaviour.`,
        );
      }
      out[i] = isText
        ? (units as string[])
            .slice(0, type.length)
            .join('')
            .padEnd(isFixed ? type.length : 0)
        : Uint8Array.from(
            { length: isFixed ? type.length : Math.min(units.length, type.length) },
            (_, n) => (units[n] as number | undefined) ?? 0,
          );
    }
    next(kind, out);
  };
}

interface Rows {
  list: Row[];
}

/**
 * Flink's SinkUpsertMaterializer: where the rows of one primary key come under several upsert keys, keeps them all in order and shows the last. It sends
 * +U even for a row that does not become the last one.
 */
function upsertMaterializer(node: Sink, context: OperatorContext, collector: Port) {
  const key = sinkKey(node);
  const store = keyedStore<Rows>(
    key,
    key.map((k) => node.fields[k]!.type),
    context.code,
  )();
  const columns = node.inputUpsertKey ?? node.fields.map((_, i) => i);
  const same = sameIn(columns);
  const copy = (rows: Rows): Rows => ({ list: [...rows.list] });
  return {
    row: (kind: number, row: Row): void => {
      const rows = store.get(row) ?? { list: [] };
      const at = rows.list.findIndex((r) => same(r, row));
      if (kind === 0 || kind === 2) {
        const wasEmpty = rows.list.length === 0;
        // Without an upsert key the same row may be there several times.
        if (at >= 0 && node.inputUpsertKey) rows.list[at] = row;
        else rows.list.push(row);
        store.set(row, rows);
        collector.row(wasEmpty ? 0 : 2, row);
        return;
      }
      if (at < 0) {
        context.reporter?.ignored(kind, row);
        return;
      }
      rows.list.splice(at, 1);
      if (rows.list.length === 0) {
        store.remove(row);
        collector.row(3, row);
      } else if (at === rows.list.length) collector.row(2, rows.list.at(-1)!);
    },
    size: () => store.size(),
    snapshot: () => store.export(copy),
    restore: (state: unknown) => store.import(state, copy),
    inspect: () => {
      const rows: (string | null)[][] = [];
      store.forEach(({ list }) => {
        for (const row of list) rows.push(printRow(row, node.fields, context.zone));
      });
      return {
        tables: [
          stateTable(
            'values',
            node.fields.map((f) => f.name),
            0,
            rows,
            rows.length,
          ),
        ],
        timersMs: [],
      };
    },
  };
}
