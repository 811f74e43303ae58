import { foldConstant } from '../compile/fold-constants.ts';
import type { EvaluationContext } from '../functions/function-definition.ts';
import type { LogicalCorrelate, LogicalNode, LogicalSink } from '../plan/logical.ts';
import { literal, type Rex } from '../plan/rex.ts';
import { isNullLiteral, mapRex } from '../plan/rex-tools.ts';
import {
  BOOLEAN,
  isRowtime,
  type LogicalType,
  notNull,
  sameType,
  withNullable,
} from '../types/logical-type.ts';
import { isCorrelated, outerReferences } from './correlation.ts';
import { mapInputs } from './logical-tools.ts';
import { stripTime } from './match-sink.ts';
import { expandNotDistinct, simplify } from './simplify.ts';
import { asWritten } from './written.ts';

/**
 * The tree as Calcite's converter leaves it, for the abstract syntax tree of EXPLAIN: its builder simplifies projections, join conditions and what HAVING asks, and
 * leaves filters as they are written. In batch mode there are no event times.
 */
export function syntaxTree(sink: LogicalSink, isStream: boolean, context: EvaluationContext): LogicalSink {
  const withQueries = (rex: Rex): Rex =>
    mapRex(rex, (part) =>
      part.kind === 'SubQuery' ? { ...part, query: visit(part.query as LogicalNode) } : part,
    );
  const visit = (made: LogicalNode): LogicalNode => {
    const written = asWritten(made);
    // Which number a correlation has is not known here.
    const n = mapInputs(isCorrelatedWithin(written) ? made : written, visit);
    switch (n.kind) {
      case 'WatermarkAssigner':
        return isStream ? n : n.input;
      case 'WindowTable':
        return isStream ? n : { ...n, fields: n.fields.map((f) => ({ ...f, type: withoutRowtime(f.type) })) };
      case 'Correlate':
        return n.written ? asCorrelate(n) : n;
      case 'Project':
        // The binder's own, which gives the columns their names.
        if (made.kind === 'Project' && made.input.kind === 'Correlate' && made.input.written) return n.input;
        return {
          ...n,
          exprs: n.exprs.map((e) => simplified(expandNotDistinct(withQueries(e)), context)),
        };
      case 'Filter': {
        const condition = withoutDistinct(withQueries(n.condition));
        return { ...n, condition: n.input.kind === 'Aggregate' ? simplified(condition, context) : condition };
      }
      case 'Join':
        return n.asOf === null && n.period === undefined
          ? { ...n, condition: simplified(n.condition, context) }
          : n;
      default:
        return n;
    }
  };
  const { input, table } = sink;
  // What a sink casts is cast by another builder.
  const isCast = table !== null && input.kind === 'Project';
  return { ...sink, input: isCast ? { ...input, input: visit(input.input) } : visit(input) };
}

/** UNNEST and LATERAL as Calcite's converter has them: a join whose right input asks the left one. */
function asCorrelate({ input, written, joinType, correlation: id, fields }: LogicalCorrelate): LogicalNode {
  const right = written!;
  const columns = [...new Set(outerReferences(right).map(({ field }) => field))].sort((a, b) => a - b);
  const numbered = (rex: Rex): Rex => mapRex(rex, (r) => (r.kind === 'Correlation' ? { ...r, id } : r));
  const visit = (node: LogicalNode): LogicalNode => {
    if (node.kind === 'Uncollect') return { ...node, collection: numbered(node.collection) };
    if (node.kind === 'Project')
      return { ...node, input: visit(node.input), exprs: node.exprs.map(numbered) };
    return node.kind === 'Filter'
      ? { ...node, input: visit(node.input), condition: numbered(node.condition) }
      : node;
  };
  return {
    kind: 'Join',
    inputs: [input, visit(right)],
    joinType,
    condition: literal(true, notNull(BOOLEAN)),
    asOf: null,
    interval: null,
    correlate: { id, columns },
    fields,
  };
}

/** Whether a sub-query that an expression of the node asks looks at the query around. */
function isCorrelatedWithin(node: LogicalNode): boolean {
  const asks = (rex: Rex): boolean => {
    let found = false;
    mapRex(rex, (part) => {
      if (part.kind === 'SubQuery') found ||= isCorrelated(part.query as LogicalNode);
      return part;
    });
    return found;
  };
  if (node.kind === 'Filter') return asks(node.condition);
  return node.kind === 'Project' && node.exprs.some(asks);
}

/** Comparisons that count NULL as a value are written out wherever no join asks them. */
const withoutDistinct = (rex: Rex): Rex =>
  mapRex(rex, (part) =>
    part.kind === 'Call' && part.operator.endsWith(' DISTINCT FROM')
      ? simplify(expandNotDistinct(part))
      : part,
  );

const withoutRowtime = (type: LogicalType): LogicalType => (isRowtime(type) ? stripTime(type) : type);

/** Casts of literals are computed, casts that change nothing but whether there may be NULL go. */
const simplified = (rex: Rex, context: EvaluationContext): Rex =>
  simplify(
    mapRex(rex, (part) => {
      if (part.kind !== 'Call' || part.operator !== 'CAST') return part;
      const operand = part.operands[0]!;
      const plain = ({ type }: Rex): LogicalType => withNullable(type, true);
      if (operand.kind === 'Literal' && !isNullLiteral(operand)) return foldConstant(part, context);
      return sameType(plain(operand), plain(part)) ? operand : part;
    }),
  );
