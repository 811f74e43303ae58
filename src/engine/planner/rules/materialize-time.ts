import { plainError } from '../../base/refusal.ts';
import { type LogicalMatch, type LogicalNode, type LogicalWindowTable } from '../../plan/logical.ts';
import { call, type Rex, ref } from '../../plan/rex.ts';
import { substitute } from '../../plan/rex-tools.ts';
import {
  isProctime,
  isTimeAttribute,
  regularType,
  sameType,
  withNullable,
} from '../../types/logical-type.ts';
import { printValidatorType } from '../../types/print-type.ts';
import { overAnyTimestamp } from './batch-windows.ts';
import { materializeCorrelate } from './correlate-rule.ts';
import { materializeJoin } from './join-rules.ts';
import { windowOf } from './join-window.ts';
import {
  convertOperand,
  dedupeNames,
  mapInputs,
  materialized,
  mergeCalc,
  windowRoles,
} from './logical-tools.ts';
import { materializeMultiJoin } from './multi-join-rule.ts';
import { checkWindow } from './window-lengths.ts';

/**
 * Materialises time attributes where they stop being one (Flink's RelTimeIndicatorConverter): as arguments of functions, grouping columns and arguments
 * of aggregates. Types above lose their attribute accordingly.
 */
export function materializeTime(node: LogicalNode, isStream: boolean): LogicalNode {
  // Of a window that rows are grouped by, its lengths are looked at before its time.
  const window = node.kind === 'Aggregate' && windowColumnsOf(node).size > 0 ? windowOf(node.input) : null;
  if (window) checkWindow(window.window);
  const n = mapInputs(node, (input) => materializeTime(input, isStream));
  switch (n.kind) {
    case 'Calc': {
      const inputs = n.input.fields.map((f, i) => ref(i, f.type));
      const exprs = n.exprs.map((e) => convert(substitute(e, inputs)));
      const condition = n.condition && convertOperand(substitute(n.condition, inputs), false);
      return mergeCalc({
        ...n,
        exprs,
        condition,
        fields: n.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
      });
    }
    case 'WatermarkAssigner':
      return {
        ...n,
        fields: n.fields.map((f, i) => (i === n.rowtime ? f : { ...f, type: n.input.fields[i]!.type })),
      };
    case 'WindowTable':
      return isStream || isTimeAttribute(n.input.fields[n.window.time]!.type)
        ? materializeWindowTable(n)
        : overAnyTimestamp(n, materializeWindowTable);
    case 'Aggregate':
      return materializeAggregate(n);
    case 'WindowAggregate': {
      const used = new Set([...n.groups, ...n.calls.flatMap((c) => c.args)]);
      return withMaterialized(n, used, (input) => ({
        ...n,
        input,
        fields: n.fields.map((f, i) =>
          i < n.groups.length
            ? { ...f, type: input.fields[n.groups[i]!]!.type }
            : i < n.groups.length + n.calls.length
              ? { ...f, type: regularType(f.type) }
              : f,
        ),
      }));
    }
    case 'Union': {
      const first = n.inputs[0]!.fields;
      const fields = n.fields.map((f, i) => {
        const types = n.inputs.map((x) => x.fields[i]!.type);
        const time = types.find(isTimeAttribute);
        return {
          ...f,
          type: time
            ? withNullable(
                time,
                types.some((t) => t.nullable),
              )
            : first[i]!.type,
        };
      });
      const inputs = n.inputs.map((input) => {
        const exprs = input.fields.map(
          (f, i): Rex =>
            !isTimeAttribute(fields[i]!.type) || sameType(f.type, fields[i]!.type)
              ? ref(i, f.type)
              : call('CAST', [ref(i, f.type)], fields[i]!.type),
        );
        return mergeCalc({
          kind: 'Calc',
          input,
          exprs,
          condition: null,
          fields: input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
        });
      });
      return {
        ...n,
        inputs,
        fields: fields.map((f, i) => ({
          ...f,
          type: withNullable(
            f.type,
            inputs.some((x) => x.fields[i]!.type.nullable),
          ),
        })),
      };
    }
    case 'Sort':
      return { ...n, fields: n.fields.map((f, i) => ({ ...f, type: n.input.fields[i]!.type })) };
    case 'Over':
    case 'Rank':
      return {
        ...n,
        fields: n.fields.map((f, i) =>
          i < n.input.fields.length
            ? { ...f, type: n.input.fields[i]!.type }
            : { ...f, type: regularType(f.type) },
        ),
      };
    case 'Join':
      return materializeJoin(n);
    case 'MultiJoin':
      return materializeMultiJoin(n);
    case 'Correlate':
      return materializeCorrelate(n);
    case 'Match':
      return materializeMatch(n);
    default:
      return n;
  }
}

function materializeWindowTable(n: LogicalWindowTable): LogicalNode {
  const timeType = n.input.fields[n.window.time]!.type;
  if (!isTimeAttribute(timeType)) {
    throw plainError(
      'plan',
      'window-needs-time',
      'ValidationException',
      `The window function requires the timecol is a time attribute type, but is ${printValidatorType(timeType)}.`,
      null,
      'Declare a WATERMARK for the column; a function or cast on a time attribute loses it.',
    );
  }
  const width = n.input.fields.length;
  const windowTime = withNullable({ ...timeType, precision: 3 }, false);
  return {
    ...n,
    window: { ...n.window, timeType },
    fields: n.fields.map((f, i) =>
      i < width ? { ...f, type: n.input.fields[i]!.type } : i === width + 2 ? { ...f, type: windowTime } : f,
    ),
  };
}

function materializeAggregate(n: Extract<LogicalNode, { kind: 'Aggregate' }>): LogicalNode {
  const window = windowColumnsOf(n);
  const used = new Set([...n.groups.filter((g) => !window.has(g)), ...n.calls.flatMap((c) => c.args)]);
  return withMaterialized(n, used, (input) => ({
    ...n,
    input,
    fields: n.fields.map((f, i) => ({
      ...f,
      type: i < n.groups.length ? input.fields[n.groups[i]!]!.type : regularType(f.type),
    })),
  }));
}

/** `window_time` stays a time attribute in a grouping that has both bounds of its window: of sessions, where the columns that cut them are there. */
function windowColumnsOf(n: Extract<LogicalNode, { kind: 'Aggregate' }>): Set<number> {
  const roles = windowRoles(n.input);
  const found = new Map<string, number>();
  for (const g of n.groups) {
    const role = roles.get(g);
    if (role) found.set(role, g);
  }
  if (!found.has('start') || !found.has('end')) return new Set();
  // Flink asks this before it copies rows for several grouping sets.
  return windowOf(n.input.kind === 'Expand' ? n.input.input : n.input) ? new Set(found.values()) : new Set();
}

/** Casts the time attributes among `columns` of a node's input; the ones still needed as such (a window's time) get a column of their own. */
function withMaterialized<T extends LogicalNode & { input: LogicalNode }>(
  node: T,
  columns: ReadonlySet<number>,
  rebuild: (input: LogicalNode) => LogicalNode,
): LogicalNode {
  const { input } = node;
  const touched = input.fields.some((f, i) => columns.has(i) && isTimeAttribute(f.type));
  if (!touched) return rebuild(input);
  const exprs = input.fields.map(
    (f, i): Rex =>
      columns.has(i) && isTimeAttribute(f.type) ? materialized(ref(i, f.type)) : ref(i, f.type),
  );
  const calc: LogicalNode = mergeCalc({
    kind: 'Calc',
    input,
    exprs,
    condition: null,
    fields: input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
  if (node.kind === 'WindowAggregate' && columns.has(node.window.time)) {
    const extra: LogicalNode = mergeCalc({
      kind: 'Calc',
      input,
      exprs: [...exprs, ref(node.window.time, input.fields[node.window.time]!.type)],
      condition: null,
      fields: dedupeNames([
        ...input.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
        input.fields[node.window.time]!,
      ]),
    });
    const rebuilt = rebuild(extra);
    return rebuilt.kind === 'WindowAggregate'
      ? { ...rebuilt, window: { ...rebuilt.window, time: input.fields.length } }
      : rebuilt;
  }
  return rebuild(calc);
}

/** An expression's own result: a plain reference keeps its time attribute, a function's result has none. */
function convert(rex: Rex): Rex {
  if (rex.kind !== 'Call' || rex.operator === 'PROCTIME') return rex;
  if (rex.operator === 'CAST' && isTimeAttribute(rex.type) && isTimeAttribute(rex.operands[0]!.type))
    return rex;
  return convertOperand(rex, true);
}

/** The processing-time attributes of a result are read at its end. */
export function materializeProctime(node: LogicalNode): LogicalNode {
  if (!node.fields.some((f) => isProctime(f.type))) return node;
  const exprs = node.fields.map(
    (f, i): Rex => (isProctime(f.type) ? materialized(ref(i, f.type)) : ref(i, f.type)),
  );
  return mergeCalc({
    kind: 'Calc',
    input: node,
    exprs,
    condition: null,
    fields: node.fields.map((f, i) => ({ name: f.name, type: exprs[i]!.type })),
  });
}

/** In MATCH_RECOGNIZE only its own functions give time attributes; columns are cast where they stand. */
export function materializeMatch(node: LogicalMatch): LogicalNode {
  const measures = node.measures.map((m) => {
    const value = m.rex.kind === 'Call' ? m.rex.operands[0]! : m.rex;
    return isMatchTime(value) ? m : { ...m, rex: convertOperand(m.rex, true) };
  });
  const define = node.define.map((d) => ({ ...d, condition: convertOperand(d.condition, true) }));
  const types = new Map(measures.map((m) => [m.name, m.rex.type]));
  const fields = node.fields.map((f) => ({ ...f, type: types.get(f.name) ?? f.type }));
  return { ...node, measures, define, fields };
}

const isMatchTime = (rex: Rex): boolean =>
  rex.kind === 'Call' && (rex.operator === 'MATCH_ROWTIME' || rex.operator === 'MATCH_PROCTIME');
