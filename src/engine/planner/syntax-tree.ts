import { foldConstant, withoutNulls } from '../compile/fold-constants.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import type { LogicalFilter, LogicalNode, LogicalSink } from '../plan/logical.ts';
import { literal, type Rex } from '../plan/rex.ts';
import { isNullLiteral, isTrueLiteral, mapRex } from '../plan/rex-tools.ts';
import { BOOLEAN, isRowtime, type LogicalType, sameType, withNullable } from '../types/logical-type.ts';
import { mapInputs } from './logical-tools.ts';
import { stripTime } from './match-sink.ts';
import { expandNotDistinct, keepNullable, simplifyOnce, spelledOut } from './simplify.ts';

/**
 * The tree as Calcite's converter leaves it, for the abstract syntax tree of EXPLAIN: its builder simplifies projections, join conditions and what HAVING asks, and
 * leaves filters as they are written. In batch mode there are no event times.
 */
export function syntaxTree(sink: LogicalSink, isStream: boolean, context: EvaluationContext): LogicalSink {
  const visit = (given: LogicalNode): LogicalNode => {
    const n = shown(mapInputs(given, visit));
    switch (n.kind) {
      case 'WatermarkAssigner':
        return isStream ? n : n.input;
      case 'WindowTable':
        return isStream ? n : { ...n, fields: n.fields.map((f) => ({ ...f, type: withoutRowtime(f.type) })) };
      case 'Project':
        return { ...n, exprs: n.exprs.map((e) => keepNullable(e, simplified(expandNotDistinct(withoutNulls(e)), context))) };
      case 'Filter':
        return filter(n, context);
      case 'Join':
        return n.asOf === null && n.lookup === undefined
          ? { ...n, condition: simplified(n.condition, context) }
          : n;
      default:
        return n;
    }
  };
  const query = (rex: Rex): Rex =>
    mapRex(rex, (r) => (r.kind === 'SubQuery' ? { ...r, query: visit(r.query as LogicalNode) } : r));
  /** The same of how a node was written, and of the queries in its expressions. */
  const shown = (n: LogicalNode): LogicalNode => {
    if (n.written) return { ...n, written: visit(n.written) };
    if (n.kind === 'Filter') return { ...n, condition: query(n.condition) };
    return n.kind === 'Project' ? { ...n, exprs: n.exprs.map(query) } : n;
  };
  const { input, table } = sink;
  // What a sink casts is cast by another builder.
  const isCast = table !== null && input.kind === 'Project';
  return { ...sink, input: isCast ? { ...input, input: visit(input.input) } : visit(input) };
}

/** What is always TRUE is no filter, and a NULL has the type of what it stands for. */
function filter(n: LogicalFilter, context: EvaluationContext): LogicalNode {
  if (isAlwaysTrue(n.condition)) return n.input;
  if (n.input.kind === 'Aggregate') return { ...n, condition: simplified(n.condition, context) };
  const condition = isNullLiteral(n.condition) ? literal(null, BOOLEAN) : mapRex(n.condition, spelledOut);
  return { ...n, condition };
}

const withoutRowtime = (type: LogicalType): LogicalType => (isRowtime(type) ? stripTime(type) : type);

/** Whether a condition asks nothing, as Calcite sees at first glance. */
function isAlwaysTrue(rex: Rex): boolean {
  if (rex.kind !== 'Call') return isTrueLiteral(rex);
  const [operand] = rex.operands;
  if (rex.operator === 'IS NOT NULL') return operand?.type.nullable === false;
  return PASSING.has(rex.operator) && operand !== undefined && isAlwaysTrue(operand);
}
const PASSING: ReadonlySet<string> = new Set(['IS NOT FALSE', 'IS TRUE', 'CAST']);

/** Casts of literals are computed, casts that change nothing but whether there may be NULL go. */
const simplified = (rex: Rex, context: EvaluationContext): Rex =>
  simplifyOnce(
    mapRex(rex, (part) => {
      if (part.kind !== 'Call' || part.operator !== 'CAST') return part;
      const operand = part.operands[0]!;
      const plain = ({ type }: Rex): LogicalType => withNullable(type, true);
      if (operand.kind === 'Literal' && !isNullLiteral(operand)) return foldConstant(part, context);
      return sameType(plain(operand), plain(part)) ? operand : part;
    }),
  );
