import { compileClosure, compileCondition } from '../compile/closure.ts';
import { SourceBuilder } from '../compile/source-builder.ts';
import type { Calc } from '../plan/physical.ts';
import { callsFunction } from '../plan/rex-tools.ts';
import type { Port } from '../runtime/port.ts';
import { type OperatorContext, STATELESS, type StreamOperator } from '../runtime/stream-operator.ts';
import type { Row } from '../types/logical-type.ts';
import { rowMaker } from './row-maker.ts';

/** Projection and condition: each change is looked at alone and keeps its kind, so a -U may pass where its +U does not. */
export function createCalc(node: Calc, context: OperatorContext, next: Port): StreamOperator {
  let watermarkMs: number | null = null;
  const own: OperatorContext = { ...context, watermarkMs: () => watermarkMs };
  const row = context.code ? generated(node, own, next) : closures(node, own, next);
  const usesWatermark = [...node.exprs, ...(node.condition ? [node.condition] : [])].some((e) =>
    callsFunction(e, 'CURRENT_WATERMARK'),
  );
  const port: Port = {
    row,
    watermark: usesWatermark
      ? (ms) => {
          watermarkMs = ms;
          next.watermark(ms);
        }
      : next.watermark,
    idle: next.idle,
  };
  if (!usesWatermark) return { ports: [port], ...STATELESS };
  return {
    ports: [port],
    ...STATELESS,
    snapshot: () => watermarkMs,
    restore: (state) => {
      watermarkMs = state as number | null;
    },
  };
}

const NO_ROW: Row = [];

function generated(node: Calc, context: OperatorContext, next: Port): Port['row'] {
  const builder = new SourceBuilder(context);
  const input = (i: number): string => `r[${i}]`;
  const report = context.reporter ? builder.constant(context.reporter, 'report') : null;
  let test = '';
  if (node.condition) {
    const condition = builder.condition(node.condition, input);
    test = `${builder.take()} if (!(${condition})) { ${report ? `${report}.filtered(kind, r);` : ''} return; }`;
  }
  const columns = node.exprs.map((e) => builder.emit(e, input));
  const made = `[${columns.join(', ')}]`;
  const row = next.wanted
    ? `${builder.constant(next.wanted, 'wanted')}.rows ? ${made} : ${builder.constant(NO_ROW, 'none')}`
    : made;
  const emit = builder.constant(next.row, 'emit');
  return context.code!.generate<Port['row']>(
    builder.names,
    `return function calc(kind, r) { ${test} ${builder.take()} ${emit}(kind, ${row}); };`,
    builder.values,
  );
}

function closures(node: Calc, context: OperatorContext, next: Port): Port['row'] {
  const test = node.condition && compileCondition(node.condition, context);
  const { row: emit } = next;
  const { reporter } = context;
  const project = rowMaker<Row, undefined>(
    node.exprs.map((e) => {
      if (e.kind !== 'InputRef') return compileClosure(e, context);
      const { index } = e;
      return (r) => r[index]!;
    }),
  );
  return (kind, r) => {
    if (test === null || test(r)) emit(kind, project(r, undefined));
    else reporter?.filtered(kind, r);
  };
}
